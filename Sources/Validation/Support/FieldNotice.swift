import Manifests
import YAML

/// Something to be said about a field wherever it is used.
struct FieldNotice: Sendable {
    /// The stable name, like `DD3001`.
    var rule: String
    var message: String
    /// Finds the parts that it is about.
    var find: @Sendable (DocumentParts) -> [Part]

    init(_ rule: String, _ message: String, find: @escaping @Sendable (DocumentParts) -> [Part]) {
        self.rule = rule
        self.message = message
        self.find = find
    }

    /// A notice about fields of parts of one kind.
    /// - Parameters:
    ///   - rule: Its stable name.
    ///   - message: What is said.
    ///   - parts: The parts that have the fields.
    ///   - paths: The paths of the fields, as ``Part/found(at:)`` takes them.
    init(
        _ rule: String,
        _ message: String,
        in parts: any KeyPath<DocumentParts, [Part]> & Sendable,
        _ paths: String...
    ) {
        let fields = paths.map { Part.fields(ofPath: $0) }
        self.init(rule, message) { document in
            document[keyPath: parts].flatMap { part in fields.flatMap { part.found(at: $0) } }
        }
    }

    /// A diagnostic for each place.
    func diagnostics(for parts: DocumentParts, severity: Diagnostic.Severity) -> [Diagnostic] {
        find(parts).map { part in
            Diagnostic(
                rule: rule,
                severity: severity,
                message: "\(message): \(part.path.text)",
                place: part.node.place,
                path: part.path.text
            )
        }
    }

    /// One diagnostic for all places, at the first.
    func diagnostic(for parts: DocumentParts, severity: Diagnostic.Severity) -> Diagnostic? {
        let all = diagnostics(for: parts, severity: severity)
        guard var first = all.first else { return nil }
        if all.count > 1 { first.message += " and \(all.count - 1) more" }
        return first
    }
}
