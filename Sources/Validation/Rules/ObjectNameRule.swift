import Manifests

extension Rule {
    /// A generated name gets five more characters.
    static let objectName = Rule("DD2001", "The name of an object is a DNS name of at most 63 characters.") {
        part,
        findings in
        var name = part.text("name")
        let generated = part.text("generateName")
        if name.isEmpty, !generated.isEmpty { name = generated.prefix(58) + "00000" }
        if !NameSyntax.isSubdomain(name) {
            findings.report(
                "invalid resource name \(GoText.quoted(name)): must be a valid DNS label",
                in: part,
                "name"
            )
        } else if name.utf8.count > 63 {
            findings.report("Invalid resource name: length must be no more than 63 characters", in: part, "name")
        }
    }
}

extension Rule {
    static let pendingRun = Rule("DD2002", "A run that has started does not wait to be started.") { run, findings in
        let kind = run.text("kind")
        guard run.part("spec")?.text("status") == "\(kind)Pending", run.part("status")?["startTime"] != nil else {
            return
        }
        findings.reportInvalid("\(kind) cannot be Pending after it is started", in: run, "spec.status")
    }
}
