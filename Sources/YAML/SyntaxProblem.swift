/// What libyaml says about a text that it cannot read, on the way to a sentence that helps.
struct SyntaxProblem {
    /// libyaml's words.
    var words: String
    var place: SourcePlace
    /// What libyaml was reading, like `while scanning a simple key`.
    var context: String?
    /// Where that began.
    var contextPlace: SourcePlace?
    /// The text of the line that the problem is in.
    var line: String
    /// Where in the line, counted from 0 in Unicode scalars.
    var column: Int

    var error: YAMLError {
        if isTab {
            return YAMLError(
                message: "a tab cannot indent YAML",
                place: place,
                notes: ["indent with spaces"]
            )
        }
        let (message, notes) = sentence
        return YAMLError(message: message, place: blamedPlace, notes: notes + whereItBegan)
    }

    /// Whether the problem is a tab at its place, or in front of the first word of its line.
    private var isTab: Bool {
        let scalars = Array(line.unicodeScalars)
        if words.contains("tab character") { return true }
        if column < scalars.count, scalars[column] == "\t" { return true }
        return line.unicodeScalars.prefix { $0 == " " || $0 == "\t" }.contains("\t")
    }

    private var found: Unicode.Scalar? {
        line.unicodeScalars.dropFirst(column).first
    }

    /// Something that was never closed, or has no name, is best shown where it begins.
    private var blamedPlace: SourcePlace {
        let begins = ["end of stream", "could not find expected ':'", "alphabetic or numeric character"]
        return begins.contains { words.contains($0) } ? contextPlace ?? place : place
    }

    private var whereItBegan: [String] {
        guard let contextPlace, let context, contextPlace != blamedPlace else { return [] }
        let subjects = [
            "block mapping": "mapping", "flow mapping": "mapping", "block collection": "list", "flow sequence": "list",
        ]
        guard let subject = subjects.first(where: { context.contains($0.key) })?.value else { return [] }
        return ["the \(subject) begins at \(contextPlace.line):\(contextPlace.column)"]
    }

    private var sentence: (String, [String]) {
        switch words {
        case "found character that cannot start any token":
            let character = found.map { "'\(Character($0))'" } ?? "this character"
            return ("a value cannot begin with \(character)", ["put the value in quotes"])
        case "mapping values are not allowed in this context":
            return (
                "a ':' is not allowed here",
                ["check the indentation, and put a value that contains ': ' in quotes"]
            )
        case "did not find expected key":
            return ("a key was expected here", ["check the indentation: the keys of a mapping begin in one column"])
        case "did not find expected '-' indicator":
            return ("a '-' was expected here", ["check the indentation: the items of a list begin in one column"])
        case "block sequence entries are not allowed in this context":
            return ("a list is not allowed here", ["begin the list on a line of its own"])
        case "did not find expected ',' or ']'":
            return ("',' or ']' was expected here", ["close the list with ']'"])
        case "did not find expected ',' or '}'":
            return ("',' or '}' was expected here", ["close the mapping with '}'"])
        case "did not find expected node content":
            return ("a value was expected here", [])
        case "did not find expected <document start>":
            return ("the document has ended, but there is more", ["begin another document with '---'"])
        case "could not find expected ':'":
            return ("this key has no ':'", ["write 'key: value', or check the indentation"])
        case "found unexpected end of stream":
            return ("this quoted text is never closed", ["add the closing quote"])
        case "found unexpected document indicator":
            return ("a document ends within quoted text", ["add the closing quote"])
        case "did not find expected alphabetic or numeric character":
            let (name, sign) = context?.contains("alias") == true ? ("an alias", "*") : ("an anchor", "&")
            return ("\(name) needs a name of letters and digits", ["put text that begins with '\(sign)' in quotes"])
        case "did not find expected comment or line break":
            return ("nothing but a comment may follow here", ["begin the text on the next line"])
        case "found unknown escape character":
            return (
                "an unknown escape in double quotes",
                ["write '\\\\' for a backslash, or use single quotes"]
            )
        case "found invalid Unicode character escape code":
            return (Self.surrogateMessage, ["write the character itself"])
        case "found undefined tag handle":
            return ("an unknown tag", ["put text that begins with '!' in quotes"])
        default:
            return (words.isEmpty ? "this is not YAML" : words, [])
        }
    }

    static let surrogateMessage = "this escape is no Unicode character"

    /// A text that cannot be read because of its bytes.
    static func encoding(_ words: String, value: Int, place: SourcePlace) -> YAMLError {
        if words.contains("control characters") {
            let code = String(value, radix: 16, uppercase: true)
            return YAMLError(
                message:
                    "the control character U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code) is not allowed",
                place: place,
                notes: ["remove it, or write it as an escape in double quotes"]
            )
        }
        return YAMLError(message: "this is not UTF-8", place: place, notes: ["save the file as UTF-8"])
    }
}
