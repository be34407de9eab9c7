/// All patterns, found by the two bytes that they begin with.
struct SecretPatterns: Sendable {
    private var byBeginning: [UInt16: [SecretPattern]] = [:]
    /// A bit for each pair of bytes that a pattern begins with.
    private var pairs: [UInt64] = []
    /// Whether a pattern begins with a byte.
    private var firstBytes: [Bool] = []

    init(_ patterns: Set<SecretPattern>) {
        guard !patterns.isEmpty else { return }
        pairs = [UInt64](repeating: 0, count: 65_536 / 64)
        firstBytes = [Bool](repeating: false, count: 256)
        for pattern in patterns {
            for pair in pattern.beginnings {
                byBeginning[pair, default: []].append(pattern)
                pairs[Int(pair >> 6)] |= 1 << UInt64(pair & 63)
                firstBytes[Int(pair >> 8)] = true
            }
        }
    }

    var isEmpty: Bool { pairs.isEmpty }

    static func pair(_ first: UInt8, _ second: UInt8) -> UInt16 { UInt16(first) << 8 | UInt16(second) }

    /// The next place where a secret may begin, the end of the text if there is none.
    func nextStart(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard start < text.count else { return text.count }
        return pairs.withUnsafeBufferPointer { pairs in
            var pair = UInt16(text[start])
            for position in start + 1..<max(start + 1, text.count) {
                pair = pair << 8 | UInt16(text[position])
                if pairs[Int(pair >> 6)] & (1 << UInt64(pair & 63)) != 0 { return position - 1 }
            }
            return firstBytes[Int(text[text.count - 1])] ? text.count - 1 : text.count
        }
    }

    /// The longest pattern that fits at a place where one may begin.
    /// - Parameters:
    ///   - text: What is there of the text.
    ///   - start: The place.
    ///   - runBefore: How many base64 characters stand before the text.
    /// - Returns: The match; open if any pattern is.
    func match(in text: UnsafeBufferPointer<UInt8>, at start: Int, runBefore: Int) -> SecretMatch {
        guard start + 1 < text.count else { return SecretMatch(length: 0, isOpen: true) }
        var longest = SecretMatch()
        for pattern in byBeginning[Self.pair(text[start], text[start + 1])] ?? [] {
            let match = pattern.match(in: text, at: start, runBefore: runBefore)
            longest.length = max(longest.length, match.length)
            longest.isOpen = longest.isOpen || match.isOpen
        }
        return longest
    }
}
