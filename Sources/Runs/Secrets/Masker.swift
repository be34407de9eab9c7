/// Replaces secret values in what leaves drydock.
///
/// Each value is looked for whole and line by line, with the secrets that stand in it (a password in a URL, the
/// credentials in a client's configuration), as it is and as programs write it: with percent signs, escapes or in
/// base64. Values shorter than ``minimumLength`` are left alone: they would turn any text into stars and hide nothing.
package struct Masker: Sendable {
    package static let minimumLength = 3
    package static let mask = "***"

    let patterns: SecretPatterns

    /// Makes a masker for the values of Secrets.
    package init(secrets: [[UInt8]] = []) {
        patterns = SecretPatterns(Set(secrets.flatMap { SecretSpellings.patterns(for: $0) }))
    }

    package var isEmpty: Bool { patterns.isEmpty }

    /// Whether a value is too short to be hidden: not empty, and shorter than ``minimumLength``.
    package static func isTooShort(_ value: [UInt8]) -> Bool {
        let length = SecretParts.trimmed(value).count
        return length > 0 && length < minimumLength
    }

    package func mask(_ text: String) -> String {
        isEmpty ? text : String(decoding: mask(Array(text.utf8)), as: UTF8.self)
    }

    package func mask(_ bytes: [UInt8]) -> [UInt8] {
        var stream = MaskingStream(self)
        return stream.append(bytes) + stream.finish()
    }
}
