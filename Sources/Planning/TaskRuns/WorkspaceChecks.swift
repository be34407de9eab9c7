package import Manifests
package import YAML

/// What Tekton checks about workspaces when a run starts: each check gives Tekton's sentence, nil if all is well.
package enum WorkspaceChecks {
    /// Each binding is complete, each declared workspace bound, each bound one declared.
    /// - Parameters:
    ///   - bindings: `spec.workspaces` of the run, as a tree.
    ///   - declared: The workspaces of the Task.
    /// - Returns: The first thing that is wrong.
    package static func bindings(_ bindings: [YAMLNode], declared: [WorkspaceDeclaration]) -> String? {
        for binding in bindings {
            if let problem = incompleteness(of: binding) {
                return "binding \"\(binding["name"]?.string ?? "")\" is invalid: \(problem)"
            }
        }
        let bound = Set(bindings.map { $0["name"]?.string ?? "" })
        if let missing = declared.first(where: { !$0.isOptional && !bound.contains($0.name) }) {
            return "declared workspace \"\(missing.name)\" is required but has not been bound"
        }
        let names = Set(declared.map(\.name))
        if let extra = bindings.map({ $0["name"]?.string ?? "" }).first(where: { !names.contains($0) }) {
            return "workspace binding \"\(extra)\" does not match any declared workspace"
        }
        return nil
    }

    /// At most one claim is used, as an affinity assistant needs it.
    package static func onlyOneClaim(_ bindings: [YAMLNode]) -> String? {
        let claims = bindings.flatMap { binding in
            [
                binding[path: "persistentVolumeClaim", "claimName"]?.string,
                // A template makes a claim for this workspace.
                binding["volumeClaimTemplate"].map { _ in binding["name"]?.string ?? "" },
            ].compactMap(\.self)
        }
        return Set(claims).count > 1 ? "more than one PersistentVolumeClaim is bound" : nil
    }

    private static func incompleteness(of binding: YAMLNode) -> String? {
        let isEmpty = (binding.mapping?.entries ?? []).allSatisfy { $0.value.isNull || $0.value.string == "" }
        guard !isEmpty else { return "missing field(s): " }
        let sources = (sources + ["directory"]).filter { binding[$0] != nil }
        let all = "configmap, emptydir, persistentvolumeclaim, secret, volumeclaimtemplate"
        guard let source = sources.first else { return "expected exactly one, got neither: \(all)" }
        guard sources.count == 1 else { return "expected exactly one, got both: \(all)" }
        guard let (field, name) = requiredFields[source] else { return nil }
        let value = binding[source]?[field]
        let isMissing = (value?.string ?? "").isEmpty && (value?.elements ?? []).isEmpty
        return isMissing ? "missing field(s): \(name)" : nil
    }

    private static let sources = [
        "volumeClaimTemplate", "persistentVolumeClaim", "emptyDir", "configMap", "secret", "projected", "csi",
    ]

    /// What a source must say, and what Tekton calls it.
    private static let requiredFields = [
        "persistentVolumeClaim": ("claimName", "persistentvolumeclaim.claimname"),
        "configMap": ("name", "configmap.name"),
        "secret": ("secretName", "secret.secretName"),
        "projected": ("sources", "projected.sources"),
        "csi": ("driver", "csi.driver"),
    ]
}
