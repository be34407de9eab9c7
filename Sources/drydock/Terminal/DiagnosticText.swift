import Manifests

/// Writes a diagnostic as compilers do: place, severity, rule, message, and what to try below.
enum DiagnosticText {
    static func text(of diagnostic: Diagnostic) -> String {
        let place = diagnostic.place.map { "\($0): " } ?? ""
        let path = diagnostic.path.map { diagnostic.message.contains($0) ? "" : " (\($0))" } ?? ""
        var text = "\(place)\(diagnostic.severity.rawValue)[\(diagnostic.rule)]: \(diagnostic.message)\(path)"
        for note in diagnostic.notes { text += "\n  " + note }
        return text
    }
}
