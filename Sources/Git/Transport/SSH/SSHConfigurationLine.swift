/// A line of ssh's configuration.
///
/// `ssh_config(5)`: a keyword and its arguments, between them blanks or one `=`; arguments may be quoted.
struct SSHConfigurationLine: Equatable {
    /// In small letters.
    var keyword: String
    var arguments: [String]

    /// Nil if nothing is said in the line.
    init?(_ text: String) {
        var rest = text[...].drop { $0.isWhitespace }
        let word = rest.prefix { !$0.isWhitespace && $0 != "=" }
        keyword = word.filter { $0 != "\"" }.lowercased()
        guard !keyword.isEmpty, !keyword.hasPrefix("#") else { return nil }
        rest = rest.dropFirst(word.count).drop { $0.isWhitespace }
        if rest.first == "=" { rest.removeFirst() }
        arguments = ShellWords.split(rest, endingAtComment: true)
    }
}

/// Words with quotes and backslashes.
enum ShellWords {
    static func split(_ text: Substring, endingAtComment: Bool = false) -> [String] {
        var words: [String] = []
        var rest = text.drop { $0.isWhitespace }
        while let first = rest.first, !(endingAtComment && first == "#") {
            var word = ""
            var quote: Character?
            while let character = rest.popFirst() {
                if character == "\\", let next = rest.first, "\"'\\".contains(next) || (quote == nil && next == " ") {
                    word.append(next)
                    rest.removeFirst()
                } else if character == quote {
                    quote = nil
                } else if quote == nil, character == "\"" || character == "'" {
                    quote = character
                } else if quote == nil, character.isWhitespace {
                    break
                } else {
                    word.append(character)
                }
            }
            words.append(word)
            rest = rest.drop { $0.isWhitespace }
        }
        return words
    }
}
