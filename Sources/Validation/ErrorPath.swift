/// The path of a field in Tekton's words: `spec.tasks[0].params[image].value`.
struct ErrorPath: Sendable, Hashable {
    private(set) var text: String

    init(_ text: String = "") {
        self.text = ""
        append(text)
    }

    /// Adds what follows: a field, a path of fields, or an index or key in brackets, which needs no dot.
    func appending(_ next: String) -> ErrorPath {
        var longer = self
        longer.append(next)
        return longer
    }

    func appending(_ field: String, index: Int) -> ErrorPath { appending(field).appending("[\(index)]") }

    private mutating func append(_ next: String) {
        for part in next.split(separator: ".") {
            let isSubscript = part.hasPrefix("[") && part.hasSuffix("]")
            text += (text.isEmpty || isSubscript ? "" : ".") + part
        }
    }
}
