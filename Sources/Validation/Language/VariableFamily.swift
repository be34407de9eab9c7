/// What variables that belong together begin with, as Tekton writes it: a small regular expression.
///
/// `params`, `context\\.taskRun`, `resources.(?:inputs|outputs)`: a point stands for any character, a group for each of
/// its alternatives.
struct VariableFamily {
    /// Why this is no such expression, in Go's words.
    struct Problem: Error, Equatable {
        var message: String
    }

    /// The regular expression that Tekton has for it.
    var pattern: String { isLiteral ? written.replacing(".", with: "\\.") : written }

    private let written: String
    private let isLiteral: Bool
    /// All ways to begin, with nil for any character.
    private let beginnings: [[UInt8?]]

    /// The family that begins with a text.
    init(_ text: String) {
        written = text
        isLiteral = true
        beginnings = [Array("$(\(text)".utf8)]
    }

    init(pattern: String) throws(Problem) {
        written = pattern
        isLiteral = false
        if let operators = Self.nestedRepetition(in: pattern) {
            throw Problem(message: "invalid nested repetition operator: `\(operators)`")
        }
        beginnings = Self.alternatives(of: pattern[...]).map { Array("$(".utf8).map { $0 } + $0 }
    }

    /// How long the beginning of a variable is at a place, nil if none begins there.
    func length(in bytes: [UInt8], at index: Int) -> Int? {
        for beginning in beginnings where index + beginning.count <= bytes.count {
            let fits = zip(beginning, bytes[index...]).allSatisfy { wanted, byte in
                wanted.map { $0 == byte } ?? (byte != UInt8(ascii: "\n"))
            }
            if fits { return beginning.count }
        }
        return nil
    }

    private static func alternatives(of pattern: Substring) -> [[UInt8?]] {
        var all: [[UInt8?]] = [[]]
        var rest = pattern
        while let character = rest.popFirst() {
            if character == "(", rest.hasPrefix("?:"), let end = rest.firstIndex(of: ")") {
                let group = rest[..<end].dropFirst(2).split(separator: "|", omittingEmptySubsequences: false)
                let choices = group.flatMap { alternatives(of: $0) }
                all = all.flatMap { start in choices.map { start + $0 } }
                rest = rest[rest.index(after: end)...]
            } else {
                let literal = character == "\\" ? rest.popFirst() ?? character : character
                let bytes: [UInt8?] = character == "." ? [nil] : Array(String(literal).utf8)
                all = all.map { $0 + bytes }
            }
        }
        return all
    }

    /// A repetition of a repetition, like `**`; a question mark after a repetition is none.
    private static func nestedRepetition(in pattern: String) -> String? {
        var rest = pattern[...]
        while let start = rest.firstIndex(where: { "*+?".contains($0) }) {
            // A question mark at the beginning of a group says what kind of group it is.
            let isGroup = start > pattern.startIndex && pattern[pattern.index(before: start)] == "("
            rest = rest[start...]
            var operators = String(rest.removeFirst())
            guard !isGroup || operators != "?" || start == pattern.startIndex else { continue }
            if rest.first == "?" { operators.append(rest.removeFirst()) }
            if let next = rest.first, "*+?".contains(next) { return operators + String(next) }
        }
        return nil
    }
}
