/// A value in JSON, as steps write results and artifacts.
enum JSONValue: Equatable {
    case null
    case bool(Bool)
    /// A number as it is written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads a text that is one value; nil if it is not.
    init?(parsing bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
        self = value
    }

    /// The value of a key, nil if this is no object or has no such key.
    subscript(key: String) -> JSONValue? {
        if case .object(let entries) = self { entries[key] } else { nil }
    }

    /// The text, nil for other values.
    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements, none for other values.
    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }
}

extension JSONValue {
    private struct Reader {
        /// Deeper than any document that is meant.
        static let greatestDepth = 256

        let bytes: [UInt8]
        var offset = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        /// Whether nothing follows but space.
        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return offset == bytes.count
            }
        }

        mutating func value(depth: Int) -> JSONValue? {
            guard depth < Self.greatestDepth else { return nil }
            skipSpace()
            switch peek {
            case UInt8(ascii: "{"): return object(depth: depth)
            case UInt8(ascii: "["): return array(depth: depth)
            case UInt8(ascii: "\""): return string().map { .string($0) }
            default: return word()
            }
        }

        private mutating func object(depth: Int) -> JSONValue? {
            var entries: [String: JSONValue] = [:]
            offset += 1
            skipSpace()
            if take("}") { return .object(entries) }
            repeat {
                skipSpace()
                guard let key = string() else { return nil }
                skipSpace()
                guard take(":"), let value = value(depth: depth + 1) else { return nil }
                entries[key] = value
                skipSpace()
            } while take(",")
            return take("}") ? .object(entries) : nil
        }

        private mutating func array(depth: Int) -> JSONValue? {
            var elements: [JSONValue] = []
            offset += 1
            skipSpace()
            if take("]") { return .array(elements) }
            repeat {
                guard let value = value(depth: depth + 1) else { return nil }
                elements.append(value)
                skipSpace()
            } while take(",")
            return take("]") ? .array(elements) : nil
        }

        private mutating func string() -> String? {
            guard take("\"") else { return nil }
            var units: [UInt8] = []
            while let byte = peek, byte != UInt8(ascii: "\"") {
                offset += 1
                guard byte == UInt8(ascii: "\\") else {
                    guard byte >= 0x20 else { return nil }
                    units.append(byte)
                    continue
                }
                guard let escape = peek else { return nil }
                offset += 1
                switch escape {
                case UInt8(ascii: "n"): units.append(10)
                case UInt8(ascii: "t"): units.append(9)
                case UInt8(ascii: "r"): units.append(13)
                case UInt8(ascii: "b"): units.append(8)
                case UInt8(ascii: "f"): units.append(12)
                case UInt8(ascii: "u"):
                    guard let scalar = escapedScalar() else { return nil }
                    units += String(scalar).utf8
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(escape)
                default: return nil
                }
            }
            return take("\"") ? String(decoding: units, as: UTF8.self) : nil
        }

        /// What follows `\u`; half a pair stands for the replacement character.
        private mutating func escapedScalar() -> Unicode.Scalar? {
            guard let first = hexadecimal() else { return nil }
            guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
            let start = offset
            guard take("\\"), take("u"), let second = hexadecimal(), (0xDC00..<0xE000).contains(second) else {
                offset = start
                return "\u{FFFD}"
            }
            return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        }

        private mutating func hexadecimal() -> UInt32? {
            guard offset + 4 <= bytes.count else { return nil }
            defer { offset += 4 }
            return UInt32(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
        }

        private mutating func word() -> JSONValue? {
            let start = offset
            while let byte = peek, !Self.endsWord.contains(byte) { offset += 1 }
            switch String(decoding: bytes[start..<offset], as: UTF8.self) {
            case "null": return .null
            case "true": return .bool(true)
            case "false": return .bool(false)
            case let text: return Double(text) == nil ? nil : .number(text)
            }
        }

        private static let endsWord = Set(",]}: \n\r\t".utf8)

        private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard peek == UInt8(ascii: character) else { return false }
            offset += 1
            return true
        }

        private mutating func skipSpace() {
            while let byte = peek, byte == 32 || byte == 10 || byte == 13 || byte == 9 { offset += 1 }
        }
    }
}
