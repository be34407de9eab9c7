extension Value {
    /// Whether two values are equal; numbers of different types are compared by what they are.
    ///
    /// [CEL: Equality](https://github.com/google/cel-spec/blob/master/doc/langdef.md#equality)
    package static func areEqual(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.string(let left), .string(let right)): left.unicodeScalars.elementsEqual(right.unicodeScalars)
        case (.bytes(let left), .bytes(let right)): left == right
        case (.type(let left), .type(let right)): left == right
        case (.timestamp(let left), .timestamp(let right)): left == right
        case (.duration(let left), .duration(let right)): left == right
        case (.list(let left), .list(let right)):
            left.count == right.count && zip(left, right).allSatisfy { areEqual($0, $1) }
        case (.map(let left), .map(let right)):
            left.entries.count == right.entries.count
                && left.entries.allSatisfy { entry in right[entry.key].map { areEqual(entry.value, $0) } ?? false }
        default:
            left.isNumber && right.isNumber && order(left, right) == .equal
        }
    }

    package enum Order { case less, equal, greater }

    /// Which of two values comes first; nil if they have no order, like a text and a number, or NaN and anything.
    package static func order(_ left: Value, _ right: Value) -> Order? {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): order(left ? 1 : 0, right ? 1 : 0)
        case (.string(let left), .string(let right)):
            order(left.unicodeScalars.map(\.value), right.unicodeScalars.map(\.value))
        case (.bytes(let left), .bytes(let right)): order(left, right)
        case (.timestamp(let left), .timestamp(let right)): order(left, right)
        case (.duration(let left), .duration(let right)): order(left, right)
        case (.int(let left), .int(let right)): order(left, right)
        case (.uint(let left), .uint(let right)): order(left, right)
        case (.double(let left), .double(let right)): left.isNaN || right.isNaN ? nil : order(left, right)
        case (.int(let left), .uint(let right)): left < 0 ? .less : order(UInt64(left), right)
        case (.uint(let left), .int(let right)): right < 0 ? .greater : order(left, UInt64(right))
        case (.double(let left), .int(let right)): compare(left, right, limit: 0x1p63)
        case (.double(let left), .uint(let right)): compare(left, right, limit: 0x1p64)
        case (.int, .double), (.uint, .double): order(right, left).map(\.reversed)
        default: nil
        }
    }

    private static func order<T: Comparable>(_ left: T, _ right: T) -> Order {
        left < right ? .less : left == right ? .equal : .greater
    }

    private static func order<T: Comparable>(_ left: [T], _ right: [T]) -> Order {
        if left == right { return .equal }
        return left.lexicographicallyPrecedes(right) ? .less : .greater
    }

    /// Compares exactly: a whole number may have more digits than a double can hold.
    private static func compare<T: FixedWidthInteger>(_ left: Double, _ right: T, limit: Double) -> Order? {
        guard !left.isNaN else { return nil }
        if left >= limit { return .greater }
        if left < Double(T.min) { return .less }
        let whole = left.rounded(.down)
        let order = order(T(whole), right)
        return order == .equal && left > whole ? .greater : order
    }
}

extension Value.Order {
    fileprivate var reversed: Value.Order {
        switch self {
        case .less: .greater
        case .equal: .equal
        case .greater: .less
        }
    }
}
