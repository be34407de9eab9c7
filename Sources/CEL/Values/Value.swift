/// A value of an expression.
///
/// [CEL: Values](https://github.com/google/cel-spec/blob/master/doc/langdef.md#values)
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([Value])
    case map(MapValue)
    case timestamp(Timestamp)
    case duration(Span)
    case type(String)

    /// The name of its type.
    package var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map: "map"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        }
    }

    var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }
}

/// The entries of a map in their order.
package struct MapValue: Sendable {
    package private(set) var entries: [(key: Value, value: Value)]
    private var places: [MapKey: Int]

    /// Makes a map; nil if a key is of a kind that none may be, or comes twice.
    package init?(_ entries: [(key: Value, value: Value)]) {
        self.entries = entries
        places = [:]
        for (place, entry) in entries.enumerated() {
            guard let key = MapKey(entry.key), places.updateValue(place, forKey: key) == nil else { return nil }
        }
    }

    /// The value of a key; numbers are the same key if they are equal.
    package subscript(key: Value) -> Value? {
        MapKey(key).flatMap { places[$0] }.map { entries[$0].value }
    }
}

/// A key by which values are found.
private enum MapKey: Hashable {
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case string(String)

    init?(_ value: Value) {
        switch value {
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = Int64(exactly: value).map { .int($0) } ?? .uint(value)
        case .double(let value):
            if let whole = Int64(exactly: value) {
                self = .int(whole)
            } else if let whole = UInt64(exactly: value) {
                self = .uint(whole)
            } else {
                return nil
            }
        case .string(let text): self = .string(text)
        default: return nil
        }
    }
}

/// A moment: seconds since 1970 and nanoseconds.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var seconds: Int64
    package var nanoseconds: Int64

    /// The first and the last second that a timestamp can have: the years 1 and 9999.
    static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Nil if the moment is out of range.
    package init?(seconds: Int64, nanoseconds: Int64) {
        let (whole, overflows) = seconds.addingReportingOverflow(nanoseconds.flooringDivision(by: 1_000_000_000))
        guard !overflows, Self.range.contains(whole) else { return nil }
        self.seconds = whole
        self.nanoseconds = nanoseconds.remainderOfFlooringDivision(by: 1_000_000_000)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// A length of time, in nanoseconds.
package struct Span: Sendable, Hashable, Comparable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (left: Span, right: Span) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Int64 {
    func flooringDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    func remainderOfFlooringDivision(by divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
