/// Strings in JSON, escaped as Go's `encoding/json` does it.
enum JSONString {
    /// Appends bytes as a quoted string; what is not UTF-8 becomes U+FFFD, a byte at a time.
    static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        var rest = bytes[...]
        while let first = rest.first {
            if first < 0x80 {
                appendASCII(first, to: &text)
                rest.removeFirst()
                continue
            }
            let length = sequenceLength(rest)
            if length == 0 {
                text += #"\ufffd"#.utf8
                rest.removeFirst()
                continue
            }
            let sequence = rest.prefix(length)
            if sequence.elementsEqual([0xE2, 0x80, 0xA8]) {
                text += #"\u2028"#.utf8
            } else if sequence.elementsEqual([0xE2, 0x80, 0xA9]) {
                text += #"\u2029"#.utf8
            } else {
                text += sequence
            }
            rest.removeFirst(length)
        }
        text.append(UInt8(ascii: "\""))
    }

    private static func appendASCII(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): text += #"\""#.utf8
        case UInt8(ascii: "\\"): text += #"\\"#.utf8
        case 0x08: text += #"\b"#.utf8
        case 0x0C: text += #"\f"#.utf8
        case UInt8(ascii: "\n"): text += #"\n"#.utf8
        case UInt8(ascii: "\r"): text += #"\r"#.utf8
        case UInt8(ascii: "\t"): text += #"\t"#.utf8
        case 0..<0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
            let digits = Array("0123456789abcdef".utf8)
            text += #"\u00"#.utf8
            text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: text.append(byte)
        }
    }

    /// The length of the well-formed UTF-8 sequence of several bytes at the front; 0 if there is none.
    private static func sequenceLength(_ bytes: ArraySlice<UInt8>) -> Int {
        let length: Int
        let second: ClosedRange<UInt8>
        switch bytes.first {
        case .some(0xC2...0xDF): (length, second) = (2, 0x80...0xBF)
        case .some(0xE0): (length, second) = (3, 0xA0...0xBF)
        case .some(0xED): (length, second) = (3, 0x80...0x9F)
        case .some(0xE1...0xEF): (length, second) = (3, 0x80...0xBF)
        case .some(0xF0): (length, second) = (4, 0x90...0xBF)
        case .some(0xF1...0xF3): (length, second) = (4, 0x80...0xBF)
        case .some(0xF4): (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        let sequence = bytes.prefix(length)
        guard sequence.count == length, let next = sequence.dropFirst().first, second.contains(next),
            sequence.dropFirst(2).allSatisfy({ (0x80...0xBF).contains($0) })
        else { return 0 }
        return length
    }
}
