import Manifests
package import YAML

/// Replaces `$(workspaces.x.…)` in a Task, which thereby declares every workspace that its run gives it.
package struct WorkspaceSubstitution: Sendable {
    /// The workspaces of the run, as a tree.
    package var bindings: [YAMLNode]
    /// The run's, from which the name of a claim is made where there is only a template.
    package var uid: String

    package init(bindings: [YAMLNode], uid: String = "") {
        self.bindings = bindings
        self.uid = uid
    }

    package func apply(to written: YAMLNode) -> YAMLNode {
        var spec = withAllDeclared(written)
        var values = Replacements()
        for binding in bindings {
            guard let name = binding["name"]?.string else { continue }
            values.strings["workspaces.\(name).volume"] = WorkspaceVolume.name(of: name)
            values.strings["workspaces.\(name).claim"] = claim(of: binding, workspace: name)
        }
        let bound = Set(bindings.compactMap { $0["name"]?.string })
        for declaration in (spec["workspaces"]?.elements ?? []).map({ WorkspaceDeclaration($0) }) {
            let prefix = "workspaces.\(declaration.name)"
            guard bound.contains(declaration.name) || !declaration.isOptional else {
                values.strings["\(prefix).bound"] = "false"
                values.strings["\(prefix).path"] = ""
                continue
            }
            values.strings["\(prefix).bound"] = "true"
            values.strings["\(prefix).path"] = declaration.mountPath
            spec = withOwnPaths(of: declaration.name, in: spec)
        }
        return values.apply(toTaskSpec: spec)
    }

    private func claim(of binding: YAMLNode, workspace: String) -> String {
        if let template = binding["volumeClaimTemplate"] {
            let name = template[path: "metadata", "name"]?.string ?? ""
            return ChildNames.claim(template: name, workspace: workspace, uid: uid)
        }
        return binding[path: "persistentVolumeClaim", "claimName"]?.string ?? ""
    }

    private func withAllDeclared(_ spec: YAMLNode) -> YAMLNode {
        let declared = spec["workspaces"]?.elements ?? []
        let names = Set(declared.map { $0["name"]?.string })
        let added = bindings.compactMap { $0["name"]?.string }.filter { !names.contains($0) }
        guard !added.isEmpty else { return spec }
        var spec = spec
        spec["workspaces"] = YAMLNode(declared + added.map { ["name": YAMLNode($0)] })
        return spec
    }

    /// Where a step or sidecar mounts the workspace at a place of its own, its path is that place.
    private func withOwnPaths(of workspace: String, in spec: YAMLNode) -> YAMLNode {
        var spec = spec
        for (field, isStep) in [("steps", true), ("sidecars", false)] {
            guard let containers = spec[field]?.sequence else { continue }
            spec[field] = YAMLNode(
                containers.map { container in
                    let usages = (container["workspaces"]?.elements ?? []).map { WorkspaceUsage($0) }
                    guard let usage = usages.first(where: { $0.name == workspace && !$0.mountPath.isEmpty }) else {
                        return container
                    }
                    let path = Replacements(strings: ["workspaces.\(workspace).path": usage.mountPath])
                    return isStep ? path.apply(toStep: container) : path.apply(toSidecar: container)
                }
            )
        }
        return spec
    }
}

/// The volume that a workspace becomes in a Pod.
package enum WorkspaceVolume {
    /// The volume's name, which `$(workspaces.x.volume)` gives and a Task may use in its own `volumeMounts`.
    package static func name(of workspace: String) -> String { ChildNames.hashed(workspace, prefix: "ws") }
}
