extension YAMLNode {
    /// The value as JSON text.
    /// - Parameters:
    ///   - pretty: Over several lines, indented by four spaces, as `kubectl -o json` prints; else without any space.
    ///   - sortedKeys: Keys by their bytes, as Kubernetes writes what it read; else in their order.
    /// - Returns: The text, without a line break at its end.
    package func jsonText(pretty: Bool = false, sortedKeys: Bool = false) -> String {
        var writer = JSONWriter(isPretty: pretty, sortsKeys: sortedKeys)
        writer.write(self)
        return writer.text
    }
}

private struct JSONWriter {
    let isPretty: Bool
    let sortsKeys: Bool
    var text = ""
    var depth = 0

    mutating func write(_ node: YAMLNode) {
        switch node.content {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += Self.number(value)
        case .string(let value): write(value)
        case .sequence(let nodes):
            writeList("[", nodes, "]") { writer, node in writer.write(node) }
        case .mapping(let mapping):
            let entries = sortsKeys ? mapping.entries.sorted { $0.key < $1.key } : mapping.entries
            writeList("{", entries, "}") { writer, entry in
                writer.write(entry.key)
                writer.text += writer.isPretty ? ": " : ":"
                writer.write(entry.value)
            }
        }
    }

    private mutating func writeList<Item>(
        _ opening: String,
        _ items: [Item],
        _ closing: String,
        writeItem: (inout JSONWriter, Item) -> Void
    ) {
        text += opening
        depth += 1
        var isFirst = true
        for item in items {
            if !isFirst { text += "," }
            isFirst = false
            breakLine()
            writeItem(&self, item)
        }
        depth -= 1
        if !items.isEmpty { breakLine() }
        text += closing
    }

    private mutating func breakLine() {
        guard isPretty else { return }
        text += "\n"
        text += String(repeating: "    ", count: depth)
    }

    private mutating func write(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1F}", "\u{2028}", "\u{2029}":
                let code = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    /// The shortest digits that give the number again: written out, or with an exponent if it is very large or small.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let parts = value.magnitude.description.split(separator: "e")
        let sign = value.sign == .minus ? "-" : ""
        let digitsAndPoint = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = String(digitsAndPoint.joined())
        // The value is 0.DIGITS times ten to this power.
        var power = digitsAndPoint[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        while digits.hasPrefix("0"), digits.count > 1 {
            digits.removeFirst()
            power -= 1
        }
        guard digits != "0" else { return sign + "0" }
        if power > 21 || power < -5 {
            let exponent = power - 1
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            return sign + digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+") + String(exponent.magnitude)
        }
        if power <= 0 { return sign + "0." + String(repeating: "0", count: -power) + digits }
        if power >= digits.count { return sign + digits + String(repeating: "0", count: power - digits.count) }
        return sign + digits.prefix(power) + "." + digits.dropFirst(power)
    }
}
