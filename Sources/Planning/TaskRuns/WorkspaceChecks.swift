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
        let claims = bindings.compactMap { binding in
            binding[path: "persistentVolumeClaim", "claimName"]?.string
                ?? binding["volumeClaimTemplate"].map { _ in "template of \(binding["name"]?.string ?? "")" }
        }
        return Set(claims).count > 1 ? "more than one PersistentVolumeClaim is bound" : nil
    }

    private static func incompleteness(of binding: YAMLNode) -> String? {
        let sources = (binding.mapping?.entries ?? []).filter {
            !["name", "subPath"].contains($0.key) && !$0.value.isNull
        }
        guard let source = sources.first else {
            return "expected exactly one, got neither: "
                + "configmap, emptydir, persistentvolumeclaim, secret, volumeclaimtemplate"
        }
        guard sources.count == 1 else {
            let names = sources.map { $0.key.lowercased() }.sorted().joined(separator: ", ")
            return "expected exactly one, got both: \(names)"
        }
        guard let field = requiredFields[source.key], (source.value[field]?.string ?? "").isEmpty else { return nil }
        return "missing field(s): \(source.key.lowercased()).\(field.lowercased())"
    }

    private static let requiredFields = [
        "persistentVolumeClaim": "claimName", "configMap": "name", "secret": "secretName", "csi": "driver",
    ]
}
