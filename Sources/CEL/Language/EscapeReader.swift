/// Reads what stands between the quotes of a string or of bytes.
struct EscapeReader {
    let scalars: [Unicode.Scalar]
    let isRaw: Bool
    let isBytes: Bool
    private var index = 0

    init(scalars: [Unicode.Scalar], isRaw: Bool, isBytes: Bool) {
        self.scalars = scalars
        self.isRaw = isRaw
        self.isBytes = isBytes
    }

    /// The content as UTF-8, or as the bytes that it names; nil if an escape is none.
    mutating func read() -> [UInt8]? {
        var bytes: [UInt8] = []
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            guard scalar == "\\", !isRaw else {
                bytes += Array(String(scalar).utf8)
                continue
            }
            guard let escaped = escape() else { return nil }
            bytes += escaped
        }
        return bytes
    }

    private static let single: [Unicode.Scalar: UInt8] = [
        "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 0x5C, "'": 0x27, "\"": 0x22, "`": 0x60,
        "?": 0x3F,
    ]

    private mutating func escape() -> [UInt8]? {
        guard index < scalars.count else { return nil }
        let scalar = scalars[index]
        index += 1
        if let byte = Self.single[scalar] { return [byte] }
        switch scalar {
        case "x", "X": return code(digits: 2, radix: 16)
        case "u" where !isBytes: return code(digits: 4, radix: 16)
        case "U" where !isBytes: return code(digits: 8, radix: 16)
        case "0"..."3":
            index -= 1
            return code(digits: 3, radix: 8)
        default: return nil
        }
    }

    private mutating func code(digits: Int, radix: Int) -> [UInt8]? {
        guard index + digits <= scalars.count else { return nil }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[index..<index + digits])
        index += digits
        guard let value = UInt32(text, radix: radix) else { return nil }
        if isBytes { return value < 256 ? [UInt8(value)] : nil }
        return Unicode.Scalar(value).map { Array(String($0).utf8) }
    }
}
