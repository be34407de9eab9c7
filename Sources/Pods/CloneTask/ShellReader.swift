/// Splits the text of a shell script into lines of words.
struct ShellReader {
    private let characters: [Character]
    private var index = 0
    private var lines: [[ShellScript.Word]] = []
    private var line: [ShellScript.Word] = []
    private var word: ShellScript.Word?

    /// Nil if a quote or a parenthesis is left open.
    static func lines(of text: some StringProtocol) -> [[ShellScript.Word]]? {
        var reader = ShellReader(characters: Array(text))
        return reader.read() ? reader.lines : nil
    }

    private init(characters: [Character]) { self.characters = characters }

    private var current: Character? { index < characters.count ? characters[index] : nil }

    private mutating func read() -> Bool {
        while let character = current {
            index += 1
            switch character {
            case " ", "\t":
                endWord()
            case "\n", "\r\n", ";":
                endLine()
            case "#" where word == nil:
                while let next = current, !next.isNewline { index += 1 }
            case "\\":
                guard let next = current else { return false }
                index += 1
                if !next.isNewline { append(Self.escaped(next)) }
            case "'":
                guard let text = take(until: "'") else { return false }
                append(text.map(Self.escaped).joined())
            case "\"":
                guard readQuoted() else { return false }
            case "$":
                guard readExpansion(isQuoted: false) else { return false }
            case "`":
                guard let text = take(until: "`") else { return false }
                append(.other(text))
            case "|", "&", ">", "<", "(", ")":
                readOperator(character)
            default:
                append(String(character))
            }
        }
        endLine()
        return true
    }

    /// Reads to the closing double quote.
    private mutating func readQuoted() -> Bool {
        append("")
        while let character = current {
            index += 1
            switch character {
            case "\"": return true
            case "$": guard readExpansion(isQuoted: true) else { return false }
            case "\\":
                guard let next = current else { return false }
                if next.isNewline {
                    index += 1
                } else if "$`\"\\".contains(next) {
                    index += 1
                    append(Self.escaped(next))
                } else {
                    append("\\\\")
                }
            case "`":
                guard let text = take(until: "`") else { return false }
                append(.other(text))
            default: append(Self.escaped(character))
            }
        }
        return false
    }

    /// Reads what follows a dollar sign.
    private mutating func readExpansion(isQuoted: Bool) -> Bool {
        let segment: ShellScript.Segment
        switch current {
        case "{":
            index += 1
            guard let text = take(until: "}") else { return false }
            let name = text.hasSuffix(":?") ? String(text.dropLast(2)) : text
            segment = Self.isName(name) ? .variable(name) : .other(text)
        case "(":
            index += 1
            guard let text = takeParenthesis() else { return false }
            segment = Self.substitution(text)
        case "?":
            index += 1
            segment = .variable("?")
        case let next? where next == "_" || next.isASCII && next.isLetter:
            var name = ""
            while let next = current, next.isASCII, next == "_" || next.isLetter || next.isNumber {
                name.append(next)
                index += 1
            }
            segment = .variable(name)
        default:
            segment = .other("$")
        }
        append(segment)
        if case .tekton = segment { word?.isExposed = true }
        if !isQuoted {
            word?.isExposed = true
            word?.canVanish = true
        }
        return true
    }

    private mutating func readOperator(_ character: Character) {
        endWord()
        var text = String(character)
        if let next = current, (text == "|" || text == "&" || text == ">") && String(next) == text {
            text.append(next)
            index += 1
        }
        line.append(ShellScript.Word(segments: [.text(text)]))
    }

    // MARK: - Pieces

    private mutating func take(until end: Character) -> String? {
        guard let closing = characters[index...].firstIndex(of: end) else { return nil }
        defer { index = closing + 1 }
        return String(characters[index..<closing])
    }

    /// Reads to the parenthesis that closes the one just read.
    private mutating func takeParenthesis() -> String? {
        var depth = 1
        var text = ""
        while let character = current {
            index += 1
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
            if depth == 0 { return text }
            text.append(character)
        }
        return nil
    }

    private static func substitution(_ text: String) -> ShellScript.Segment {
        if let variable = TektonVariable.normalised(text) { return .tekton(variable) }
        guard let lines = lines(of: text), lines.count == 1 else { return .other(text) }
        let words = lines[0].map { word in word.plain ?? word.segments.map { "\($0)" }.joined() }
        return .command(words.joined(separator: " "))
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.first, !first.isNumber else { return false }
        return text.allSatisfy { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    /// A quoted character that would mean something else unquoted keeps a backslash.
    private static func escaped(_ character: Character) -> String {
        "*?[]{}~!$`\\|&;<>()#\"'".contains(character) ? "\\\(character)" : String(character)
    }

    private mutating func append(_ text: String) {
        var segments = word?.segments ?? []
        if case .text(let before)? = segments.last {
            segments[segments.count - 1] = .text(before + text)
        } else if !text.isEmpty {
            segments.append(.text(text))
        }
        setSegments(segments)
    }

    private mutating func append(_ segment: ShellScript.Segment) {
        setSegments((word?.segments ?? []) + [segment])
    }

    private mutating func setSegments(_ segments: [ShellScript.Segment]) {
        var changed = word ?? ShellScript.Word(segments: [])
        changed.segments = segments
        word = changed
    }

    private mutating func endWord() {
        if let word { line.append(word) }
        word = nil
    }

    private mutating func endLine() {
        endWord()
        if !line.isEmpty { lines.append(line) }
        line = []
    }
}

/// The spellings of Tekton's variables.
enum TektonVariable {
    /// The one spelling (`params.url`) of what stands in `$(…)`; nil if that is no variable of Tekton's.
    static func normalised(_ text: String) -> String? {
        let roots = ["params", "inputs", "workspaces", "results", "context", "outputs"]
        guard roots.contains(where: { text.hasPrefix($0 + ".") || text.hasPrefix($0 + "[") }) else { return nil }
        guard text.allSatisfy({ !$0.isWhitespace && !"|;&<>$`".contains($0) }) else { return nil }
        var name = text.hasPrefix("inputs.params") ? String(text.dropFirst("inputs.".count)) : text
        for quote in ["\"", "'"] {
            name = name.replacing("[\(quote)", with: ".").replacing("\(quote)]", with: "")
        }
        return name
    }
}
