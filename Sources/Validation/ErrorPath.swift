/// The path of a field in Tekton's words: `spec.tasks[0].params[image].value`.
///
/// Every part of a document has one and few are ever read, so the words are only put together when asked for.
struct ErrorPath: Sendable, Hashable {
    private indirect enum Link: Sendable {
        case field(String, after: Link?)
        case index(Int, after: Link?)
    }

    private let last: Link?

    private init(last: Link?) { self.last = last }

    init(_ text: String = "") {
        last = text.isEmpty ? nil : .field(text, after: nil)
    }

    /// Adds what follows: a field, a path of fields, or an index or key in brackets, which needs no dot.
    func appending(_ next: String) -> ErrorPath { ErrorPath(last: .field(next, after: last)) }

    func appending(_ field: String, index: Int) -> ErrorPath {
        ErrorPath(last: .index(index, after: .field(field, after: last)))
    }

    var text: String {
        var pieces: [String] = []
        var link = last
        while let here = link {
            switch here {
            case .field(let text, let before):
                pieces.append(text)
                link = before
            case .index(let index, let before):
                pieces.append("[\(index)]")
                link = before
            }
        }
        return pieces.reversed().reduce(into: "") { path, piece in
            for part in piece.split(separator: ".") {
                let isSubscript = part.hasPrefix("[") && part.hasSuffix("]")
                path += (path.isEmpty || isSubscript ? "" : ".") + part
            }
        }
    }

    static func == (one: ErrorPath, other: ErrorPath) -> Bool { one.text == other.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
