/// Parts of moments and of lengths of time.
///
/// [CEL: Abstract types](https://github.com/google/cel-spec/blob/master/doc/langdef.md#timestamps-and-durations)
enum TimeFunctions {
    typealias Overload = Environment.Overload
    typealias Failure = Environment.Failure

    static let overloads: [Overload] = parts.flatMap { moment($0.name, $0.part) } + spans + messages

    /// What is written with its fields, seconds and nanoseconds.
    private static let messages: [Overload] = [
        Overload("@new google.protobuf.Timestamp", [.int, .int], .timestamp) { values throws(Failure) in
            guard case .int(let seconds) = values[0], case .int(let nanoseconds) = values[1],
                let moment = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
            else { throw Failure("timestamp overflow") }
            return .timestamp(moment)
        },
        Overload("@new google.protobuf.Duration", [.int, .int], .duration) { values throws(Failure) in
            guard case .int(let seconds) = values[0], case .int(let nanoseconds) = values[1] else { throw .noOverload }
            let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            let (sum, overflowsToo) = whole.addingReportingOverflow(nanoseconds)
            guard !overflows, !overflowsToo else { throw StandardLibrary.intOverflow }
            return .duration(Span(nanoseconds: sum))
        },
    ]

    private static let parts: [(name: String, part: @Sendable (WallTime) -> Int64)] = [
        ("getFullYear", { $0.date.year }), ("getMonth", { $0.date.month - 1 }),
        ("getDate", { $0.date.day }), ("getDayOfMonth", { $0.date.day - 1 }),
        ("getDayOfWeek", { $0.date.dayOfWeek }), ("getDayOfYear", { $0.date.dayOfYear }),
        ("getHours", { $0.second / 3600 }), ("getMinutes", { $0.second / 60 % 60 }),
        ("getSeconds", { $0.second % 60 }), ("getMilliseconds", { $0.nanoseconds / 1_000_000 }),
    ]

    private static let spans: [Overload] = [
        span("getHours") { $0 / 3_600_000_000_000 }, span("getMinutes") { $0 / 60_000_000_000 },
        span("getSeconds") { $0 / 1_000_000_000 }, span("getMilliseconds") { $0 / 1_000_000 % 1000 },
    ]

    /// A moment as a clock on a wall shows it.
    private struct WallTime {
        var date: CivilDate
        var second: Int64
        var nanoseconds: Int64

        init(_ moment: Timestamp, shift: Int64) {
            let seconds = moment.seconds + shift
            date = CivilDate(daysSince1970: seconds.flooringDivision(by: 86_400))
            second = seconds.remainderOfFlooringDivision(by: 86_400)
            nanoseconds = moment.nanoseconds
        }
    }

    private static func moment(_ name: String, _ part: @escaping @Sendable (WallTime) -> Int64) -> [Overload] {
        [
            Overload(name, isMember: true, [.timestamp], .int) { values throws(Failure) in
                guard case .timestamp(let moment) = values[0] else { throw .noOverload }
                return .int(part(WallTime(moment, shift: 0)))
            },
            Overload(name, isMember: true, [.timestamp, .string], .int) { values throws(Failure) in
                guard case .timestamp(let moment) = values[0], case .string(let zone) = values[1] else {
                    throw .noOverload
                }
                return .int(part(WallTime(moment, shift: try shift(in: zone, at: moment))))
            },
        ]
    }

    private static func span(_ name: String, _ part: @escaping @Sendable (Int64) -> Int64) -> Overload {
        Overload(name, isMember: true, [.duration], .int) { values throws(Failure) in
            guard case .duration(let span) = values[0] else { throw .noOverload }
            return .int(part(span.nanoseconds))
        }
    }

    /// How far a zone is ahead, in seconds: by its name, or written as `+02:00`.
    private static func shift(in zone: String, at moment: Timestamp) throws(Failure) -> Int64 {
        let parts = zone.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, let hours = Int64(parts[0]), let minutes = Int64(parts[1]) {
            let sign: Int64 = zone.hasPrefix("-") ? -1 : 1
            return hours * 3600 + sign * minutes * 60
        }
        guard !zone.isEmpty, zone != "UTC" else { return 0 }
        guard let found = ZoneFile(named: zone) else { throw Failure("unknown time zone \(zone)") }
        return found.shift(at: moment.seconds)
    }
}
