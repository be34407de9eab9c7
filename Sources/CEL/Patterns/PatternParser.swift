/// Reads a regular expression as RE2 does.
///
/// [RE2: Syntax](https://github.com/google/re2/wiki/Syntax)
struct PatternParser {
    struct Flags {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesNewline = false
        var isLazy = false
    }

    let scalars: [Unicode.Scalar]
    var index = 0
    private(set) var flags = Flags()
    private var depth = 0

    static func parse(_ pattern: String) throws(PatternError) -> PatternNode {
        var parser = PatternParser(scalars: Array(pattern.unicodeScalars))
        let node = try parser.choice()
        guard parser.index == parser.scalars.count else { throw PatternError("unexpected )", pattern) }
        return node
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    func peek(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        return index + wanted.count <= scalars.count && Array(scalars[index..<index + wanted.count]) == wanted
    }

    func text(from start: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<min(index, scalars.count)])
        return String(view)
    }

    // MARK: - Structure

    private mutating func choice() throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 1000 else { throw PatternError("expression nests too deeply", text(from: 0)) }
        var branches = [try sequence()]
        while peek == "|" {
            index += 1
            branches.append(try sequence())
        }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            let start = index
            let part = try atom()
            parts.append(try repeated(part, from: start))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func repeated(_ node: PatternNode, from start: Int) throws(PatternError) -> PatternNode {
        var node = node
        var isRepeated = false
        while let bounds = try repetition() {
            guard !isRepeated else {
                throw PatternError("invalid nested repetition operator", text(from: start))
            }
            isRepeated = true
            if peek == "?" { index += 1 }
            node = .repetition(node, minimum: bounds.minimum, maximum: bounds.maximum)
        }
        return node
    }

    private mutating func repetition() throws(PatternError) -> (minimum: Int, maximum: Int?)? {
        switch peek {
        case "*": index += 1; return (0, nil)
        case "+": index += 1; return (1, nil)
        case "?": index += 1; return (0, 1)
        case "{": return try counted()
        default: return nil
        }
    }

    /// `{2}`, `{2,}`, `{2,3}`; anything else is a text.
    private mutating func counted() throws(PatternError) -> (minimum: Int, maximum: Int?)? {
        let start = index
        index += 1
        guard let minimum = number() else {
            index = start
            return nil
        }
        var maximum: Int? = minimum
        if peek == "," {
            index += 1
            maximum = number()
        }
        guard peek == "}" else {
            index = start
            return nil
        }
        index += 1
        guard minimum <= 1000, maximum ?? 0 <= 1000, maximum.map({ $0 >= minimum }) ?? true else {
            throw PatternError("invalid repeat count", text(from: start))
        }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        let start = index
        while let scalar = peek, Lexer.isDigit(scalar) { index += 1 }
        return Int(text(from: start))
    }

    // MARK: - Parts

    private mutating func atom() throws(PatternError) -> PatternNode {
        let start = index
        let scalar = scalars[index]
        index += 1
        switch scalar {
        case "(": return try group(from: start)
        case "[": return .set(withCase(try bracket(from: start)))
        case ".": return .set(flags.dotMatchesNewline ? .all : .allButNewline)
        case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
        case "*", "+", "?": throw PatternError("missing argument to repetition operator", text(from: start))
        case "\\": return try escape(from: start)
        default: return .set(withCase(ScalarSet(scalar)))
        }
    }

    func withCase(_ set: ScalarSet) -> ScalarSet { flags.ignoresCase ? set.ignoringCase : set }

    private mutating func group(from start: Int) throws(PatternError) -> PatternNode {
        let outer = flags
        if peek == "?" {
            index += 1
            if peek("P<") || peek("<") {
                guard let end = scalars[index...].firstIndex(of: ">") else {
                    throw PatternError("invalid named capture", text(from: start))
                }
                let name = scalars[index...end].dropFirst(peek("P<") ? 2 : 1).dropLast()
                index = end + 1
                guard !name.isEmpty, name.allSatisfy({ Lexer.isLetter($0) || Lexer.isDigit($0) }) else {
                    throw PatternError("invalid named capture", text(from: start))
                }
            } else {
                let isGroup = try readFlags(from: start)
                guard isGroup else { return .empty }
            }
        }
        let node = try choice()
        guard peek == ")" else { throw PatternError("missing closing )", text(from: 0)) }
        index += 1
        flags = outer
        return node
    }

    /// Reads `i)`, which holds for what follows, or `i:`, which holds inside the group.
    private mutating func readFlags(from start: Int) throws(PatternError) -> Bool {
        var isOn = true
        while let scalar = peek {
            index += 1
            switch scalar {
            case "i": flags.ignoresCase = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotMatchesNewline = isOn
            case "U": flags.isLazy = isOn
            case "-" where isOn: isOn = false
            case ":": return true
            case ")": return false
            default: throw PatternError("invalid or unsupported Perl syntax", text(from: start))
            }
        }
        throw PatternError("missing closing )", text(from: 0))
    }

    private mutating func escape(from start: Int) throws(PatternError) -> PatternNode {
        guard let scalar = peek else { throw PatternError("trailing backslash at end of expression", "") }
        switch scalar {
        case "A": index += 1; return .assertion(.textStart)
        case "z": index += 1; return .assertion(.textEnd)
        case "b": index += 1; return .assertion(.wordBoundary)
        case "B": index += 1; return .assertion(.noWordBoundary)
        case "Q":
            index += 1
            var parts: [PatternNode] = []
            while let scalar = peek, !peek("\\E") {
                parts.append(.set(withCase(ScalarSet(scalar))))
                index += 1
            }
            if peek("\\E") { index += 2 }
            return .sequence(parts)
        default: return .set(withCase(try escapedSet(from: start)))
        }
    }
}
