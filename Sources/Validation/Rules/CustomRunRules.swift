import YAML
extension Rule {
    static let customRunReference = Rule("DD2511", "A CustomRun says by kind and apiVersion what it is.") {
        spec,
        findings in
        if spec.node.mapping?.isEmpty ?? true { return findings.reportMissing(in: spec, "") }
        if spec.has("customRef"), spec.has("customSpec") {
            return findings.report("expected exactly one, got both", in: spec, "customRef", "customSpec")
        }
        guard let target = spec.part("customRef") ?? spec.part("customSpec") else {
            return findings.report("expected exactly one, got neither", in: spec, "customRef", "customSpec")
        }
        for field in ["apiVersion", "kind"] where target.text(field).isEmpty {
            return findings.reportMissing(in: target, field)
        }
        if spec.has("customSpec"), !target.has("spec") { return findings.reportMissing(in: target, "spec") }
        let message = spec.text("statusMessage")
        if spec.text("status").isEmpty, !message.isEmpty {
            findings.reportInvalid(
                "statusMessage should not be set if status is not set, but it is currently set to \(message)",
                in: spec.at(ErrorPath()),
                "statusMessage"
            )
        }
        RunCheck.duplicateParams(spec.parts("params"), in: spec.at(spec.path.appending("params")), into: &findings)
        for binding in spec.parts("workspaces") { WorkspaceBindingCheck.check(binding, into: &findings) }
        RunCheck.duplicateNames(spec.parts("workspaces"), into: &findings)
    }
}
