import Manifests
package import YAML

/// The volumes that the workspaces of a run become in a Pod.
package struct WorkspaceVolumes: Sendable {
    /// The volume of one workspace.
    package struct Entry: Sendable {
        package var workspace: String
        /// What a Pod lists: the name and where the files come from.
        package var volume: YAMLNode

        package var name: String { volume["name"]?.string ?? "" }
    }

    package private(set) var entries: [Entry]

    /// Names the volumes: workspaces on one claim share the volume, all others have their own.
    package init(_ bindings: [YAMLNode]) {
        entries = []
        var used: Set<String> = []
        var claims: [String: YAMLNode] = [:]
        for binding in bindings {
            let workspace = binding["name"]?.string ?? ""
            var name = Self.name(of: workspace)
            while !used.insert(name).inserted { name = Self.name(of: name + "$") }
            guard let source = Self.sources.first(where: { binding[$0] != nil }), let value = binding[source] else {
                continue
            }
            var volume: YAMLNode = ["name": YAMLNode(name)]
            volume[source] = value
            if let claim = binding[path: "persistentVolumeClaim", "claimName"]?.string {
                volume = claims[claim] ?? volume
                claims[claim] = volume
            }
            entries.removeAll { $0.workspace == workspace }
            entries.append(Entry(workspace: workspace, volume: volume))
        }
    }

    /// The names of the volumes, by the workspaces'.
    package var names: [String: String] {
        Dictionary(entries.map { ($0.workspace, $0.name) }, uniquingKeysWith: { $1 })
    }

    private static let sources = [
        "persistentVolumeClaim", "emptyDir", "configMap", "secret", "projected", "csi", "volumeClaimTemplate",
        "directory",
    ]

    private static func name(of text: String) -> String { ChildNames.hashed(text, prefix: "ws") }
}

// MARK: - In a Task

extension WorkspaceVolumes {
    /// Puts the workspaces into a Task: its volumes, and mounts in its stepTemplate, sidecars and steps.
    ///
    /// A workspace that steps or sidecars ask for by name is mounted in those only.
    /// [Tekton: Isolating workspaces](https://tekton.dev/docs/pipelines/workspaces/#isolating-workspaces-to-specific-steps-or-sidecars)
    /// - Parameters:
    ///   - spec: The Task's body.
    ///   - bindings: The workspaces of the run.
    /// - Returns: The body, in which every workspace of the run is declared.
    package func apply(to spec: YAMLNode, bindings: [YAMLNode]) -> YAMLNode {
        guard !bindings.isEmpty else { return spec }
        var spec = spec
        let isolated = Set(
            ["steps", "sidecars"].flatMap { spec[$0]?.elements ?? [] }
                .flatMap { $0["workspaces"]?.elements ?? [] }.compactMap { $0["name"]?.string }
        )
        spec["workspaces"] = WorkspaceSubstitution.declarations(in: spec, bindings: bindings)
        let declared = (spec["workspaces"]?.elements ?? []).map { WorkspaceDeclaration($0) }
        if spec["stepTemplate"] == nil { spec["stepTemplate"] = [:] }
        var added: Set<String> = []
        for binding in bindings {
            let name = binding["name"]?.string ?? ""
            guard let declaration = declared.first(where: { $0.name == name }),
                let entry = entries.last(where: { $0.workspace == name })
            else { continue }
            let mount = Self.mount(of: entry.name, binding, at: declaration)
            if isolated.contains(name) {
                for field in ["steps", "sidecars"] {
                    spec.changeElements(of: field) { Self.addIsolated(mount, of: name, to: &$0) }
                }
            } else {
                spec["stepTemplate"]?.append(mount, to: "volumeMounts")
                spec.changeElements(of: "sidecars") { sidecar in
                    let places = (sidecar["volumeMounts"]?.elements ?? []).map { $0["mountPath"] }
                    if !places.contains(mount["mountPath"]) { sidecar.append(mount, to: "volumeMounts") }
                }
            }
            if added.insert(entry.name).inserted { spec.append(entry.volume, to: "volumes") }
        }
        return spec
    }

    private static func mount(of volume: String, _ binding: YAMLNode, at declaration: WorkspaceDeclaration) -> YAMLNode
    {
        var mount: YAMLNode = ["name": YAMLNode(volume), "mountPath": YAMLNode(declaration.mountPath)]
        if let subPath = binding["subPath"]?.string, !subPath.isEmpty { mount["subPath"] = YAMLNode(subPath) }
        if declaration.isReadOnly { mount["readOnly"] = true }
        return mount
    }

    private static func addIsolated(_ mount: YAMLNode, of workspace: String, to container: inout YAMLNode) {
        let usages = (container["workspaces"]?.elements ?? []).map { WorkspaceUsage($0) }
        guard let usage = usages.first(where: { $0.name == workspace }) else { return }
        var mount = mount
        if !usage.mountPath.isEmpty { mount["mountPath"] = YAMLNode(usage.mountPath) }
        container.append(mount, to: "volumeMounts")
    }
}

extension YAMLNode {
    /// Adds an element to the list that a key holds.
    fileprivate mutating func append(_ element: YAMLNode, to key: String) {
        self[key] = YAMLNode((self[key]?.elements ?? []) + [element])
    }
}
