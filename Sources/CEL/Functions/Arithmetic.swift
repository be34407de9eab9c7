extension StandardLibrary {
    static let arithmetic: [Overload] = numbers + joining + times

    // MARK: - Numbers

    private static let numbers: [Overload] =
        [
            int("_+_") { $0.addingReportingOverflow($1) },
            int("_-_") { $0.subtractingReportingOverflow($1) },
            int("_*_") { $0.multipliedReportingOverflow(by: $1) },
            int("_/_", zero: "division by zero") { $0.dividedReportingOverflow(by: $1) },
            int("_%_", zero: "modulus by zero") { $0.remainderReportingOverflow(dividingBy: $1) },
            uint("_+_") { $0.addingReportingOverflow($1) },
            uint("_-_") { $0.subtractingReportingOverflow($1) },
            uint("_*_") { $0.multipliedReportingOverflow(by: $1) },
            uint("_/_", zero: "division by zero") { $0.dividedReportingOverflow(by: $1) },
            uint("_%_", zero: "modulus by zero") { $0.remainderReportingOverflow(dividingBy: $1) },
            double("_+_", +), double("_-_", -), double("_*_", *), double("_/_", /),
            Overload("-_", [.int], .int) { values throws(Failure) in
                guard case .int(let value) = values[0] else { throw .noOverload }
                guard value != .min else { throw intOverflow }
                return .int(-value)
            },
            Overload("-_", [.double], .double) { values throws(Failure) in
                guard case .double(let value) = values[0] else { throw .noOverload }
                return .double(-value)
            },
        ]

    static let intOverflow = Failure("integer overflow")
    private static let uintOverflow = Failure("unsigned integer overflow")

    private static func int(
        _ name: String,
        zero: String? = nil,
        _ operation: @escaping @Sendable (Int64, Int64) -> (Int64, Bool)
    ) -> Overload {
        Overload(name, [.int, .int], .int) { values throws(Failure) in
            guard case .int(let left) = values[0], case .int(let right) = values[1] else { throw .noOverload }
            if right == 0, let zero { throw Failure(zero) }
            let (result, overflows) = operation(left, right)
            guard !overflows else { throw intOverflow }
            return .int(result)
        }
    }

    private static func uint(
        _ name: String,
        zero: String? = nil,
        _ operation: @escaping @Sendable (UInt64, UInt64) -> (UInt64, Bool)
    ) -> Overload {
        Overload(name, [.uint, .uint], .uint) { values throws(Failure) in
            guard case .uint(let left) = values[0], case .uint(let right) = values[1] else { throw .noOverload }
            if right == 0, let zero { throw Failure(zero) }
            let (result, overflows) = operation(left, right)
            guard !overflows else { throw uintOverflow }
            return .uint(result)
        }
    }

    private static func double(
        _ name: String,
        _ operation: @escaping @Sendable (Double, Double) -> Double
    ) -> Overload {
        Overload(name, [.double, .double], .double) { values throws(Failure) in
            guard case .double(let left) = values[0], case .double(let right) = values[1] else { throw .noOverload }
            return .double(operation(left, right))
        }
    }

    // MARK: - Joining

    private static let joining: [Overload] = [
        Overload("_+_", [.string, .string], .string) { values throws(Failure) in
            guard case .string(let left) = values[0], case .string(let right) = values[1] else { throw .noOverload }
            return .string(left + right)
        },
        Overload("_+_", [.bytes, .bytes], .bytes) { values throws(Failure) in
            guard case .bytes(let left) = values[0], case .bytes(let right) = values[1] else { throw .noOverload }
            return .bytes(left + right)
        },
        Overload("_+_", [.list(.parameter("A")), .list(.parameter("A"))], .list(.parameter("A"))) {
            values throws(Failure) in
            guard case .list(let left) = values[0], case .list(let right) = values[1] else { throw .noOverload }
            return .list(left + right)
        },
    ]

    // MARK: - Times

    private static let times: [Overload] = [
        Overload("_+_", [.timestamp, .duration], .timestamp) { values throws(Failure) in
            guard case .timestamp(let moment) = values[0], case .duration(let span) = values[1] else {
                throw .noOverload
            }
            return try moved(moment, by: span.nanoseconds)
        },
        Overload("_+_", [.duration, .timestamp], .timestamp) { values throws(Failure) in
            guard case .duration(let span) = values[0], case .timestamp(let moment) = values[1] else {
                throw .noOverload
            }
            return try moved(moment, by: span.nanoseconds)
        },
        Overload("_-_", [.timestamp, .duration], .timestamp) { values throws(Failure) in
            guard case .timestamp(let moment) = values[0], case .duration(let span) = values[1] else {
                throw .noOverload
            }
            guard span.nanoseconds != .min else { throw intOverflow }
            return try moved(moment, by: -span.nanoseconds)
        },
        Overload("_-_", [.timestamp, .timestamp], .duration) { values throws(Failure) in
            guard case .timestamp(let left) = values[0], case .timestamp(let right) = values[1] else {
                throw .noOverload
            }
            let (whole, overflows) = (left.seconds - right.seconds).multipliedReportingOverflow(by: 1_000_000_000)
            let (sum, overflowsToo) = whole.addingReportingOverflow(left.nanoseconds - right.nanoseconds)
            guard !overflows, !overflowsToo else { throw intOverflow }
            return .duration(Span(nanoseconds: sum))
        },
        span("_+_") { $0.addingReportingOverflow($1) },
        span("_-_") { $0.subtractingReportingOverflow($1) },
    ]

    private static func moved(_ moment: Timestamp, by nanoseconds: Int64) throws(Failure) -> Value {
        let seconds = moment.seconds + nanoseconds.flooringDivision(by: 1_000_000_000)
        let rest = moment.nanoseconds + nanoseconds.remainderOfFlooringDivision(by: 1_000_000_000)
        guard let result = Timestamp(seconds: seconds, nanoseconds: rest) else {
            throw Failure("timestamp overflow")
        }
        return .timestamp(result)
    }

    private static func span(
        _ name: String,
        _ operation: @escaping @Sendable (Int64, Int64) -> (Int64, Bool)
    ) -> Overload {
        Overload(name, [.duration, .duration], .duration) { values throws(Failure) in
            guard case .duration(let left) = values[0], case .duration(let right) = values[1] else {
                throw .noOverload
            }
            let (result, overflows) = operation(left.nanoseconds, right.nanoseconds)
            guard !overflows else { throw intOverflow }
            return .duration(Span(nanoseconds: result))
        }
    }
}
