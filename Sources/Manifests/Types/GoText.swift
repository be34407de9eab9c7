/// Texts as Go's `fmt` writes them into messages.
package enum GoText {
    /// A text in quotes, as `%q` writes it.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                guard scalar.value < 32 || scalar.value == 127 else {
                    result.unicodeScalars.append(scalar)
                    continue
                }
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return result + "\""
    }

    /// A list of texts as `%v` writes it.
    package static func list(_ texts: [String]) -> String { "[\(texts.joined(separator: " "))]" }

    /// A mapping of lists as `%v` writes it, by its keys.
    package static func mapping(_ lists: [String: [String]]) -> String {
        let entries = lists.sorted { $0.key < $1.key }.map { "\($0.key):\(list($0.value))" }
        return "map[\(entries.joined(separator: " "))]"
    }
}
