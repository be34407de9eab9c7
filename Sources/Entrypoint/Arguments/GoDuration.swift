/// Durations as Go writes them: `1h30m`, `1.5s`, `500ms`.
enum GoDuration {
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// The duration that a text stands for, or nil where Go would not read it (`time.ParseDuration`).
    static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" {
            rest = rest.dropFirst()
        }
        if rest == "0" {
            return .zero
        }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let part = nextPart(of: &rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { return nil }
            total = sum
        }
        return .nanoseconds(isNegative ? -total : total)
    }

    /// The shortest text with a single unit that stands for a duration exactly, to the nanosecond.
    static func text(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds != 0 else {
            return "\(seconds)s"
        }
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        return nanoseconds % 1_000_000 == 0 ? "\(nanoseconds / 1_000_000)ms" : "\(nanoseconds)ns"
    }

    /// Takes a number and its unit off the front and returns them in nanoseconds.
    private static func nextPart(of text: inout Substring) -> Int64? {
        let whole = takeDigits(from: &text)
        var fraction: Substring = ""
        if text.first == "." {
            text = text.dropFirst()
            fraction = takeDigits(from: &text)
        }
        guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
        let name = text.prefix { $0 != "." && !isDigit($0) }
        text = text.dropFirst(name.count)
        guard let unit = units.first(where: { $0.name == name })?.nanoseconds else { return nil }

        guard let count = whole.isEmpty ? 0 : Int64(whole) else { return nil }
        var scale = unit
        var parts: Int64 = 0
        for digit in fraction {
            scale /= 10
            parts += scale * Int64(digit.wholeNumberValue ?? 0)
        }
        let (wholes, isTooLong) = count.multipliedReportingOverflow(by: unit)
        let (total, overflow) = wholes.addingReportingOverflow(parts)
        return isTooLong || overflow ? nil : total
    }

    private static func takeDigits(from text: inout Substring) -> Substring {
        let digits = text.prefix(while: isDigit)
        text = text.dropFirst(digits.count)
        return digits
    }

    private static func isDigit(_ character: Character) -> Bool {
        ("0"..."9").contains(character)
    }
}
