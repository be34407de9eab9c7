package import Manifests
package import YAML

/// Replaces `$(workspaces.x.…)` in a Task.
package struct WorkspaceSubstitution: Sendable {
    /// The workspaces of the Task.
    package var declarations: [WorkspaceDeclaration]
    /// The workspaces of the run, as trees.
    package var bindings: [YAMLNode]
    /// The names of the volumes, by the workspaces'.
    package var volumes: [String: String]

    package init(declarations: [WorkspaceDeclaration], bindings: [YAMLNode], volumes: [String: String]) {
        self.declarations = declarations
        self.bindings = bindings
        self.volumes = volumes
    }

    /// The workspaces of a Task, which thereby declares every one that its run gives it.
    /// - Parameters:
    ///   - spec: The Task's body.
    ///   - bindings: The workspaces of the run.
    /// - Returns: The list, nil if there are none.
    package static func declarations(in spec: YAMLNode, bindings: [YAMLNode]) -> YAMLNode? {
        let declared = spec["workspaces"]?.elements ?? []
        let names = Set(declared.map { $0["name"]?.string })
        let added = bindings.compactMap { $0["name"]?.string }.filter { !names.contains($0) }
        guard !added.isEmpty else { return spec["workspaces"] }
        return YAMLNode(declared + added.map { ["name": YAMLNode($0)] })
    }

    package func apply(to written: YAMLNode) -> YAMLNode {
        var spec = written
        var values = Replacements()
        let bound = Set(bindings.compactMap { $0["name"]?.string })
        for declaration in declarations {
            let prefix = "workspaces.\(declaration.name)"
            guard bound.contains(declaration.name) || !declaration.isOptional else {
                values.strings["\(prefix).bound"] = "false"
                values.strings["\(prefix).path"] = ""
                continue
            }
            values.strings["\(prefix).bound"] = "true"
            spec = withPaths(of: declaration, in: spec)
        }
        for (name, volume) in volumes { values.strings["workspaces.\(name).volume"] = volume }
        for binding in bindings {
            let claim = binding[path: "persistentVolumeClaim", "claimName"]?.string ?? ""
            values.strings["workspaces.\(binding["name"]?.string ?? "").claim"] = claim
        }
        return values.apply(toTaskSpec: spec)
    }

    /// Where a step or sidecar mounts the workspace at a place of its own, its path is that place.
    private func withPaths(of declaration: WorkspaceDeclaration, in spec: YAMLNode) -> YAMLNode {
        let variable = "workspaces.\(declaration.name).path"
        var spec = spec
        for (field, isStep) in [("steps", true), ("sidecars", false)] {
            spec.changeElements(of: field) { container in
                let usages = (container["workspaces"]?.elements ?? []).map { WorkspaceUsage($0) }
                guard let usage = usages.first(where: { $0.name == declaration.name && !$0.mountPath.isEmpty }) else {
                    return
                }
                let path = Replacements(strings: [variable: usage.mountPath])
                container = isStep ? path.apply(toStep: container) : path.apply(toSidecar: container)
            }
        }
        return Replacements(strings: [variable: declaration.mountPath]).apply(toTaskSpec: spec)
    }
}
