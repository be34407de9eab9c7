import Foundation

/// Reading and writing the engine's times (RFC 3339 with up to nine decimals).
enum EngineTime {
    /// Reads a time; the year 1 is the engine's way to say that there is none.
    static func date(_ text: String) -> Date? {
        var rest = text[...]
        guard let year = number(&rest, digits: 4, after: nil), let month = number(&rest, digits: 2, after: "-"),
            let day = number(&rest, digits: 2, after: "-"), let hour = number(&rest, digits: 2, after: "T"),
            let minute = number(&rest, digits: 2, after: ":"), let second = number(&rest, digits: 2, after: ":"),
            year > 1, (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var fraction = 0.0
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }
            guard let value = Double("0.\(digits)") else { return nil }
            fraction = value
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = offset(rest) else { return nil }
        let clock = (hour * 60 + minute - offset) * 60 + second
        return Date(timeIntervalSince1970: Double(days(year, month, day) * 86_400 + clock) + fraction)
    }

    /// Writes a time as seconds since 1970 with nine decimals, for `since`.
    static func seconds(_ date: Date) -> String {
        let whole = date.timeIntervalSince1970.rounded(.down)
        let nanoseconds = Int(((date.timeIntervalSince1970 - whole) * 1_000_000_000).rounded(.down))
        let digits = "\(nanoseconds)"
        return "\(Int(whole))." + String(repeating: "0", count: 9 - digits.count) + digits
    }

    private static func number(_ rest: inout Substring, digits: Int, after separator: Character?) -> Int? {
        if let separator {
            guard rest.first == separator else { return nil }
            rest = rest.dropFirst()
        }
        let text = rest.prefix(digits)
        guard text.count == digits, text.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
        rest = rest.dropFirst(digits)
        return Int(text)
    }

    /// The offset from UTC in minutes.
    private static func offset(_ text: Substring) -> Int? {
        if text == "Z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        var rest = text.dropFirst()
        guard let hours = number(&rest, digits: 2, after: nil), let minutes = number(&rest, digits: 2, after: ":"),
            rest.isEmpty
        else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    /// The days from 1970-01-01 in the Gregorian calendar, counted in years that begin in March.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
