/// Replaces secret values in what leaves drydock.
///
/// Each value is looked for as it is, line by line where it has several, in base64 and URL-encoded.
/// Values shorter than ``minimumLength`` are left alone: they would turn any text into stars and hide nothing.
package struct Masker: Sendable {
    package static let minimumLength = 3
    package static let mask = "***"

    /// Patterns by their first byte, the longest first.
    private let patterns: [UInt8: [[UInt8]]]
    /// Length of the longest pattern in bytes; 0 if there is nothing to mask.
    let longestPattern: Int

    /// Makes a masker for the values of Secrets.
    package init(secrets: [[UInt8]] = []) {
        let all = Set(secrets.flatMap(Self.spellings))
        patterns = Dictionary(grouping: all) { $0[0] }.mapValues { $0.sorted { $0.count > $1.count } }
        longestPattern = all.map(\.count).max() ?? 0
    }

    package var isEmpty: Bool { longestPattern == 0 }

    package func mask(_ text: String) -> String {
        isEmpty ? text : String(decoding: mask(Array(text.utf8)), as: UTF8.self)
    }

    package func mask(_ bytes: [UInt8]) -> [UInt8] {
        var stream = MaskingStream(self)
        return stream.append(bytes) + stream.finish()
    }

    /// The length of the secret that begins at a position, 0 if none does.
    func secretLength(in bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.first, let candidates = patterns[first] else { return 0 }
        return candidates.first { bytes.starts(with: $0) }?.count ?? 0
    }

    /// Whether a secret may begin here and go on behind the end.
    func mayBeginSecret(_ tail: ArraySlice<UInt8>) -> Bool {
        guard let first = tail.first, let candidates = patterns[first] else { return false }
        return candidates.contains { $0.count > tail.count && $0.starts(with: tail) }
    }

    func beginsSecret(_ byte: UInt8) -> Bool { patterns[byte] != nil }

    private static func spellings(of secret: [UInt8]) -> [[UInt8]] {
        let newline = UInt8(ascii: "\n")
        let lines = secret.split(separator: newline).map { trimmed(Array($0)) }
        let plain = [trimmed(secret)] + lines
        let encoded = [secret, trimmed(secret)].flatMap { [base64($0), urlEncoded($0)] }
        return (plain + encoded).filter { $0.count >= minimumLength }
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        let end = bytes.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? 0
        return Array(bytes[..<end].drop(while: isBlank))
    }
}
