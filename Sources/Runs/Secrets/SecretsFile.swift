/// A file of secrets in the manner of `.env`: `NAME/KEY=VALUE` in each line.
///
/// `NAME=VALUE` is for a Secret of which one key is used. Blank lines and lines that begin with `#` do not count. A
/// value goes on to the end of its line, without the blanks around it and without what follows ` #`. In single quotes
/// it is taken as it stands, in double quotes `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are escapes; in either it
/// may go over several lines.
package struct SecretsFile: Sendable {
    package struct Entry: Sendable, Hashable {
        package var name: String
        /// Nil where what uses the Secret tells the key.
        package var key: String?
        package var value: String
        /// Counted from 1.
        package var line: Int
    }

    package private(set) var entries: [Entry] = []
    private var characters: [Character]
    private var position = 0
    private var line = 1

    static let form = "NAME/KEY=VALUE, or NAME=VALUE for a Secret of one key"

    /// Reads the text of a file.
    /// - Throws: What is wrong with it and in which line, without a word of it that could be secret.
    package init(parsing text: String) throws(ArgumentError) {
        characters = Array(text)
        while let entry = try next() { entries.append(entry) }
        characters = []
    }

    /// Whether a text is meant for YAML rather than for this.
    package static func isYAML(_ text: String) -> Bool {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " || $0 == "\t" } }
        guard let first = lines.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }) else { return false }
        if first.hasPrefix("---") || first.hasPrefix("{") || first.hasPrefix("%YAML") { return true }
        return first.prefix { $0 != "=" }.contains(":")
    }

    // MARK: - Reading

    private mutating func next() throws(ArgumentError) -> Entry? {
        skipBlankLines()
        guard position < characters.count else { return nil }
        let start = line
        let target = takeWhile { $0 != "=" && !$0.isNewline }
        guard current == "=" else { throw failure("there is no '='; expected \(Self.form)") }
        position += 1
        let name: String
        let key: String?
        do {
            (name, key) = try SecretName.parse(Self.trimmed(target), form: Self.form)
        } catch {
            throw failure(error.description)
        }
        return Entry(name: name, key: key, value: try value(), line: start)
    }

    private mutating func skipBlankLines() {
        while let character = current {
            if character.isNewline {
                line += 1
            } else if character == "#" {
                _ = takeWhile { !$0.isNewline }
                continue
            } else if !Self.isBlank(character) {
                return
            }
            position += 1
        }
    }

    private mutating func value() throws(ArgumentError) -> String {
        let blanks = takeWhile(Self.isBlank)
        guard let quote = current, quote == "\"" || quote == "'" else {
            if current == "#", !blanks.isEmpty {
                _ = takeWhile { !$0.isNewline }
                return ""
            }
            let text = takeWhile { !$0.isNewline }
            return Self.trimmed(Self.withoutComment(text))
        }
        position += 1
        let value = try quoted(by: quote)
        _ = takeWhile(Self.isBlank)
        guard current == nil || current == "#" || current?.isNewline == true else {
            throw failure("only a comment may follow the closing quote")
        }
        _ = takeWhile { !$0.isNewline }
        return value
    }

    private mutating func quoted(by quote: Character) throws(ArgumentError) -> String {
        let start = line
        var value = ""
        while let character = current {
            position += 1
            if character == quote { return value }
            if character.isNewline { line += 1 }
            guard character == "\\", quote == "\"" else {
                value.append(character)
                continue
            }
            guard let escaped = current, let meant = Self.escapes[escaped] else {
                throw failure("an unknown escape in double quotes; a backslash itself is written '\\\\'")
            }
            value.append(meant)
            position += 1
        }
        line = start
        throw failure("the quote is never closed")
    }

    private static let escapes: [Character: Character] = [
        "n": "\n", "r": "\r", "t": "\t", "\"": "\"", "\\": "\\", "$": "$",
    ]

    private var current: Character? { position < characters.count ? characters[position] : nil }

    private mutating func takeWhile(_ matches: (Character) -> Bool) -> String {
        let start = position
        while let character = current, matches(character) { position += 1 }
        return String(characters[start..<position])
    }

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

    private static func trimmed(_ text: String) -> String {
        let end = text.lastIndex { !isBlank($0) }.map { text.index(after: $0) } ?? text.startIndex
        return String(text[..<end].drop(while: isBlank))
    }

    private static func withoutComment(_ text: String) -> String {
        guard let comment = text.firstRange(of: " #") ?? text.firstRange(of: "\t#") else { return text }
        return String(text[..<comment.lowerBound])
    }

    private func failure(_ problem: String) -> ArgumentError { ArgumentError("line \(line): \(problem)") }
}
