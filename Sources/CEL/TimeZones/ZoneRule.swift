/// When the clocks of a zone change every year, like `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// [POSIX: Environment variables, TZ](https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html)
struct ZoneRule {
    /// A day of a year and the second on it.
    private struct Moment {
        enum Day {
            /// The first is 1, and 29 February is never counted.
            case withoutLeapDay(Int64)
            /// The first is 0.
            case ofYear(Int64)
            /// The last weekday of a month where the week is 5; Sunday is 0.
            case weekday(Int64, week: Int64, month: Int64)
        }

        var day: Day
        var second: Int64 = 7200

        /// Seconds since 1970 by the clock that shows UTC.
        func seconds(in year: Int64) -> Int64 { (days(in: year) * 86_400) + second }

        private func days(in year: Int64) -> Int64 {
            let first = Self.days(year, 1)
            switch day {
            case .ofYear(let day): return first + day
            case .withoutLeapDay(let day):
                let hasLeapDay = Self.days(year, 3) - Self.days(year, 2) == 29
                return first + day - 1 + (hasLeapDay && day > 59 ? 1 : 0)
            case .weekday(let weekday, let week, let month):
                let start = Self.days(year, month)
                let length = (month == 12 ? Self.days(year + 1, 1) : Self.days(year, month + 1)) - start
                let offset = (weekday - CivilDate(daysSince1970: start).dayOfWeek + 7) % 7 + (week - 1) * 7
                return start + (offset < length ? offset : offset - 7)
            }
        }

        private static func days(_ year: Int64, _ month: Int64) -> Int64 {
            CivilDate(year: year, month: month, day: 1)?.daysSince1970 ?? 0
        }
    }

    private let standard: Int64
    private var summer: (shift: Int64, start: Moment, end: Moment)?

    /// Reads a rule; nil if the text is none.
    init?(_ text: String) {
        var reader = Reader(rest: text[...])
        guard reader.name(), let west = reader.time() else { return nil }
        standard = -west
        guard !reader.rest.isEmpty else { return }
        guard reader.name() else { return nil }
        let shift = reader.rest.hasPrefix(",") ? standard + 3600 : reader.time().map { -$0 }
        guard let shift, let start = reader.moment(), let end = reader.moment(), reader.rest.isEmpty else { return nil }
        summer = (shift, start, end)
    }

    /// How far the zone is ahead of UTC at a moment, in seconds.
    func shift(at seconds: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = CivilDate(daysSince1970: (seconds + standard).flooringDivision(by: 86_400)).year
        let start = summer.start.seconds(in: year) - standard
        let end = summer.end.seconds(in: year) - summer.shift
        let isSummer = start < end ? (start..<end).contains(seconds) : !(end..<start).contains(seconds)
        return isSummer ? summer.shift : standard
    }
}

extension ZoneRule {
    private struct Reader {
        var rest: Substring

        mutating func take(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest.removeFirst()
            return true
        }

        /// Passes over a name: letters, or anything between angle brackets.
        mutating func name() -> Bool {
            if take("<") {
                guard let end = rest.firstIndex(of: ">") else { return false }
                rest = rest[rest.index(after: end)...]
                return true
            }
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            return !name.isEmpty
        }

        mutating func number() -> Int64? {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            return Int64(digits)
        }

        /// Hours, and minutes and seconds where they are given, in seconds.
        mutating func time() -> Int64? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard let hours = number(), hours <= 167 else { return nil }
            var seconds = hours * 3600
            for unit: Int64 in [60, 1] where take(":") {
                guard let count = number(), count < 60 else { return nil }
                seconds += count * unit
            }
            return isNegative ? -seconds : seconds
        }

        mutating func moment() -> Moment? {
            guard take(","), let day = day() else { return nil }
            var moment = Moment(day: day)
            if take("/") {
                guard let second = time() else { return nil }
                moment.second = second
            }
            return moment
        }

        private mutating func day() -> Moment.Day? {
            if take("M") {
                guard let month = number(), take("."), let week = number(), take("."), let weekday = number(),
                    (1...12).contains(month), (1...5).contains(week), (0...6).contains(weekday)
                else { return nil }
                return .weekday(weekday, week: week, month: month)
            }
            let isWithoutLeapDay = take("J")
            guard let day = number(), (0...365).contains(day) else { return nil }
            return isWithoutLeapDay ? .withoutLeapDay(day) : .ofYear(day)
        }
    }
}
