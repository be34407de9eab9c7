import Manifests
import YAML
extension Rule {
    static let volumeNames = Rule("DD2131", "Volumes have names of their own.") { spec, findings in
        var names: Set<String> = []
        for volume in spec.parts("volumes") where !names.insert(volume.text("name")).inserted {
            findings.report(
                "multiple volumes with same name \(GoText.quoted(volume.text("name")))",
                in: volume,
                "name"
            )
        }
    }

    static let taskWorkspaces = Rule("DD2132", "Workspaces have names and mount paths of their own.") {
        spec,
        findings in
        let containers = spec.parts("steps") + [spec.part("stepTemplate")].compactMap(\.self)
        var paths = Set(
            containers.flatMap { $0.parts("volumeMounts") }.map { MountPath.cleaned($0.text("mountPath")) }
        )
        var names: Set<String> = []
        for workspace in spec.parts("workspaces") {
            let name = workspace.text("name")
            if !names.insert(name).inserted {
                findings.report("workspace name \(GoText.quoted(name)) must be unique", in: workspace, "name")
            }
            let written = workspace.text("mountPath")
            let path = MountPath.cleaned(written.isEmpty ? "/workspace/\(name)" : written)
            if !paths.insert(path).inserted {
                findings.report(
                    "workspace mount path \(GoText.quoted(path)) must be unique",
                    in: workspace,
                    "mountpath"
                )
            }
        }
    }

    static let workspaceUsages = Rule("DD2133", "Steps and sidecars ask for workspaces that the Task declares.") {
        spec,
        findings in
        let declared = Set(spec.parts("workspaces").map { $0.text("name") })
        for (list, feature) in [("steps", "step workspaces"), ("sidecars", "sidecar workspaces")] {
            for container in spec.parts(list) where container["workspaces"] != nil {
                findings.require(.beta, for: feature, in: container, culprit: container.node["workspaces"])
                for usage in container.parts("workspaces") where !declared.contains(usage.text("name")) {
                    findings.report("undefined workspace \(GoText.quoted(usage.text("name")))", in: usage, "name")
                }
            }
        }
    }
}
