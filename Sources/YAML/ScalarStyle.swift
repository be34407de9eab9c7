/// How a text has to be written so that it is read as that text.
enum ScalarStyle {
    case plain
    case singleQuoted
    case doubleQuoted
    case literal

    init(_ text: String) {
        guard text.unicodeScalars.allSatisfy(Self.isPrintable) else {
            self = .doubleQuoted
            return
        }
        if text.utf8.contains(UInt8(ascii: "\n")) {
            self = text.utf8.allSatisfy { $0 == UInt8(ascii: "\n") } ? .doubleQuoted : .literal
        } else if Self.looksLikeAnotherType(text) || text.utf8.contains(UInt8(ascii: "\t")) {
            self = .doubleQuoted
        } else {
            self = Self.hasIndicators(text) ? .singleQuoted : .plain
        }
    }

    /// Whether the text has several lines and can stand in a block as it is.
    var allowsLiteral: Bool { self == .literal }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\t": true
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}": false
        default: true
        }
    }

    /// Whether a reader would see a number, a boolean, null, a date or a merge key in the text without quotes.
    private static func looksLikeAnotherType(_ text: String) -> Bool {
        guard let content = try? Scalar.resolve(text), case .string = content else { return true }
        if text == "=" || text == "<<" { return true }
        // Dates, times and numbers to the base 60.
        guard let first = text.utf8.first, "0123456789+-".utf8.contains(first) else { return false }
        let isNumeric = text.utf8.allSatisfy { "0123456789:-+._ TtZz".utf8.contains($0) }
        return isNumeric && text.utf8.dropFirst().contains { ":-".utf8.contains($0) }
    }

    private static func hasIndicators(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return true }
        if text.hasPrefix("---") || text.hasPrefix("...") { return true }
        if first == UInt8(ascii: " ") || last == UInt8(ascii: " ") || last == UInt8(ascii: ":") { return true }
        if "#,[]{}&*!|>'\"%@`".utf8.contains(first) { return true }
        if "-?:".utf8.contains(first), bytes.count == 1 || bytes.dropFirst().first == UInt8(ascii: " ") { return true }
        return text.contains(": ") || text.contains(" #")
    }

    static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case let scalar where isPrintable(scalar): quoted.unicodeScalars.append(scalar)
            default:
                let code = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            }
        }
        return quoted + "\""
    }
}
