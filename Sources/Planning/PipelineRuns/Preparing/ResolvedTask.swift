import Manifests
import YAML

/// What a PipelineTask carries out, found: a Task, a custom task or a Pipeline.
struct ResolvedTask: Sendable {
    var kind: RunKind = .taskRun
    /// The Task or Pipeline that is referred to; nil where it is embedded.
    var document: Document?
    /// The body as Tekton stores it; that of a custom task as it is written.
    var spec: YAMLNode = [:]
    var params: [ParamSpec] = []
    var results: Set<String> = []
    var workspaces: [WorkspaceDeclaration] = []
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
        read(Defaults.taskSpec(document.spec))
    }

    /// A Task as the status of its TaskRun has kept it.
    init(named name: String, spec: YAMLNode) {
        let root: YAMLNode = [
            "apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": ["name": YAMLNode(name)], "spec": spec,
        ]
        document = Document(root)
        read(Defaults.taskSpec(spec))
    }

    /// A Task that is embedded in a Pipeline, after defaults.
    init(embedded node: YAMLNode) {
        let metadata = ObjectMetadata(node["metadata"] ?? [:])
        labels = metadata.labels
        annotations = metadata.annotations
        var spec = node
        for key in ["metadata", "apiVersion", "kind", "spec"] { spec[key] = nil }
        read(spec)
        spec.forEachText { text in
            guard text.mayHoldVariables, text.contains("$(tasks.") else { return }
            sources.formUnion(VariableText.variables(in: text).compactMap(Self.task(namedIn:)))
        }
        namedWorkspaces = Self.workspaces(namedIn: spec)
    }

    /// What another controller carries out.
    init(customTask task: PipelineTask) {
        kind = .customRun
        spec = task.taskSpec ?? [:]
    }

    /// A Pipeline, found or embedded.
    init(pipeline document: Document?, embedded: YAMLNode? = nil) {
        kind = .pipelineRun
        self.document = document
        spec = document?.spec ?? embedded ?? [:]
    }

    var name: String { document?.metadata.name ?? "" }

    private mutating func read(_ spec: YAMLNode) {
        self.spec = spec
        params = (spec["params"]?.elements ?? []).map { ParamSpec($0) }
        results = Set((spec["results"]?.elements ?? []).compactMap { $0["name"]?.string })
        workspaces = (spec["workspaces"]?.elements ?? []).map { WorkspaceDeclaration($0) }
    }

    /// The task in `tasks.x.results.y`, `tasks.x.outputs` or `tasks.x.inputs`.
    private static func task(namedIn variable: String) -> String? {
        let parts = variable.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "tasks", ["results", "outputs", "inputs"].contains(parts[2]) else {
            return nil
        }
        return String(parts[1])
    }

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
