/// JSON writes a character beyond U+FFFF as two `\u` escapes, which YAML does not have.
enum SurrogatePairs {
    /// The text with each pair as one of YAML's `\U` escapes, nil if there is no pair.
    static func joined(_ text: some Collection<UInt8>) -> [UInt8]? {
        let bytes = Array(text)
        var joined: [UInt8] = []
        var copied = 0
        var index = 0
        while index + 1 < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            if let high = unit(bytes, at: index), 0xD800..<0xDC00 ~= high,
                let low = unit(bytes, at: index + 6), 0xDC00..<0xE000 ~= low
            {
                let scalar: UInt32 = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
                let digits = String(scalar, radix: 16)
                joined += bytes[copied..<index]
                joined += "\\U\(String(repeating: "0", count: 8 - digits.utf8.count))\(digits)".utf8
                copied = index + 12
                index = copied
            } else {
                index += 2
            }
        }
        return joined.isEmpty ? nil : joined + bytes[copied...]
    }

    /// The number of a `\u` escape with four digits.
    private static func unit(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt32(String(decoding: bytes[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
}
