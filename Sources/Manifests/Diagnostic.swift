package import YAML

/// Something that is wrong with a manifest, or worth saying about it.
///
/// A value: collected, never thrown.
package struct Diagnostic: Sendable, Hashable {
    package enum Severity: String, Sendable, CaseIterable { case error, warning, note }

    /// The stable name of the rule, like `DD1002`.
    package var rule: String
    package var severity: Severity
    /// What is wrong, in one sentence; where Tekton has words for it, Tekton's.
    package var message: String
    /// Where, nil if nothing was read from a file.
    package var place: SourcePlace?
    /// The path of the field as Tekton writes it, like `spec.tasks[0].name`.
    package var path: String?
    /// What to try, or what else there is to know; a line each.
    package var notes: [String]

    package init(
        rule: String,
        severity: Severity = .error,
        message: String,
        place: SourcePlace? = nil,
        path: String? = nil,
        notes: [String] = []
    ) {
        self.rule = rule
        self.severity = severity
        self.message = message
        self.place = place
        self.path = path
        self.notes = notes
    }
}
