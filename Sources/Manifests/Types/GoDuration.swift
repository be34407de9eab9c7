/// A length of time as Tekton's documents write it: `1h30m`, `1.5h`, `300ms`, `0s`.
///
/// It is exact to the nanosecond and reaches 292 years, as Go's `time.Duration` does.
package struct GoDuration: Sendable, Hashable, Comparable {
    package var nanoseconds: Int64

    package static let zero = GoDuration(nanoseconds: 0)

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package init(seconds: Int64) {
        nanoseconds = seconds * 1_000_000_000
    }

    /// Reads a text by Go's rules; nil if it is no duration or does not fit.
    package init?(_ text: String) {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if let sign = rest.first, sign == "-" || sign == "+" { rest.removeFirst() }
        guard rest != "0" else {
            nanoseconds = 0
            return
        }
        guard !rest.isEmpty else { return nil }
        var total: UInt64 = 0
        while !rest.isEmpty {
            guard let part = Self.takePart(from: &rest) else { return nil }
            let (sum, overflows) = total.addingReportingOverflow(part)
            guard !overflows, sum <= Self.magnitudeLimit else { return nil }
            total = sum
        }
        if total == Self.magnitudeLimit {
            guard isNegative else { return nil }
            nanoseconds = .min
        } else {
            nanoseconds = isNegative ? -Int64(total) : Int64(total)
        }
    }

    package static func < (left: GoDuration, right: GoDuration) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The same length in seconds, for arithmetic with dates.
    package var seconds: Double { Double(nanoseconds) / 1_000_000_000 }

    package var duration: Duration { .nanoseconds(nanoseconds) }
}

// MARK: - Reading

extension GoDuration {
    private static let magnitudeLimit: UInt64 = 1 << 63

    private static let units: [Substring: UInt64] = [
        "ns": 1, "us": 1_000, "\u{B5}s": 1_000, "\u{3BC}s": 1_000, "ms": 1_000_000,
        "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
    ]

    /// Takes a number with its unit off the front and gives it in nanoseconds.
    private static func takePart(from rest: inout Substring) -> UInt64? {
        let whole = take(from: &rest) { isDigit($0) }
        var fraction: Substring = ""
        if rest.first == "." {
            rest.removeFirst()
            fraction = take(from: &rest) { isDigit($0) }
        }
        let unitName = take(from: &rest) { $0 != "." && !isDigit($0) }
        guard !whole.isEmpty || !fraction.isEmpty, let unit = units[unitName],
            let count = whole.isEmpty ? 0 : UInt64(whole)
        else {
            return nil
        }
        let (product, overflows) = count.multipliedReportingOverflow(by: unit)
        guard !overflows, product <= magnitudeLimit else { return nil }
        return product + fractionOf(unit, digits: fraction)
    }

    /// Digits beyond the nanosecond are cut off.
    private static func fractionOf(_ unit: UInt64, digits: Substring) -> UInt64 {
        guard let value = Double("0.\(digits.prefix(18))") else { return 0 }
        var numerator: UInt64 = 0
        var scale: UInt64 = 1
        for digit in digits.prefix(9) {
            numerator = numerator * 10 + UInt64(digit.wholeNumberValue ?? 0)
            scale *= 10
        }
        guard digits.count > 9 else { return numerator * unit / scale }
        return UInt64(value * Double(unit))
    }

    private static func take(from rest: inout Substring, while matches: (Character) -> Bool) -> Substring {
        let taken = rest.prefix(while: matches)
        rest = rest.dropFirst(taken.count)
        return taken
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}

// MARK: - Writing

extension GoDuration: CustomStringConvertible {
    /// The text that Go writes: `1h0m0s`, `1m30s`, `1.5s`, `300ms`, `0s`.
    package var description: String {
        guard nanoseconds != 0 else { return "0s" }
        let sign = nanoseconds < 0 ? "-" : ""
        let magnitude = nanoseconds.magnitude
        switch magnitude {
        case ..<1_000: return "\(sign)\(magnitude)ns"
        case ..<1_000_000: return sign + Self.decimal(magnitude, unit: 1_000) + "\u{B5}s"
        case ..<1_000_000_000: return sign + Self.decimal(magnitude, unit: 1_000_000) + "ms"
        default: break
        }
        let minutes = magnitude / 60_000_000_000
        let seconds = Self.decimal(magnitude % 60_000_000_000, unit: 1_000_000_000) + "s"
        guard minutes > 0 else { return sign + seconds }
        guard minutes >= 60 else { return "\(sign)\(minutes)m\(seconds)" }
        return "\(sign)\(minutes / 60)h\(minutes % 60)m\(seconds)"
    }

    /// A count of units with its fraction, trailing zeros left out.
    private static func decimal(_ value: UInt64, unit: UInt64) -> String {
        guard value % unit > 0 else { return String(value / unit) }
        var digits = String(unit + value % unit).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(value / unit).\(digits)"
    }
}
