package import Manifests
package import YAML

/// Makes the PipelineRun or TaskRun that starts a Pipeline or a Task with what the command line gives.
package struct RunComposer: Sendable {
    package var params: [ParamArgument]
    /// Bindings as `spec.workspaces` holds them.
    package var workspaces: [YAMLNode]

    package init(params: [ParamArgument] = [], workspaces: [YAMLNode] = []) {
        self.params = params
        self.workspaces = workspaces
    }

    /// A run of a Pipeline or Task, its name still to be generated.
    package func run(of definition: Document) throws(ArgumentError) -> Document {
        let isPipeline = definition.kind == "Pipeline"
        var spec: YAMLNode = [:]
        spec[isPipeline ? "pipelineRef" : "taskRef"] = reference(to: definition)
        let given = try paramNodes(declared: definition.spec["params"]?.elements ?? [], of: definition)
        try checkNothingIsMissing(of: definition)
        if !given.isEmpty { spec["params"] = YAMLNode(given) }
        if !workspaces.isEmpty { spec["workspaces"] = YAMLNode(workspaces) }
        return Document([
            "apiVersion": "tekton.dev/v1",
            "kind": YAMLNode(isPipeline ? "PipelineRun" : "TaskRun"),
            "metadata": [
                "generateName": "\(definition.metadata.name)-run-",
                "namespace": YAMLNode(definition.metadata.namespace),
            ],
            "spec": spec,
        ])
    }

    /// A run as it was written, with params and workspaces of the command line in the place of its own.
    package func completed(_ run: Document, definition: Document?) throws(ArgumentError) -> Document {
        guard !params.isEmpty || !workspaces.isEmpty else { return run }
        var run = run
        let embedded = run.spec["pipelineSpec"] ?? run.spec["taskSpec"]
        let declared = (embedded ?? definition?.spec)?["params"]?.elements ?? []
        let given = try paramNodes(declared: declared, of: run)
        var spec = run.spec
        spec["params"] = Self.merged(spec["params"]?.elements ?? [], with: given)
        spec["workspaces"] = Self.merged(spec["workspaces"]?.elements ?? [], with: workspaces)
        run.root["spec"] = spec
        return run
    }

    private func reference(to definition: Document) -> YAMLNode {
        let name = YAMLNode(definition.metadata.name)
        return definition.kind == "ClusterTask" ? ["name": name, "kind": "ClusterTask"] : ["name": name]
    }

    private func paramNodes(declared: [YAMLNode], of document: Document) throws(ArgumentError) -> [YAMLNode] {
        let specs = declared.map { ParamSpec($0) }
        var nodes: [YAMLNode] = []
        for param in params {
            guard params.filter({ $0.name == param.name }).count == 1 else {
                throw ArgumentError("param '\(param.name)' is given more than once")
            }
            let type = specs.first { $0.name == param.name }?.type
            if type == nil, document.kind == "Pipeline" || document.kind == "Task" || document.kind == "ClusterTask" {
                throw ArgumentError(Self.unknownParam(param.name, declared: specs.map(\.name), in: document))
            }
            nodes.append(Param(name: param.name, value: try param.value(for: type ?? .string)).node)
        }
        return nodes
    }

    /// What a Pipeline or Task declares without a default must be given, and only what it declares.
    private func checkNothingIsMissing(of definition: Document) throws(ArgumentError) {
        let what = "\(definition.kind) '\(definition.metadata.name)'"
        let given = Set(params.map(\.name))
        let missing = (definition.spec["params"]?.elements ?? []).filter { $0["default"] == nil }
            .compactMap { $0["name"]?.string }.filter { !given.contains($0) }
        let bound = workspaces.compactMap { $0["name"]?.string }
        let declared = (definition.spec["workspaces"]?.elements ?? []).map { WorkspaceDeclaration($0) }
        if let unknown = bound.first(where: { name in !declared.contains { $0.name == name } }) {
            let names = declared.map(\.name).joined(separator: ", ")
            throw ArgumentError(
                "\(what) has no workspace '\(unknown)': it declares \(names.isEmpty ? "none" : names)"
            )
        }
        let unbound = declared.filter { !$0.isOptional && !bound.contains($0.name) }.map(\.name)
        guard !missing.isEmpty || !unbound.isEmpty else { return }
        let needs = missing.map { "param '\($0)'" } + unbound.map { "workspace '\($0)'" }
        let flags = missing.map { "-p \($0)=VALUE" } + unbound.map { "-w name=\($0),emptyDir=" }
        throw ArgumentError(
            "\(what) needs \(needs.joined(separator: ", ")); add \(flags.joined(separator: " "))"
        )
    }

    private static func unknownParam(_ name: String, declared: [String], in document: Document) -> String {
        let known = declared.isEmpty ? "it declares none" : "it declares \(declared.joined(separator: ", "))"
        return "\(document.kind) '\(document.metadata.name)' has no param '\(name)': \(known)"
    }

    private static func merged(_ written: [YAMLNode], with given: [YAMLNode]) -> YAMLNode? {
        let names = Set(given.compactMap { $0["name"]?.string })
        let all = written.filter { !names.contains($0["name"]?.string ?? "") } + given
        return all.isEmpty ? nil : YAMLNode(all)
    }
}
