/// Evaluates an expression, part by part.
struct Interpreter {
    typealias Failure = Environment.Failure

    let environment: Environment
    private var variables: [String: Value]

    init(environment: Environment, variables: [String: Value]) {
        self.environment = environment
        self.variables = variables
    }

    func evaluate(_ expression: Expression) throws(Failure) -> Value {
        switch expression {
        case .literal(let value, _): return value
        case .identifier(let name, _): return try value(ofName: name)
        case .select(let operand, let field, let isTest, _): return try select(operand, field, isTest: isTest)
        case .list(let elements, _):
            var values: [Value] = []
            for element in elements { values.append(try evaluate(element)) }
            return .list(values)
        case .map(let entries, _):
            var values: [(key: Value, value: Value)] = []
            for entry in entries { values.append((try evaluate(entry.key), try evaluate(entry.value))) }
            guard let map = MapValue(values) else {
                throw Failure(values.allSatisfy { $0.key.isKey } ? "Failed with repeated key" : "unsupported key type")
            }
            return .map(map)
        case .call(let name, let target, let arguments, _): return try call(name, target: target, arguments)
        case .comprehension(let loop, _): return try run(loop)
        }
    }

    private func value(ofName name: String) throws(Failure) -> Value {
        if let value = variables[name] { return value }
        let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
        if let value = variables[bare] { return value }
        if Environment.typeNames[bare] != nil { return .type(bare) }
        throw Failure("no such attribute(s): \(bare)")
    }

    private func select(_ operand: Expression, _ field: String, isTest: Bool) throws(Failure) -> Value {
        if !isTest, let path = QualifiedName.of(operand), variables[path.first] == nil {
            let name = "\(path.name).\(field)"
            if let value = variables[name] { return value }
            if Environment.typeNames[name] != nil { return .type(name) }
        }
        guard case .map(let map) = try evaluate(operand) else {
            throw isTest ? Failure.noOverload : Failure("no such key: \(field)")
        }
        if isTest { return .bool(map[.string(field)] != nil) }
        guard let value = map[.string(field)] else { throw Failure("no such key: \(field)") }
        return value
    }

    // MARK: - Calls

    private func call(_ name: String, target: Expression?, _ arguments: [Expression]) throws(Failure) -> Value {
        switch name {
        case "_&&_": return try logical(arguments, decides: false)
        case "_||_": return try logical(arguments, decides: true)
        case "_?_:_":
            guard case .bool(let isTrue) = try evaluate(arguments[0]) else { throw .noOverload }
            return try evaluate(arguments[isTrue ? 1 : 2])
        case "@not_strictly_false":
            // What has no value does not end a loop.
            guard case .bool(false)? = try? evaluate(arguments[0]) else { return .bool(true) }
            return .bool(false)
        default: break
        }
        let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
        var function = bare
        var values: [Value] = []
        var isMember = false
        if let target {
            if let path = QualifiedName.of(target), environment.overloads["\(path.name).\(bare)"] != nil {
                function = "\(path.name).\(bare)"
            } else {
                values.append(try evaluate(target))
                isMember = true
            }
        }
        for argument in arguments { values.append(try evaluate(argument)) }
        for overload in environment.overloads[function] ?? []
        where overload.isMember == isMember && overload.parameters.count == values.count {
            guard zip(overload.parameters, values).allSatisfy({ $0.takes($1) }) else { continue }
            return try overload.body(values)
        }
        throw .noOverload
    }

    /// `&&` and `||`: one side can decide alone, whichever it is, also where the other has no value.
    private func logical(_ arguments: [Expression], decides: Bool) throws(Failure) -> Value {
        var failure: Failure?
        for argument in arguments {
            do throws(Failure) {
                switch try evaluate(argument) {
                case .bool(decides): return .bool(decides)
                case .bool: break
                default: failure = failure ?? .noOverload
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return .bool(!decides)
    }

    // MARK: - Loops

    private func run(_ loop: Expression.Comprehension) throws(Failure) -> Value {
        let items: [Value]
        switch try evaluate(loop.range) {
        case .list(let elements): items = elements
        case .map(let map): items = map.entries.map(\.key)
        default: throw .noOverload
        }
        var scope = self
        var failure: Failure?
        scope.variables[loop.accumulator] = try evaluate(loop.start)
        for item in items {
            if failure == nil, case .bool(false) = try scope.evaluate(loop.condition) { break }
            scope.variables[loop.variable] = item
            do throws(Failure) {
                scope.variables[loop.accumulator] = try scope.step(loop, after: failure)
                failure = nil
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        scope.variables[loop.variable] = variables[loop.variable]
        return try scope.evaluate(loop.result)
    }

    /// One round; where the one before had no value, only a side that decides alone gives one.
    private func step(_ loop: Expression.Comprehension, after failure: Failure?) throws(Failure) -> Value {
        guard let failure else { return try evaluate(loop.step) }
        guard case .call(let name, _, let arguments, _) = loop.step, name == "_&&_" || name == "_||_",
            let side = arguments.last, case .bool(let value)? = try? evaluate(side), value == (name == "_||_")
        else { throw failure }
        return .bool(value)
    }
}

extension Value {
    fileprivate var isKey: Bool {
        switch self {
        case .bool, .int, .uint, .string: true
        default: false
        }
    }
}

extension CELType {
    /// Whether a function that asks for this takes the value.
    fileprivate func takes(_ value: Value) -> Bool {
        switch (self, value) {
        case (.dyn, _), (.parameter, _), (.open, _), (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint),
            (.double, .double), (.string, .string), (.bytes, .bytes), (.timestamp, .timestamp),
            (.duration, .duration), (.list, .list), (.map, .map), (.type, .type):
            true
        default: false
        }
    }
}
