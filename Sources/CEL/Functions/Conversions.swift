/// From one type to another.
///
/// [CEL: Conversions](https://github.com/google/cel-spec/blob/master/doc/langdef.md#type-conversions)
enum Conversions {
    typealias Overload = Environment.Overload
    typealias Failure = Environment.Failure

    static let overloads: [Overload] =
        [
            Overload("dyn", [.parameter("A")], .dyn) { values in values[0] },
            Overload("type", [.parameter("A")], .type(.parameter("A"))) { values in .type(values[0].typeName) },
        ]
        + conversions("bool", to: .bool, from: [.bool, .string], bool)
        + conversions("int", to: .int, from: [.int, .uint, .double, .string, .timestamp, .duration], int)
        + conversions("uint", to: .uint, from: [.uint, .int, .double, .string], uint)
        + conversions("double", to: .double, from: [.double, .int, .uint, .string], double)
        + conversions(
            "string",
            to: .string,
            from: [.string, .bool, .int, .uint, .double, .bytes, .timestamp, .duration],
            string
        )
        + conversions("bytes", to: .bytes, from: [.bytes, .string], bytes)
        + conversions("timestamp", to: .timestamp, from: [.timestamp, .string, .int], timestamp)
        + conversions("duration", to: .duration, from: [.duration, .string, .int], duration)

    private static func conversions(
        _ name: String,
        to result: CELType,
        from types: [CELType],
        _ convert: @escaping @Sendable (Value) throws(Failure) -> Value
    ) -> [Overload] {
        types.map { type in
            Overload(name, [type], result) { values throws(Failure) in try convert(values[0]) }
        }
    }

    private static func bool(_ value: Value) throws(Failure) -> Value {
        switch value {
        case .bool: return value
        case .string(let text):
            if ["1", "t", "T", "true", "TRUE", "True"].contains(text) { return .bool(true) }
            if ["0", "f", "F", "false", "FALSE", "False"].contains(text) { return .bool(false) }
            throw Failure("strconv.ParseBool: parsing \"\(text)\": invalid syntax")
        default: throw .noOverload
        }
    }

    private static func int(_ value: Value) throws(Failure) -> Value {
        switch value {
        case .int: return value
        case .uint(let number):
            guard let whole = Int64(exactly: number) else { throw StandardLibrary.intOverflow }
            return .int(whole)
        case .double(let number):
            // The largest numbers cannot be told from those that are too large.
            guard number > -0x1p63, number < 0x1p63 else { throw StandardLibrary.intOverflow }
            return .int(Int64(number))
        case .string(let text):
            guard let number = Int64(text) else {
                throw Failure("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
            }
            return .int(number)
        case .timestamp(let moment): return .int(moment.seconds)
        case .duration(let span): return .int(span.nanoseconds)
        default: throw .noOverload
        }
    }

    private static func uint(_ value: Value) throws(Failure) -> Value {
        let overflow = Failure("unsigned integer overflow")
        switch value {
        case .uint: return value
        case .int(let number):
            guard let whole = UInt64(exactly: number) else { throw overflow }
            return .uint(whole)
        case .double(let number):
            guard number > -1, number < 0x1p64 else { throw overflow }
            return .uint(UInt64(max(0, number)))
        case .string(let text):
            guard !text.hasPrefix("+"), let number = UInt64(text) else {
                throw Failure("strconv.ParseUint: parsing \"\(text)\": invalid syntax")
            }
            return .uint(number)
        default: throw .noOverload
        }
    }

    private static func double(_ value: Value) throws(Failure) -> Value {
        switch value {
        case .double: return value
        case .int(let number): return .double(Double(number))
        case .uint(let number): return .double(Double(number))
        case .string(let text):
            guard let number = number(text) else {
                throw Failure("strconv.ParseFloat: parsing \"\(text)\": invalid syntax")
            }
            return .double(number)
        default: throw .noOverload
        }
    }

    private static func number(_ text: String) -> Double? {
        let bare = text.drop { $0 == "+" || $0 == "-" }.lowercased()
        guard text.count - bare.count <= 1 else { return nil }
        if bare == "inf" || bare == "infinity" { return text.hasPrefix("-") ? -.infinity : .infinity }
        if bare == "nan" { return .nan }
        guard let first = bare.unicodeScalars.first, Lexer.isDigit(first) || first == "." else { return nil }
        return Double(text)
    }

    private static func string(_ value: Value) throws(Failure) -> Value {
        if case .bytes(let bytes) = value {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Failure("invalid UTF-8 in bytes, cannot convert to string")
            }
            return .string(text)
        }
        guard let text = text(of: value) else { throw .noOverload }
        return .string(text)
    }

    /// A value as text; nil for what is made of several.
    static func text(of value: Value) -> String? {
        switch value {
        case .string(let text): text
        case .bool(let value): value ? "true" : "false"
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .double(let number): NumberText.text(of: number)
        case .timestamp(let moment): TimeText.text(of: moment)
        case .duration(let span): TimeText.text(of: span)
        default: nil
        }
    }

    private static func bytes(_ value: Value) throws(Failure) -> Value {
        switch value {
        case .bytes: value
        case .string(let text): .bytes(Array(text.utf8))
        default: throw .noOverload
        }
    }

    private static func timestamp(_ value: Value) throws(Failure) -> Value {
        switch value {
        case .timestamp: return value
        case .int(let seconds):
            guard let moment = Timestamp(seconds: seconds, nanoseconds: 0) else { throw Failure("timestamp overflow") }
            return .timestamp(moment)
        case .string(let text):
            guard let moment = TimeText.moment(text) else {
                throw Failure("invalid RFC 3339 timestamp \"\(text)\"")
            }
            return .timestamp(moment)
        default: throw .noOverload
        }
    }

    private static func duration(_ value: Value) throws(Failure) -> Value {
        switch value {
        case .duration: return value
        case .int(let nanoseconds): return .duration(Span(nanoseconds: nanoseconds))
        case .string(let text):
            guard let span = TimeText.span(text) else { throw Failure("time: invalid duration \"\(text)\"") }
            return .duration(span)
        default: throw .noOverload
        }
    }
}

/// Numbers as Go's `strconv` writes them.
enum NumberText {
    /// The shortest digits that give the number again, with an exponent where it is very large or small.
    static func text(of number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Inf" : "+Inf" }
        guard number != 0 else { return number.sign == .minus ? "-0" : "0" }
        let sign = number < 0 ? "-" : ""
        let parts = number.magnitude.description.split(separator: "e")
        let pieces = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = pieces.joined()
        // The number is 0.DIGITS times ten to this power.
        var power = pieces[0].count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        while digits.hasPrefix("0"), digits.count > 1 {
            digits.removeFirst()
            power -= 1
        }
        let exponent = power - 1
        if exponent < -4 || exponent >= 21 {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let size = String(exponent.magnitude)
            return sign + digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+") + (size.count < 2 ? "0" : "")
                + size
        }
        if power <= 0 { return sign + "0." + String(repeating: "0", count: -power) + digits }
        if power >= digits.count { return sign + digits + String(repeating: "0", count: power - digits.count) }
        return sign + digits.prefix(power) + "." + digits.dropFirst(power)
    }
}

extension Value {
    /// The value as text: what `string()` gives, lists and maps as CEL writes them.
    package var text: String {
        if let text = Conversions.text(of: self) { return text }
        return switch self {
        case .null: "null"
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .type(let name): name
        case .list(let elements): "[\(elements.map(\.literal).joined(separator: ", "))]"
        case .map(let map): "{\(map.entries.map { "\($0.key.literal): \($0.value.literal)" }.joined(separator: ", "))}"
        default: ""
        }
    }

    /// The value as it stands in a list.
    private var literal: String {
        if case .string(let text) = self { "\"\(text)\"" } else { text }
    }
}
