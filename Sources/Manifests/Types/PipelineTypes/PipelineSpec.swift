package import YAML

/// The body of a Pipeline (`tekton.dev/v1`).
///
/// [Tekton: Pipelines](https://tekton.dev/docs/pipelines/pipelines/)
package struct PipelineSpec: Sendable {
    package var params: [ParamSpec]
    package var workspaces: [PipelineWorkspace]
    package var tasks: [PipelineTask]
    package var finally: [PipelineTask]
    package var results: [PipelineResult]
    /// The spec as a tree, from which the rest was read.
    package var node: YAMLNode

    package init(_ node: YAMLNode) {
        self.node = node
        params = (node["params"]?.elements ?? []).map { ParamSpec($0) }
        workspaces = (node["workspaces"]?.elements ?? []).map { PipelineWorkspace($0) }
        tasks = (node["tasks"]?.elements ?? []).map { PipelineTask($0) }
        finally = (node["finally"]?.elements ?? []).map { PipelineTask($0) }
        results = (node["results"]?.elements ?? []).map { PipelineResult($0) }
    }
}

/// A workspace as a Pipeline declares it.
package struct PipelineWorkspace: Sendable, Hashable {
    package var name: String
    package var isOptional: Bool

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        isOptional = node["optional"]?.bool ?? false
    }
}

/// A result of a Pipeline: made of results of its tasks.
package struct PipelineResult: Sendable, Hashable {
    package var name: String
    /// The type, nil where the Pipeline leaves it open.
    package var type: ParamType?
    package var value: ParamValue

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        type = node["type"]?.string.flatMap { ParamType(rawValue: $0) }
        value = ParamValue(node["value"] ?? .null)
    }
}
