/// The functions and operators that every expression may use.
///
/// [CEL: Standard definitions](https://github.com/google/cel-spec/blob/master/doc/langdef.md#standard-definitions)
enum StandardLibrary {
    typealias Overload = Environment.Overload
    typealias Failure = Environment.Failure

    static let overloads: [Overload] =
        logic + comparisons + arithmetic + collections + texts + Conversions.overloads + TimeFunctions.overloads

    private static let a = CELType.parameter("A")
    private static let b = CELType.parameter("B")

    // MARK: - Logic

    /// Those that do not look at all their operands are evaluated elsewhere; here are their types.
    private static let logic: [Overload] = [
        Overload("_&&_", [.bool, .bool], .bool, lazy),
        Overload("_||_", [.bool, .bool], .bool, lazy),
        Overload("@not_strictly_false", [.bool], .bool, lazy),
        Overload("_?_:_", [.bool, a, a], a, lazy),
        Overload("!_", [.bool], .bool) { values throws(Failure) in
            guard case .bool(let value) = values[0] else { throw .noOverload }
            return .bool(!value)
        },
    ]

    @Sendable private static func lazy(_ values: [Value]) throws(Failure) -> Value { throw .noOverload }

    // MARK: - Comparing

    private static let comparisons: [Overload] = {
        let equality = [
            Overload("_==_", [a, a], .bool) { values in .bool(Value.areEqual(values[0], values[1])) },
            Overload("_!=_", [a, a], .bool) { values in .bool(!Value.areEqual(values[0], values[1])) },
        ]
        let orders: [(name: String, orders: Set<Value.Order>)] = [
            ("_<_", [.less]), ("_<=_", [.less, .equal]), ("_>_", [.greater]), ("_>=_", [.greater, .equal]),
        ]
        let types: [CELType] = [.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration]
        // Those of mixed numbers are found only where the types are not known before.
        let pairs = types.map { ($0, $0) } + mixedNumbers
        return equality
            + orders.flatMap { operation in
                pairs.map { pair in comparison(operation.name, pair, operation.orders) }
            }
    }()

    private static func comparison(
        _ name: String,
        _ types: (CELType, CELType),
        _ orders: Set<Value.Order>
    ) -> Overload {
        Overload(name, [types.0, types.1], .bool) { values in
            .bool(Value.order(values[0], values[1]).map { orders.contains($0) } ?? false)
        }
    }

    private static let mixedNumbers: [(CELType, CELType)] = [
        (.int, .uint), (.int, .double), (.uint, .int), (.uint, .double), (.double, .int), (.double, .uint),
    ]

    // MARK: - Collections

    private static let collections: [Overload] =
        [
            Overload("@in", [a, .list(a)], .bool) { values throws(Failure) in
                guard case .list(let elements) = values[1] else { throw .noOverload }
                return .bool(elements.contains { Value.areEqual($0, values[0]) })
            },
            Overload("@in", [a, .map(a, b)], .bool) { values throws(Failure) in
                guard case .map(let map) = values[1] else { throw .noOverload }
                return .bool(map[values[0]] != nil)
            },
            Overload("_[_]", [.list(a), .int], a, element),
            Overload("_[_]", [.list(a), .uint], a, element),
            Overload("_[_]", [.list(a), .double], a, element),
            Overload("_[_]", [.map(a, b), a], b) { values throws(Failure) in
                guard case .map(let map) = values[0] else { throw .noOverload }
                guard let value = map[values[1]] else {
                    throw Failure("no such key: \(Conversions.text(of: values[1]) ?? "")")
                }
                return value
            },
        ]
        + [CELType.string, .bytes, .list(a), .map(a, b)].flatMap { type in
            [false, true].map { isMember in Overload("size", isMember: isMember, [type], .int, size) }
        }

    @Sendable private static func element(_ values: [Value]) throws(Failure) -> Value {
        guard case .list(let elements) = values[0] else { throw .noOverload }
        let index: Int? =
            switch values[1] {
            case .int(let index): Int(exactly: index)
            case .uint(let index): Int(exactly: index)
            case .double(let index): Int(exactly: index)
            default: nil
            }
        guard let index, elements.indices.contains(index) else {
            throw Failure("index out of bounds: \(Conversions.text(of: values[1]) ?? "")")
        }
        return elements[index]
    }

    @Sendable private static func size(_ values: [Value]) throws(Failure) -> Value {
        switch values[0] {
        case .string(let text): .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): .int(Int64(bytes.count))
        case .list(let elements): .int(Int64(elements.count))
        case .map(let map): .int(Int64(map.entries.count))
        default: throw .noOverload
        }
    }

    // MARK: - Texts

    private static let texts: [Overload] =
        [
            text("contains") { $1.isEmpty || !$0.ranges(of: $1).isEmpty },
            text("startsWith") { $0.starts(with: $1) },
            text("endsWith") { $0.count >= $1.count && $0.suffix($1.count).elementsEqual($1) },
        ]
        + [false, true].map { isMember in
            Overload("matches", isMember: isMember, [.string, .string], .bool) { values throws(Failure) in
                guard case .string(let text) = values[0], case .string(let pattern) = values[1] else {
                    throw .noOverload
                }
                do throws(PatternError) {
                    return .bool(try Pattern(pattern).isFound(in: text))
                } catch {
                    throw Failure(error.description)
                }
            }
        }

    private static func text(
        _ name: String,
        _ answer: @escaping @Sendable ([Unicode.Scalar], [Unicode.Scalar]) -> Bool
    ) -> Overload {
        Overload(name, isMember: true, [.string, .string], .bool) { values throws(Failure) in
            guard case .string(let text) = values[0], case .string(let part) = values[1] else { throw .noOverload }
            return .bool(answer(Array(text.unicodeScalars), Array(part.unicodeScalars)))
        }
    }
}
