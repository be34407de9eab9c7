/// A pattern with `*`, `?`, `[…]` and, where slashes count, `**`, as git matches it.
///
/// [gitignore](https://git-scm.com/docs/gitignore#_pattern_format)
struct Wildmatch: Sendable {
    /// What it begins with that is nothing but text: git cuts it off, and `**` may follow it as it may follow a slash.
    private let prefix: [UInt8]
    private let pattern: [UInt8]
    private let stopsAtSlashes: Bool

    /// - Parameters:
    ///   - pattern: Its bytes.
    ///   - stopsAtSlashes: Whether only `**` matches a slash.
    init(_ pattern: [UInt8], stopsAtSlashes: Bool) {
        prefix = Array(pattern.prefix { !"*?[\\".utf8.contains($0) })
        self.pattern = Array(pattern[prefix.count...])
        self.stopsAtSlashes = stopsAtSlashes
    }

    func matches(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.starts(with: prefix) else { return false }
        var search = Search(pattern: pattern, text: Array(text.dropFirst(prefix.count)), stopsAtSlashes: stopsAtSlashes)
        return search.matches(0, 0)
    }
}

private let slash = UInt8(ascii: "/")

private struct Search {
    let pattern: [UInt8]
    let text: [UInt8]
    let stopsAtSlashes: Bool
    /// The places of pattern and text from which there is no match, so that each is tried once.
    private var failed: Set<Int> = []

    init(pattern: [UInt8], text: [UInt8], stopsAtSlashes: Bool) {
        self.pattern = pattern
        self.text = text
        self.stopsAtSlashes = stopsAtSlashes
    }

    /// Whether the rest of the pattern matches the rest of the text.
    mutating func matches(_ start: Int, _ begin: Int) -> Bool {
        var index = start
        var place = begin
        while index < pattern.count {
            if pattern[index] == UInt8(ascii: "*") { return matchesStar(index, place) }
            guard place < text.count else { return false }
            let byte = text[place]
            switch pattern[index] {
            case UInt8(ascii: "?"):
                guard !(stopsAtSlashes && byte == slash) else { return false }
                index += 1
            case UInt8(ascii: "["):
                guard let (isMember, end) = bracket(index, byte), isMember, !(stopsAtSlashes && byte == slash) else {
                    return false
                }
                index = end
            case UInt8(ascii: "\\"):
                guard index + 1 < pattern.count, pattern[index + 1] == byte else { return false }
                index += 2
            default:
                guard pattern[index] == byte else { return false }
                index += 1
            }
            place += 1
        }
        return place == text.count
    }

    private mutating func matchesStar(_ start: Int, _ begin: Int) -> Bool {
        let key = start * (text.count + 1) + begin
        guard !failed.contains(key) else { return false }
        var index = start
        while index < pattern.count, pattern[index] == UInt8(ascii: "*") { index += 1 }
        var crossesSlashes = !stopsAtSlashes
        if stopsAtSlashes, index - start > 1 {
            let opens = start == 0 || pattern[start - 1] == slash
            let closes =
                index == pattern.count || pattern[index] == slash
                || pattern[index...].starts(with: [UInt8(ascii: "\\"), slash])
            crossesSlashes = opens && closes
            // `**/` is no directory, too.
            if crossesSlashes, index < pattern.count, pattern[index] == slash, matches(index + 1, begin) { return true }
        }
        var place = begin
        while true {
            if matches(index, place) { return true }
            guard place < text.count, crossesSlashes || text[place] != slash else { break }
            place += 1
        }
        failed.insert(key)
        return false
    }

    /// Whether a byte is one of those in brackets, and where the pattern goes on; nil if they never close.
    private func bracket(_ start: Int, _ byte: UInt8) -> (isMember: Bool, end: Int)? {
        var index = start + 1
        guard index < pattern.count else { return nil }
        let isNegative = pattern[index] == UInt8(ascii: "!") || pattern[index] == UInt8(ascii: "^")
        if isNegative { index += 1 }
        var isMember = false
        var isFirst = true
        var previous: UInt8?
        while true {
            guard index < pattern.count else { return nil }
            var member = pattern[index]
            if member == UInt8(ascii: "]"), !isFirst { break }
            isFirst = false
            if member == UInt8(ascii: "\\") {
                index += 1
                guard index < pattern.count else { return nil }
                member = pattern[index]
            } else if member == UInt8(ascii: "["), index + 1 < pattern.count, pattern[index + 1] == UInt8(ascii: ":"),
                let close = pattern[(index + 2)...].firstIndex(of: UInt8(ascii: "]")),
                close > index + 2, pattern[close - 1] == UInt8(ascii: ":")
            {
                guard let isOfClass = Self.isOfClass(pattern[(index + 2)..<(close - 1)], byte) else { return nil }
                isMember = isMember || isOfClass
                previous = nil
                index = close + 1
                continue
            } else if member == UInt8(ascii: "-"), let low = previous, index + 1 < pattern.count,
                pattern[index + 1] != UInt8(ascii: "]")
            {
                index += 1
                if pattern[index] == UInt8(ascii: "\\") {
                    index += 1
                    guard index < pattern.count else { return nil }
                }
                isMember = isMember || low <= byte && byte <= pattern[index]
                previous = nil
                index += 1
                continue
            }
            isMember = isMember || member == byte
            previous = member
            index += 1
        }
        return (isMember != isNegative, index + 1)
    }

    /// Nil for a class that there is not.
    private static func isOfClass(_ name: ArraySlice<UInt8>, _ byte: UInt8) -> Bool? {
        let isDigit = (0x30...0x39).contains(byte)
        let isUpper = (0x41...0x5A).contains(byte)
        let isLower = (0x61...0x7A).contains(byte)
        let isGraphic = (0x21...0x7E).contains(byte)
        return switch String(decoding: name, as: UTF8.self) {
        case "alnum": isDigit || isUpper || isLower
        case "alpha": isUpper || isLower
        case "blank": byte == 0x20 || byte == 0x09
        case "cntrl": byte < 0x20 || byte == 0x7F
        case "digit": isDigit
        case "graph": isGraphic
        case "lower": isLower
        case "print": isGraphic || byte == 0x20
        case "punct": isGraphic && !isDigit && !isUpper && !isLower
        case "space": byte == 0x20 || (0x09...0x0D).contains(byte)
        case "upper": isUpper
        case "xdigit": isDigit || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
        default: nil
        }
    }
}
