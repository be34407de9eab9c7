import Manifests
import YAML

/// The Task of a PipelineTask, found.
struct ResolvedTask: Sendable {
    /// The Task that `taskRef` names; nil where it is embedded.
    var document: Document?
    /// The body as Tekton stores it.
    var spec: YAMLNode
    var params: [ParamSpec]
    var results: Set<String>
    var workspaces: [WorkspaceDeclaration]
    /// Metadata of an embedded Task, which its TaskRun takes over.
    var labels: [String: String] = [:]
    var annotations: [String: String] = [:]
    /// The tasks whose results an embedded Task names in its texts.
    var sources: Set<String> = []
    /// The workspaces that an embedded Task names in its texts.
    var namedWorkspaces: [String] = []

    /// A Task of the manifests.
    init(_ document: Document) {
        self.document = document
        spec = Defaults.taskSpec(document.spec)
        params = (spec["params"]?.elements ?? []).map { ParamSpec($0) }
        results = Set((spec["results"]?.elements ?? []).compactMap { $0["name"]?.string })
        workspaces = (spec["workspaces"]?.elements ?? []).map { WorkspaceDeclaration($0) }
    }

    /// A Task that is embedded in a Pipeline, after defaults.
    init(embedded node: YAMLNode) {
        let metadata = ObjectMetadata(node["metadata"] ?? [:])
        labels = metadata.labels
        annotations = metadata.annotations
        spec = node
        for key in ["metadata", "apiVersion", "kind", "spec"] { spec[key] = nil }
        params = (spec["params"]?.elements ?? []).map { ParamSpec($0) }
        results = Set((spec["results"]?.elements ?? []).compactMap { $0["name"]?.string })
        workspaces = (spec["workspaces"]?.elements ?? []).map { WorkspaceDeclaration($0) }
        spec.forEachText { text in
            guard text.contains("$(tasks.") else { return }
            sources.formUnion(ResultReference.all(in: text).map(\.task))
        }
        namedWorkspaces = Self.workspaces(namedIn: spec)
    }

    var name: String { document?.metadata.name ?? "" }

    /// The workspaces whose variables stand where a container's work is described.
    private static func workspaces(namedIn spec: YAMLNode) -> [String] {
        var texts: [String] = []
        let containers = (spec["steps"]?.elements ?? []) + (spec["sidecars"]?.elements ?? [])
        for container in containers + [spec["stepTemplate"]].compactMap({ $0 }) {
            texts += ["script", "workingDir"].compactMap { container[$0]?.string }
            texts += (container["args"]?.strings ?? []) + (container["command"]?.strings ?? [])
            texts += (container["env"]?.elements ?? []).compactMap { $0["value"]?.string }
            for param in container["params"]?.elements ?? [] { texts += Param(param).value.texts }
        }
        var names: [String] = []
        for text in texts where text.contains("$(workspaces") {
            for name in VariableExpression.all(in: text).compactMap(workspaceName) where !names.contains(name) {
                names.append(name)
            }
        }
        return names
    }

    /// The name in `workspaces.x.path`, `workspaces["x"].path` or `workspaces['x'].path`.
    private static func workspaceName(in expression: String) -> String? {
        guard expression.hasPrefix("workspaces") else { return nil }
        let rest = expression.dropFirst("workspaces".count)
        if rest.first == "." {
            return rest.dropFirst().split(separator: ".", omittingEmptySubsequences: false).first.map(String.init)
        }
        for quote in ["\"", "'"] where rest.hasPrefix("[\(quote)") {
            return rest.dropFirst(2).firstRange(of: "\(quote)]").map {
                String(rest[rest.index(rest.startIndex, offsetBy: 2)..<$0.lowerBound])
            }
        }
        return nil
    }
}
