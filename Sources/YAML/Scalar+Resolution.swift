/// A scalar as it stands in a text.
struct Scalar {
    var text: String
    /// The full tag, like `tag:yaml.org,2002:str`.
    var tag: String?
    /// Without quotes and without a tag, so that its text decides what it is.
    var isPlain: Bool

    /// Whether this is a merge key where it stands as a key.
    var isMerge: Bool { text == "<<" && (isPlain || tag == "tag:yaml.org,2002:merge") }
}

/// Why a scalar has no value in JSON's data model.
struct ScalarProblem: Error {
    var message: String
    var notes: [String]
}

extension Scalar {
    /// The value, by YAML 1.1 as Kubernetes' reader understands it.
    func resolved() throws(ScalarProblem) -> YAMLNode.Content {
        guard let tag else { return isPlain ? try Self.resolve(text) : .string(text) }
        let prefix = "tag:yaml.org,2002:"
        guard tag.hasPrefix(prefix) else { return .string(text) }
        let type = String(tag.dropFirst(prefix.count))
        switch type {
        case "binary":
            return .string(try Self.decodedBase64(text))
        case "int", "float", "bool", "null":
            let value = try Self.resolve(text)
            switch (type, value) {
            case ("int", .integer), ("float", .integer), ("float", .number), ("bool", .bool), ("null", .null):
                return value
            default:
                throw ScalarProblem(
                    message: "'\(text)' is not what its tag '!!\(type)' says",
                    notes: ["remove the tag or change the value"]
                )
            }
        default:
            return .string(text)
        }
    }

    /// What a text without quotes stands for.
    static func resolve(_ text: String) throws(ScalarProblem) -> YAMLNode.Content {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            if let infinite = notANumber(text) { throw infinite }
            return number(text) ?? .string(text)
        case UInt8(ascii: "."):
            if let infinite = notANumber(text) { throw infinite }
            return decimal(text) ?? .string(text)
        case UInt8(ascii: "~"), UInt8(ascii: "A")...UInt8(ascii: "z"):
            return words[text] ?? .string(text)
        default:
            return .string(text)
        }
    }

    private static let words: [String: YAMLNode.Content] = {
        var words: [String: YAMLNode.Content] = ["~": .null]
        let forms: [(String, YAMLNode.Content)] = [
            ("null", .null),
            ("true", .bool(true)), ("yes", .bool(true)), ("on", .bool(true)), ("y", .bool(true)),
            ("false", .bool(false)), ("no", .bool(false)), ("off", .bool(false)), ("n", .bool(false)),
        ]
        for (word, value) in forms {
            words[word] = value
            words[word.uppercased()] = value
            words[word.prefix(1).uppercased() + word.dropFirst()] = value
        }
        return words
    }()

    private static func notANumber(_ text: String) -> ScalarProblem? {
        guard text.utf8.count <= 5 else { return nil }
        let bare = text.hasPrefix("-") || text.hasPrefix("+") ? String(text.dropFirst()) : text
        let names = bare == text ? [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"] : [".inf", ".Inf", ".INF"]
        guard names.contains(bare) else { return nil }
        return ScalarProblem(
            message: "'\(text)' is a number that JSON does not have",
            notes: ["put it in quotes if it is meant as text"]
        )
    }

    // MARK: - Numbers

    /// An integer (decimal, `0x`, `0o`, `0b`, or octal by a leading zero) or a decimal; underscores do not count.
    private static func number(_ text: String) -> YAMLNode.Content? {
        let plain = text.utf8.contains(UInt8(ascii: "_")) ? text.filter { $0 != "_" } : text
        return integer(plain) ?? decimal(plain)
    }

    private static func integer(_ text: String) -> YAMLNode.Content? {
        var digits = Substring(text)
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
        var radix = 10
        if digits.utf8.first == UInt8(ascii: "0"), digits.utf8.count > 1 {
            let radices: [Character: Int] = ["x": 16, "X": 16, "o": 8, "O": 8, "b": 2, "B": 2]
            digits.removeFirst()
            radix = digits.first.flatMap { radices[$0] } ?? 8
            if let first = digits.first, radices[first] != nil { digits.removeFirst() }
        }
        // A second sign must not slip through the standard library's reading.
        guard let first = digits.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else { return nil }
        if let value = Int(isNegative ? "-\(digits)" : String(digits), radix: radix) { return .integer(value) }
        guard !isNegative, let value = UInt64(digits, radix: radix) else { return nil }
        return .number(Double(value))
    }

    /// A decimal with an optional fraction and exponent.
    private static func decimal(_ text: String) -> YAMLNode.Content? {
        var rest = text.utf8[...]
        func skipDigits() -> Int {
            let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            rest = rest.dropFirst(digits.count)
            return digits.count
        }
        func skip(_ characters: String) -> Bool {
            guard let first = rest.first, characters.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = skip("+-")
        let whole = skipDigits()
        let fraction = skip(".") ? skipDigits() : 0
        guard whole + fraction > 0 else { return nil }
        if skip("eE") {
            _ = skip("+-")
            guard skipDigits() > 0 else { return nil }
        }
        guard rest.isEmpty, let value = Double(text.hasSuffix(".") ? text + "0" : text), value.isFinite else {
            return nil
        }
        return YAMLNode.Content(number: value)
    }

    private static func decodedBase64(_ text: String) throws(ScalarProblem) -> String {
        let compact = text.filter { !$0.isWhitespace }
        guard let data = Base64.decode(compact) else {
            throw ScalarProblem(message: "the value of !!binary is not base64", notes: ["encode it with 'base64'"])
        }
        return String(decoding: data, as: UTF8.self)
    }
}

extension YAMLNode.Content {
    /// A number; a whole one is an integer, as in JSON nothing tells the two apart.
    init(number: Double) {
        let isNegativeZero = number == 0 && number.sign == .minus
        if !isNegativeZero, let whole = Int(exactly: number) {
            self = .integer(whole)
        } else {
            self = .number(number)
        }
    }
}
