/// A shell script as far as clone Tasks use the shell: commands, `if`, functions.
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
        case conditional([Word], [Statement], otherwise: [Statement])
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
        guard let block = parser.block() else { return nil }
        statements = block.statements
    }
}

/// Builds statements from lines of words.
private struct BlockParser {
    /// What is left, the next line first.
    var lines: [[ShellScript.Word]]

    init(lines: [[ShellScript.Word]]) {
        self.lines = lines.flatMap { Self.split($0) }.reversed()
    }

    struct Block {
        var statements: [ShellScript.Statement]
        /// The line that ended it, empty at the end of the script.
        var end: [ShellScript.Word]
    }

    mutating func block(endingWith ends: Set<String> = []) -> Block? {
        var statements: [ShellScript.Statement] = []
        while let line = lines.popLast() {
            let words = line.map { $0.plain ?? "" }
            switch words[0] {
            case let word where ends.contains(word) && (words.count == 1 || word == "elif"):
                return Block(statements: statements, end: line)
            case "if":
                guard let statement = conditional(line.dropFirst()) else { return nil }
                statements.append(statement)
            case "then", "fi", "else", "elif", "for", "while", "until", "case", "do", "done", "esac", "{", "}":
                return nil
            default:
                guard words.count == 4, words[1...] == ["(", ")", "{"] else {
                    statements.append(.command(line))
                    continue
                }
                guard let body = block(endingWith: ["}"]) else { return nil }
                statements.append(.function(words[0], body.statements))
            }
        }
        return ends.isEmpty ? Block(statements: statements, end: []) : nil
    }

    /// Reads what follows a condition, to the `fi` that ends it.
    private mutating func conditional(_ condition: ArraySlice<ShellScript.Word>) -> ShellScript.Statement? {
        guard !condition.isEmpty, lines.popLast()?.first?.plain == "then",
            let body = block(endingWith: ["fi", "else", "elif"])
        else { return nil }
        let otherwise: [ShellScript.Statement]
        switch body.end.first?.plain {
        case "else":
            guard let rest = block(endingWith: ["fi"]) else { return nil }
            otherwise = rest.statements
        case "elif":
            guard let rest = conditional(body.end.dropFirst()) else { return nil }
            otherwise = [rest]
        default: otherwise = []
        }
        return .conditional(Self.condition(condition), body.statements, otherwise: otherwise)
    }

    /// A line break belongs after `then`, `else` and the brace that opens a function.
    private static func split(_ line: [ShellScript.Word]) -> [[ShellScript.Word]] {
        if line.count > 1, line[0].plain == "then" || line[0].plain == "else" {
            return [[line[0]]] + split(Array(line.dropFirst()))
        }
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
