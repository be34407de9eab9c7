import SystemPackage

/// The settings of a home's `.gitconfig`.
///
/// [git: Configuration file](https://git-scm.com/docs/git-config#_configuration_file)
struct GitConfiguration {
    struct Entry: Equatable {
        /// In small letters, as `name`.
        var section: String
        /// As it is written.
        var subsection: String?
        var name: String
        /// Nil for a name without a value, which means true.
        var value: String?

        /// Whether the value is one of those that mean yes.
        var isTrue: Bool {
            guard let value = value?.lowercased() else { return true }
            if let number = Int(value) { return number != 0 }
            return ["true", "yes", "on"].contains(value)
        }
    }

    var entries: [Entry] = []

    init() {}

    /// Reads what git reads of a home, in its order.
    init(home: StepHome) throws(GitError) {
        for place in [FilePath(".config/git/config"), FilePath(".gitconfig")] {
            guard let text = try home.text(place) else { continue }
            do {
                entries += try GitConfiguration(text: text).entries
            } catch {
                throw .failed(action: "reading", subject: "~/\(place)", message: "bad config line \(error.line)")
            }
        }
    }

    /// What is wrong with a file.
    struct SyntaxError: Error, Equatable {
        var line: Int
    }

    init(text: String) throws(SyntaxError) {
        var reader = GitConfigurationReader(text)
        while let entry = try reader.next() { entries.append(entry) }
    }

    /// The values of a setting without a subsection, in their order.
    func values(_ section: String, _ name: String) -> [String?] {
        entries.filter { $0.section == section && $0.subsection == nil && $0.name == name }.map(\.value)
    }

    /// How exactly a subsection has to fit an address.
    enum Selection {
        /// A closer fit replaces what was said before, as for `http.<url>.*`.
        case best
        /// All that fit count, as for `credential.<url>.*`.
        case all
    }

    /// The entries that hold for an address, in their order: the last one wins where only one can.
    func entries(_ section: String, _ name: String, for url: URLParts, _ selection: Selection) -> [Entry] {
        var best = URLPattern.Fit.none
        return entries.filter { entry in
            guard entry.section == section, entry.name == name else { return false }
            guard let subsection = entry.subsection else { return selection == .all || best == .none }
            guard let fit = URLPattern(subsection)?.fit(url) else { return false }
            guard selection == .best else { return true }
            guard fit >= best else { return false }
            best = fit
            return true
        }
    }
}

/// Takes a configuration file apart.
private struct GitConfigurationReader {
    private var rest: Substring.UnicodeScalarView
    private var line = 1
    private var section: String?
    private var subsection: String?

    init(_ text: String) {
        let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        // git takes a carriage return before a line feed for part of the line break.
        rest = Substring(text.replacing("\r\n", with: "\n")).unicodeScalars
    }

    mutating func next() throws(GitConfiguration.SyntaxError) -> GitConfiguration.Entry? {
        while let character = rest.first {
            switch character {
            case "\n":
                line += 1
                rest.removeFirst()
            case "#", ";": skipLine()
            case "[": try readSection()
            case _ where character.properties.isWhitespace: rest.removeFirst()
            case _ where Self.isLetter(character): return try readEntry()
            default: throw error
            }
        }
        return nil
    }

    private var error: GitConfiguration.SyntaxError { GitConfiguration.SyntaxError(line: line) }

    private static func isLetter(_ character: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(character) || ("A"..."Z").contains(character)
    }

    private static func isNamePart(_ character: Unicode.Scalar) -> Bool {
        isLetter(character) || ("0"..."9").contains(character) || character == "-"
    }

    private mutating func skipLine() { rest = rest.drop { $0 != "\n" } }

    private mutating func readSection() throws(GitConfiguration.SyntaxError) {
        rest.removeFirst()
        let name = String(String.UnicodeScalarView(rest.prefix { Self.isNamePart($0) || $0 == "." }))
        guard !name.isEmpty else { throw error }
        rest = rest.dropFirst(name.unicodeScalars.count)
        subsection = nil
        if rest.first != "]" {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard rest.first == "\"" else { throw error }
            rest.removeFirst()
            subsection = try readQuotedSubsection()
            section = name.lowercased()
        } else {
            // The old way: `[section.subsection]`.
            let parts = name.lowercased().split(separator: ".", maxSplits: 1)
            section = parts.first.map { String($0) }
            subsection = parts.count > 1 ? String(parts[1]) : nil
        }
        guard rest.first == "]" else { throw error }
        rest.removeFirst()
    }

    private mutating func readQuotedSubsection() throws(GitConfiguration.SyntaxError) -> String {
        var name = String.UnicodeScalarView()
        while let character = rest.popFirst() {
            switch character {
            case "\"": return String(name)
            case "\n": throw error
            case "\\":
                guard let escaped = rest.popFirst(), escaped != "\n" else { throw error }
                name.append(escaped)
            default: name.append(character)
            }
        }
        throw error
    }

    private mutating func readEntry() throws(GitConfiguration.SyntaxError) -> GitConfiguration.Entry {
        guard let section else { throw error }
        let name = String(String.UnicodeScalarView(rest.prefix(while: Self.isNamePart)))
        rest = rest.dropFirst(name.unicodeScalars.count).drop { $0 == " " || $0 == "\t" }
        var value: String?
        switch rest.first {
        case nil, "\n", "#", ";": break
        case "=":
            rest.removeFirst()
            value = try readValue()
        default: throw error
        }
        return GitConfiguration.Entry(section: section, subsection: subsection, name: name.lowercased(), value: value)
    }

    private mutating func readValue() throws(GitConfiguration.SyntaxError) -> String {
        var value = String.UnicodeScalarView()
        // Blanks at the end count only if something follows them.
        var blanks = String.UnicodeScalarView()
        var isQuoted = false
        rest = rest.drop { $0 == " " || $0 == "\t" }
        while let character = rest.first {
            if character == "\n" {
                guard !isQuoted else { throw error }
                break
            }
            rest.removeFirst()
            switch character {
            case "#" where !isQuoted, ";" where !isQuoted:
                skipLine()
                return String(value)
            case " " where !isQuoted, "\t" where !isQuoted:
                blanks.append(character)
                continue
            case "\"":
                isQuoted.toggle()
                value.append(contentsOf: blanks)
            case "\\":
                value.append(contentsOf: blanks)
                guard let escaped = rest.popFirst() else { throw error }
                switch escaped {
                case "\n": line += 1
                case "n": value.append("\n")
                case "t": value.append("\t")
                case "b": value.append("\u{8}")
                case "\\", "\"": value.append(escaped)
                default: throw error
                }
            default:
                value.append(contentsOf: blanks)
                value.append(character)
            }
            blanks.removeAll()
        }
        guard !isQuoted else { throw error }
        return String(value)
    }
}
