/// How far a pattern fits at a place of a text.
struct SecretMatch {
    /// The bytes that are to be hidden, 0 if it does not fit.
    var length = 0
    /// Whether it may fit, or fit further, with what follows the end of the text.
    var isOpen = false
}

/// One way to find a secret in a text.
enum SecretPattern: Hashable, Sendable {
    /// The secret's characters in their order, each in any of its spellings.
    case spelled([[[UInt8]]])
    /// A piece of a base64 text, which may be broken into lines.
    case base64([UInt8])

    /// The pairs of bytes that it can begin with.
    var beginnings: Set<UInt16> {
        switch self {
        case .spelled(let segments):
            var pairs: Set<UInt16> = []
            for spelling in segments[0] {
                if spelling.count > 1 {
                    pairs.insert(SecretPatterns.pair(spelling[0], spelling[1]))
                } else if segments.count > 1 {
                    pairs.formUnion(segments[1].map { SecretPatterns.pair(spelling[0], $0[0]) })
                }
            }
            return pairs
        case .base64(let characters):
            return Set(
                [characters[1], Base64Run.newline, Base64Run.carriageReturn].map {
                    SecretPatterns.pair(characters[0], $0)
                }
            )
        }
    }

    func match(in text: UnsafeBufferPointer<UInt8>, at start: Int, runBefore: Int) -> SecretMatch {
        switch self {
        case .spelled(let segments): Self.match(segments, in: text, at: start)
        case .base64(let characters): Self.match(characters, in: text, at: start, runBefore: runBefore)
        }
    }

    /// Follows all spellings at once, as one may be the beginning of another.
    private static func match(_ segments: [[[UInt8]]], in text: UnsafeBufferPointer<UInt8>, at start: Int)
        -> SecretMatch
    {
        var ends = [start]
        var isOpen = false
        for segment in segments {
            var next: [Int] = []
            for end in ends {
                for spelling in segment {
                    let shared = sharedLength(spelling, in: text, at: end)
                    if shared == spelling.count {
                        if !next.contains(end + shared) { next.append(end + shared) }
                    } else if end + shared == text.count {
                        isOpen = true
                    }
                }
            }
            guard !next.isEmpty else { return SecretMatch(length: 0, isOpen: isOpen) }
            ends = next
        }
        return SecretMatch(length: (ends.max() ?? start) - start, isOpen: isOpen)
    }

    private static func sharedLength(_ spelling: [UInt8], in text: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        let limit = min(spelling.count, text.count - start)
        var length = 0
        while length < limit, spelling[length] == text[start + length] { length += 1 }
        return length
    }

    private static func match(
        _ characters: [UInt8],
        in text: UnsafeBufferPointer<UInt8>,
        at start: Int,
        runBefore: Int
    ) -> SecretMatch {
        var position = start
        for (index, character) in characters.enumerated() {
            while position < text.count, text[position] != character {
                guard index > 0, Base64Run.isWrapped(text, at: position, runBefore: runBefore) else {
                    return SecretMatch()
                }
                position += 1
            }
            guard position < text.count else { return SecretMatch(length: 0, isOpen: true) }
            position += 1
        }
        return SecretMatch(length: position - start, isOpen: false)
    }
}

/// Base64 text that tools break into lines of 64 or 76 characters.
enum Base64Run {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    /// Lines are taken for broken ones from this length on: a short line that ends in the letters that a secret
    /// begins with must not wait for the next one.
    private static let shortestWrappedLine = 60

    /// Whether a line break stands here behind a line that was broken for its length.
    static func isWrapped(_ text: UnsafeBufferPointer<UInt8>, at position: Int, runBefore: Int) -> Bool {
        switch text[position] {
        case carriageReturn: break
        case newline:
            if position > 0, text[position - 1] == carriageReturn {
                return length(in: text, before: position - 1, runBefore: runBefore) >= shortestWrappedLine
            }
        default: return false
        }
        return length(in: text, before: position, runBefore: runBefore) >= shortestWrappedLine
    }

    /// How many base64 characters stand directly before a place, as far as it matters.
    static func length(in text: UnsafeBufferPointer<UInt8>, before end: Int, runBefore: Int) -> Int {
        var start = end
        while start > 0, end - start < shortestWrappedLine, isBase64(text[start - 1]) { start -= 1 }
        return min(shortestWrappedLine, end - start + (start == 0 ? runBefore : 0))
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
