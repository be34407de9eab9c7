/// Moments and lengths of time as text.
enum TimeText {
    // MARK: - Lengths

    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("\u{B5}s", 1e3), ("\u{3BC}s", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10),
        ("h", 3.6e12),
    ]

    /// Reads `1h30m`, `1.5s`, `-2ms`.
    static func span(_ text: String) -> Span? {
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest.removeFirst() }
        if rest == "0" { return Span(nanoseconds: 0) }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        var exact: Int64 = 0
        while !rest.isEmpty {
            let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            rest = rest.dropFirst(name.count)
            guard let unit = units.first(where: { $0.name == name }), number.contains(where: { $0 != "." }) else {
                return nil
            }
            let parts = number.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { return nil }
            guard let whole = parts[0].isEmpty ? 0 : Int64(parts[0]) else { return nil }
            let (product, overflows) = whole.multipliedReportingOverflow(by: Int64(unit.nanoseconds))
            let fraction = parts.count == 2 ? Double("0." + parts[1] + "0") ?? 0 : 0
            let (sum, overflowsToo) = exact.addingReportingOverflow(product)
            guard !overflows, !overflowsToo else { return nil }
            exact = sum
            total += fraction * unit.nanoseconds
        }
        let (sum, overflows) = exact.addingReportingOverflow(Int64(total))
        guard !overflows else { return nil }
        return Span(nanoseconds: isNegative ? -sum : sum)
    }

    /// Seconds with their fraction: `90s`, `1.5s`.
    static func text(of span: Span) -> String {
        let magnitude = span.nanoseconds.magnitude
        return (span.nanoseconds < 0 ? "-" : "") + String(magnitude / 1_000_000_000)
            + fraction(Int64(magnitude % 1_000_000_000)) + "s"
    }

    private static func fraction(_ nanoseconds: Int64) -> String {
        guard nanoseconds > 0 else { return "" }
        var digits = String(1_000_000_000 + nanoseconds).dropFirst()
        while digits.hasSuffix("0") { digits.removeLast() }
        return "." + digits
    }

    // MARK: - Moments

    /// Reads a moment as RFC 3339 writes it.
    static func moment(_ text: String) -> Timestamp? {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("T"), let hour = reader.number(2), reader.take(":"),
            let minute = reader.number(2), reader.take(":"), let second = reader.number(2)
        else { return nil }
        var nanoseconds: Int64 = 0
        if reader.take(".") {
            guard let fraction = reader.fraction() else { return nil }
            nanoseconds = fraction
        }
        var shift: Int64 = 0
        if !reader.take("Z") {
            let isNegative = reader.take("-")
            guard isNegative || reader.take("+"), let hours = reader.number(2), reader.take(":"),
                let minutes = reader.number(2), hours < 24, minutes < 60
            else { return nil }
            shift = (hours * 60 + minutes) * 60 * (isNegative ? -1 : 1)
        }
        guard reader.isAtEnd, (1...12).contains(month), hour < 24, minute < 60, second < 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - shift
        return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    }

    static func text(of moment: Timestamp) -> String {
        let date = CivilDate(daysSince1970: moment.seconds.flooringDivision(by: 86_400))
        let second = moment.seconds.remainderOfFlooringDivision(by: 86_400)
        return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2) + "T"
            + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2)
            + fraction(moment.nanoseconds) + "Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A day of the Gregorian calendar, also before it was made.
struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    /// Nil if there is no such day.
    init?(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
        let found = CivilDate(daysSince1970: daysSince1970)
        guard found.month == month, found.day == day else { return nil }
    }

    init(daysSince1970 days: Int64) {
        // Counted in eras of 400 years that begin in March, so that the leap day comes last.
        let shifted = days + 719_468
        let era = shifted.flooringDivision(by: 146_097)
        let dayOfEra = shifted.remainderOfFlooringDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooringDivision(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// From 0.
    var dayOfYear: Int64 {
        daysSince1970 - (CivilDate(year: year, month: 1, day: 1)?.daysSince1970 ?? 0)
    }

    /// From Sunday, 0.
    var dayOfWeek: Int64 { (daysSince1970 + 4).remainderOfFlooringDivision(by: 7) }
}

private struct DigitReader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    mutating func number(_ width: Int) -> Int64? {
        guard index + width <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[index..<index + width] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        index += width
        return value
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    /// The digits behind a point, in billionths.
    mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) {
            if count < 9 { value = value * 10 + Int64(bytes[index] - UInt8(ascii: "0")) }
            count += 1
            index += 1
        }
        guard count > 0 else { return nil }
        while count < 9 {
            value *= 10
            count += 1
        }
        return value
    }
}
