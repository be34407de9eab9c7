/// Masks bytes as they come; a secret that is cut by the border of two chunks is found all the same.
package struct MaskingStream: Sendable {
    private let masker: Masker
    /// What could be the beginning of a secret.
    private var held: [UInt8] = []

    package init(_ masker: Masker) {
        self.masker = masker
    }

    /// Takes a chunk and returns what can be shown of it and of what was held back.
    package mutating func append(_ bytes: [UInt8]) -> [UInt8] {
        guard !masker.isEmpty else { return bytes }
        return scan(held + bytes, isLast: false)
    }

    /// Returns what was held back, at the end of the stream.
    package mutating func finish() -> [UInt8] {
        scan(held, isLast: true)
    }

    private mutating func scan(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
        var shown: [UInt8] = []
        shown.reserveCapacity(bytes.count)
        var position = 0
        held = []
        while position < bytes.count {
            guard masker.beginsSecret(bytes[position]) else {
                shown.append(bytes[position])
                position += 1
                continue
            }
            let rest = bytes[position...]
            if !isLast, rest.count < masker.longestPattern, masker.mayBeginSecret(rest) {
                held = Array(rest)
                break
            }
            let length = masker.secretLength(in: rest)
            if length > 0 {
                shown += Array(Masker.mask.utf8)
                position += length
            } else {
                shown.append(bytes[position])
                position += 1
            }
        }
        return shown
    }
}
