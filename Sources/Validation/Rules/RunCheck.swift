/// What is asked of runs of both kinds.
enum RunCheck {
    /// Exactly one of a reference and a spec.
    static func reference(
        in spec: Part,
        _ reference: String,
        _ embedded: String,
        kind: String,
        into findings: inout Findings
    ) {
        switch (spec.part(reference), spec.part(embedded)) {
        case (nil, nil): findings.report("expected exactly one, got neither", in: spec, reference, embedded)
        case (.some, .some): findings.report("expected exactly one, got both", in: spec, reference, embedded)
        default: break
        }
        if let part = spec.part(reference) {
            Rule.checkBundle(part, into: &findings)
            Reference.check(part, into: &findings)
        }
        if spec.has(embedded), spec.settings.inlineSpecsRefused.contains(kind) {
            findings.report("must not set the field(s)", in: spec, embedded)
        }
    }

    /// Reports params that are given twice; letter case does not tell them apart.
    ///
    /// The path of the part stands before the names of the params.
    static func duplicateParams(_ params: [Part], in part: Part, into findings: inout Findings) {
        var names: Set<String> = []
        for param in params where !names.insert(param.text("name").lowercased()).inserted {
            findings.report(
                "expected exactly one, got both",
                in: part,
                "[\(param.text("name"))].name",
                culprit: param.node
            )
        }
    }

    /// Elements of a list that have one name; letter case does not tell them apart.
    static func duplicateNames(_ elements: [Part], into findings: inout Findings) {
        var names: Set<String> = []
        for element in elements where !names.insert(element.text("name").lowercased()).inserted {
            findings.report("expected exactly one, got both", in: element, "name")
        }
    }

    static func environment(_ template: Part?, in part: Part, into findings: inout Findings) {
        let forbidden = part.settings.forbiddenEnvironment
        for variable in template?.parts("env") ?? [] where forbidden.contains(variable.text("name")) {
            findings.report(
                "invalid value: PodTemplate cannot update a forbidden env: \(variable.text("name"))",
                in: part,
                "PodTemplate.Env",
                culprit: variable.node
            )
        }
    }
}
