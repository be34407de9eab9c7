import Manifests

extension Rule {
    static let pipelineRunWorkspaces = Rule("DD2421", "A PipelineRun gives each workspace once, with one source.") {
        spec,
        findings in
        var indices: [String: Int] = [:]
        for (index, binding) in spec.parts("workspaces").enumerated() {
            WorkspaceBindingCheck.check(binding, into: &findings)
            let name = binding.text("name")
            if let earlier = indices.updateValue(index, forKey: name) {
                findings.report(
                    "workspace \(GoText.quoted(name)) provided by pipelinerun more than once, at index \(earlier) and "
                        + "\(index)",
                    in: binding,
                    "name"
                )
            }
        }
    }

    static let taskRunWorkspaces = Rule("DD2422", "A TaskRun gives each workspace once, with one source.") {
        spec,
        findings in
        for binding in spec.parts("workspaces") { WorkspaceBindingCheck.check(binding, into: &findings) }
        RunCheck.duplicateNames(spec.parts("workspaces"), into: &findings)
    }
}

/// What a run gives for a workspace.
enum WorkspaceBindingCheck {
    private static let sources = [
        "volumeClaimTemplate", "persistentVolumeClaim", "emptyDir", "configMap", "secret", "projected", "csi",
    ]

    /// The sources that Tekton names, in lower case as it does.
    private static let namedSources = [
        "persistentvolumeclaim", "volumeclaimtemplate", "emptydir", "configmap", "secret",
    ]

    /// Where a source must say which one it is: the field, and Tekton's name of it.
    private static let mandatory = [
        ("persistentVolumeClaim", "claimName", "persistentvolumeclaim.claimname"),
        ("configMap", "name", "configmap.name"), ("secret", "secretName", "secret.secretName"),
        ("csi", "driver", "csi.driver"),
    ]

    static func check(_ binding: Part, into findings: inout Findings) {
        let given = sources.filter { binding.has($0) }
        guard !given.isEmpty || !binding.text("name").isEmpty || !binding.text("subPath").isEmpty else {
            return findings.reportMissing(in: binding, "")
        }
        guard given.count == 1 else {
            let message = given.isEmpty ? "expected exactly one, got neither" : "expected exactly one, got both"
            return findings.report(message, in: binding, fields: namedSources)
        }
        for (source, field, name) in mandatory {
            guard let part = binding.part(source), part.text(field).isEmpty else { continue }
            return findings.reportMissing(in: binding, name)
        }
        if let projected = binding.part("projected"), projected["sources"] == nil {
            findings.reportMissing(in: binding, "projected.sources")
        }
    }
}
