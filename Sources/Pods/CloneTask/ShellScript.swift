/// A shell script as far as clone Tasks use the shell: commands, `if` without `else`, functions.
///
/// Comments, blank lines and the ways to quote are gone, so that scripts that mean the same are equal.
struct ShellScript {
    /// A part of a word.
    enum Segment: Hashable {
        /// Characters; those that the shell would treat specially, but for quotes, have a backslash.
        case text(String)
        /// `$NAME`, `${NAME}` or `${NAME:?}`.
        case variable(String)
        /// A variable of Tekton's, like `params.url`, in one spelling.
        case tekton(String)
        /// The words of a command substitution, joined.
        case command(String)
        /// What is not understood; equal to nothing that is known.
        case other(String)
    }

    struct Word: Hashable {
        var segments: [Segment]
        /// Whether the shell looks at the characters of a value: a variable outside quotes, or one of Tekton's.
        var isExposed = false
        /// Whether a variable stands outside quotes, so that an empty value leaves no word.
        var canVanish = false

        static func == (left: Word, right: Word) -> Bool { left.segments == right.segments }
        func hash(into hasher: inout Hasher) { hasher.combine(segments) }

        /// The characters, if it is nothing but characters.
        var plain: String? {
            switch segments.count {
            case 0: return ""
            case 1: if case .text(let text) = segments[0] { return text }
            default: break
            }
            return nil
        }
    }

    indirect enum Statement: Equatable {
        case command([Word])
        case conditional([Word], [Statement])
        case function(String, [Statement])
    }

    /// The words after `#!`, nil without such a line.
    let interpreter: String?
    let statements: [Statement]

    /// Nil if the script uses more of the shell.
    init?(_ text: String) {
        var text = text[...]
        if text.hasPrefix("#!") {
            let line = text.prefix { !$0.isNewline }
            interpreter = line.dropFirst(2).split(separator: " ").joined(separator: " ")
            text = text[line.endIndex...]
        } else {
            interpreter = nil
        }
        guard let lines = ShellReader.lines(of: text) else { return nil }
        var parser = BlockParser(lines: lines)
        guard let statements = parser.block(endingWith: nil) else { return nil }
        self.statements = statements
    }
}

/// Builds statements from lines of words.
private struct BlockParser {
    /// What is left, the next line first.
    var lines: [[ShellScript.Word]]

    init(lines: [[ShellScript.Word]]) {
        self.lines = lines.flatMap { Self.split($0) }.reversed()
    }

    mutating func block(endingWith end: String?) -> [ShellScript.Statement]? {
        var statements: [ShellScript.Statement] = []
        while let line = lines.popLast() {
            let words = line.map { $0.plain ?? "" }
            switch words[0] {
            case let word where word == end && words.count == 1:
                return statements
            case "if":
                guard lines.popLast()?.first?.plain == "then", let body = block(endingWith: "fi") else { return nil }
                statements.append(.conditional(Self.condition(line.dropFirst()), body))
            case "then", "fi", "else", "elif", "for", "while", "until", "case", "do", "done", "esac", "{", "}":
                return nil
            default:
                guard words.count == 4, words[1...] == ["(", ")", "{"] else {
                    statements.append(.command(line))
                    continue
                }
                guard let body = block(endingWith: "}") else { return nil }
                statements.append(.function(words[0], body))
            }
        }
        return end == nil ? statements : nil
    }

    /// A line break belongs after `then` and after the brace that opens a function.
    private static func split(_ line: [ShellScript.Word]) -> [[ShellScript.Word]] {
        if line.count > 1, line[0].plain == "then" { return [[line[0]]] + split(Array(line.dropFirst())) }
        if line.count > 4, line[1...3].map(\.plain) == ["(", ")", "{"] {
            return [Array(line[...3])] + split(Array(line.dropFirst(4)))
        }
        return [line]
    }

    /// `[[ a == b ]]` and `[ a = b ]` are one for the comparisons that occur.
    private static func condition(_ words: ArraySlice<ShellScript.Word>) -> [ShellScript.Word] {
        words.map { word in
            switch word.plain {
            case "[[": ShellScript.Word(segments: [.text("[")])
            case "]]": ShellScript.Word(segments: [.text("]")])
            case "==": ShellScript.Word(segments: [.text("=")])
            default: word
            }
        }
    }
}
