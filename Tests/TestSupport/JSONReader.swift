package import YAML

/// Reads JSON into the tree that everything works on, the keys in their order.
///
/// Lenient: it is for files that are known to be JSON.
package struct JSONReader {
    /// The text is not JSON from a byte on.
    package struct Malformed: Error { package var offset: Int }

    private let bytes: [UInt8]
    private var offset = 0

    /// Reads one value.
    package static func read(_ text: some StringProtocol) throws(Malformed) -> YAMLNode {
        var reader = JSONReader(bytes: Array(text.utf8))
        return try reader.value()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func value() throws(Malformed) -> YAMLNode {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try mapping()
        case UInt8(ascii: "["): return try sequence()
        case UInt8(ascii: "\""): return YAMLNode(.string(try string()))
        default: return try word()
        }
    }

    private mutating func mapping() throws(Malformed) -> YAMLNode {
        var entries: [YAMLMapping.Entry] = []
        offset += 1
        skipSpace()
        while peek != UInt8(ascii: "}") {
            let key = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"))
            entries.append(.init(key: key, value: try value()))
            skipSpace()
            if peek == UInt8(ascii: ",") { offset += 1 }
            skipSpace()
        }
        offset += 1
        return YAMLNode(.mapping(YAMLMapping(entries)))
    }

    private mutating func sequence() throws(Malformed) -> YAMLNode {
        var nodes: [YAMLNode] = []
        offset += 1
        skipSpace()
        while peek != UInt8(ascii: "]") {
            nodes.append(try value())
            skipSpace()
            if peek == UInt8(ascii: ",") { offset += 1 }
            skipSpace()
        }
        offset += 1
        return YAMLNode(.sequence(nodes))
    }

    private mutating func string() throws(Malformed) -> String {
        try expect(UInt8(ascii: "\""))
        var units: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\"") {
            offset += 1
            guard byte == UInt8(ascii: "\\") else {
                units.append(byte)
                continue
            }
            guard let escape = peek else { throw Malformed(offset: offset) }
            offset += 1
            switch escape {
            case UInt8(ascii: "n"): units.append(10)
            case UInt8(ascii: "t"): units.append(9)
            case UInt8(ascii: "r"): units.append(13)
            case UInt8(ascii: "b"): units.append(8)
            case UInt8(ascii: "f"): units.append(12)
            case UInt8(ascii: "u"): units += try scalarOfEscape()
            default: units.append(escape)
            }
        }
        try expect(UInt8(ascii: "\""))
        return String(decoding: units, as: UTF8.self)
    }

    private mutating func scalarOfEscape() throws(Malformed) -> String.UTF8View {
        var units = [try hexadecimal()]
        let isFirstOfPair = (0xD800..<0xDC00).contains(units[0])
        if isFirstOfPair, peek == UInt8(ascii: "\\") {
            offset += 2
            units.append(try hexadecimal())
        }
        return String(decoding: units, as: UTF16.self).utf8
    }

    private mutating func hexadecimal() throws(Malformed) -> UInt16 {
        guard offset + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
        else { throw Malformed(offset: offset) }
        offset += 4
        return unit
    }

    private mutating func word() throws(Malformed) -> YAMLNode {
        let start = offset
        while let byte = peek, !Self.endsWord.contains(byte) { offset += 1 }
        switch String(decoding: bytes[start..<offset], as: UTF8.self) {
        case "null": return .null
        case "true": return true
        case "false": return false
        case let text:
            if let integer = Int(text) { return YAMLNode(.integer(integer)) }
            guard let number = Double(text) else { throw Malformed(offset: start) }
            return YAMLNode(.number(number))
        }
    }

    private static let endsWord = Set(",]}: \n\r\t".utf8)

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 32 || byte == 10 || byte == 13 || byte == 9 { offset += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(Malformed) {
        guard peek == byte else { throw Malformed(offset: offset) }
        offset += 1
    }
}
