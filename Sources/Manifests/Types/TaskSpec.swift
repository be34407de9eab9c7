package import YAML

/// The body of a Task (`tekton.dev/v1`).
///
/// [Tekton: Tasks](https://tekton.dev/docs/pipelines/tasks/)
package struct TaskSpec: Sendable {
    package var params: [ParamSpec]
    package var steps: [Step]
    package var sidecars: [Sidecar]
    package var volumes: [Volume]
    package var workspaces: [WorkspaceDeclaration]
    package var results: [ResultSpec]
    /// The spec as a tree, from which the rest was read.
    package var node: YAMLNode

    package init(_ node: YAMLNode) {
        self.node = node
        params = (node["params"]?.elements ?? []).map { ParamSpec($0) }
        steps = (node["steps"]?.elements ?? []).map { Step($0) }
        sidecars = (node["sidecars"]?.elements ?? []).map { Sidecar($0) }
        volumes = (node["volumes"]?.elements ?? []).map { Volume($0) }
        workspaces = (node["workspaces"]?.elements ?? []).map { WorkspaceDeclaration($0) }
        results = (node["results"]?.elements ?? []).map { ResultSpec($0) }
    }
}
