import YAML
/// References to Tasks, Pipelines and StepActions.
enum Reference {
    /// Checks a reference, whose path is the one that Tekton names.
    static func check(_ reference: Part, into findings: inout Findings) {
        let name = reference.text("name")
        let resolver = resolver(of: reference)
        if reference["params"] != nil || !resolver.isEmpty {
            checkResolver(reference, name: name, resolver: resolver, into: &findings)
        } else if name.isEmpty {
            findings.reportMissing(in: reference, "name")
        } else if NameSyntax.looksLikeURL(name) {
            checkConciseSyntax(reference, into: &findings)
            findings.reportMissing(in: reference, "resolver")
        } else {
            let problems = NameSyntax.problemsOfQualifiedName(name)
            if !problems.isEmpty { findings.reportInvalid(problems.joined(separator: ","), in: reference, "name") }
        }
    }

    /// The resolver that is named, or the installation's own where neither a name nor a resolver is.
    static func resolver(of reference: Part) -> String {
        let written = reference.text("resolver")
        return written.isEmpty && reference.text("name").isEmpty ? reference.settings.defaultResolver : written
    }

    private static func checkResolver(
        _ reference: Part,
        name: String,
        resolver: String,
        into findings: inout Findings
    ) {
        if let params = reference["params"] {
            findings.require(.beta, for: "resolver params", in: reference, culprit: params)
            if !name.isEmpty { findings.report("expected exactly one, got both", in: reference, "name", "params") }
            if resolver.isEmpty { findings.reportMissing(in: reference, "resolver") }
            RunCheck.duplicateParams(reference.parts("params"), in: reference, into: &findings)
        }
        guard !resolver.isEmpty else { return }
        findings.require(.beta, for: "resolver", in: reference, culprit: reference.node["resolver"])
        guard !name.isEmpty else { return }
        if NameSyntax.looksLikeURL(name) {
            checkConciseSyntax(reference, into: &findings)
        } else {
            findings.reportInvalid("invalid URI for request", in: reference, "name")
        }
    }

    private static func checkConciseSyntax(_ reference: Part, into findings: inout Findings) {
        guard !reference.settings.allowsConciseResolverSyntax else { return }
        findings.report(
            "feature flag enable-concise-resolver-syntax should be set to true to use concise resolver syntax",
            in: reference,
            "",
            culprit: reference.node["name"]
        )
    }
}
