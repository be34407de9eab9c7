/// One thing that admission looks at.
struct Rule: Sendable {
    /// The stable name, like `DD2101`.
    var id: String
    /// What is asked of a manifest, in one sentence.
    var summary: String
    /// Looks at a part of a document and reports what Tekton refuses.
    var check: @Sendable (Part, inout Findings) -> Void

    init(_ id: String, _ summary: String, check: @escaping @Sendable (Part, inout Findings) -> Void) {
        self.id = id
        self.summary = summary
        self.check = check
    }
}

extension [Rule] {
    func check(_ part: Part, into findings: inout Findings) {
        for rule in self {
            findings.rule = rule.id
            rule.check(part, &findings)
        }
    }
}
