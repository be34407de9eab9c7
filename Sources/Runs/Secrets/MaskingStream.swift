/// Masks bytes as they come; a secret that is cut by the border of two chunks is found all the same.
///
/// Line breaks stay: of a secret of several lines each line is hidden by itself.
package struct MaskingStream: Sendable {
    private let masker: Masker
    /// What could be the beginning of a secret.
    private var held: [UInt8] = []
    /// How many base64 characters stand directly before what is held.
    private var run = 0
    /// How many of the bytes that are held belong to a secret that began before them.
    private var hiddenAhead = 0
    /// Whether the next hidden byte is the first of its line, for which the mask is still to be shown.
    private var needsMask = false

    package init(_ masker: Masker) {
        self.masker = masker
    }

    /// Takes a chunk and returns what can be shown of it and of what was held back.
    package mutating func append(_ bytes: [UInt8]) -> [UInt8] {
        guard !masker.isEmpty else { return bytes }
        return scan(held.isEmpty ? bytes : held + bytes, isLast: false)
    }

    /// Returns what was held back, at the end of the stream.
    package mutating func finish() -> [UInt8] {
        guard !held.isEmpty else { return [] }
        return scan(held, isLast: true)
    }

    private mutating func scan(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
        bytes.withUnsafeBufferPointer { text in
            let patterns = masker.patterns
            let first = patterns.nextStart(in: text, from: 0)
            if first == text.count, hiddenAhead == 0 {
                keep(text[text.count...], in: text, before: text.count)
                return bytes
            }
            var shown: [UInt8] = []
            shown.reserveCapacity(text.count)
            var hiddenUntil = hiddenAhead
            var position = 0
            var start = first
            var end = text.count
            while true {
                show(text, position..<start, hiddenUntil: hiddenUntil, to: &shown)
                position = start
                guard start < text.count else { break }
                let match = patterns.match(in: text, at: start, runBefore: run)
                if match.isOpen, !isLast {
                    end = start
                    break
                }
                if match.length > 0 {
                    if start >= hiddenUntil { needsMask = true }
                    hiddenUntil = max(hiddenUntil, start + match.length)
                }
                start = patterns.nextStart(in: text, from: start + 1)
            }
            hiddenAhead = max(0, hiddenUntil - end)
            keep(text[end...], in: text, before: end)
            return shown
        }
    }

    private mutating func keep(
        _ rest: Slice<UnsafeBufferPointer<UInt8>>,
        in text: UnsafeBufferPointer<UInt8>,
        before end: Int
    ) {
        run = Base64Run.length(in: text, before: end, runBefore: run)
        held = Array(rest)
    }

    private mutating func show(
        _ text: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>,
        hiddenUntil: Int,
        to shown: inout [UInt8]
    ) {
        let border = min(max(hiddenUntil, range.lowerBound), range.upperBound)
        for byte in text[range.lowerBound..<border] {
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                shown.append(byte)
                needsMask = true
            } else if needsMask {
                shown += Array(Masker.mask.utf8)
                needsMask = false
            }
        }
        shown += text[border..<range.upperBound]
    }
}
