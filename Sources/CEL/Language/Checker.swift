/// Finds the types of an expression's parts, and what does not fit.
struct Checker {
    private let environment: Environment
    private var scopes: [[String: CELType]] = [[:]]
    private var bindings: [Int: CELType] = [:]
    private var nextOpen = 0
    private var issues: [CELIssue] = []

    static func type(
        of expression: Expression,
        in environment: Environment,
        source: String
    ) throws(CELError) -> CELType {
        var checker = Checker(environment: environment)
        let type = checker.check(expression)
        guard checker.issues.isEmpty else { throw .invalid(checker.issues, source: source) }
        return checker.resolved(type)
    }

    private init(environment: Environment) { self.environment = environment }

    // MARK: - Expressions

    private mutating func check(_ expression: Expression) -> CELType {
        switch expression {
        case .literal(let value, _): return Self.type(of: value)
        case .identifier(let name, let mark): return type(ofName: name, at: mark.offset)
        case .select(let operand, let field, let isTest, let mark):
            return select(operand, field, isTest: isTest, at: mark.offset)
        case .list(let elements, _): return .list(join(elements))
        case .map(let entries, _): return .map(join(entries.map(\.key)), join(entries.map(\.value)))
        case .call(let name, let target, let arguments, let mark):
            return call(name, target: target, arguments, at: mark.offset)
        case .comprehension(let loop, _): return check(loop)
        }
    }

    private static func type(of value: Value) -> CELType {
        switch value {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list, .map, .type: .dyn
        case .timestamp: .timestamp
        case .duration: .duration
        }
    }

    private func declared(_ name: String) -> CELType? {
        let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
        if !name.hasPrefix(".") {
            for scope in scopes.reversed() { if let type = scope[bare] { return type } }
        }
        return environment.variables[bare] ?? Environment.typeNames[bare].map { .type($0) }
    }

    private mutating func type(ofName name: String, at offset: Int) -> CELType {
        if let type = declared(name) { return type }
        let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
        issues.append(CELIssue("undeclared reference to '\(bare)' (in container '')", at: offset))
        return .dyn
    }

    private mutating func select(
        _ operand: Expression,
        _ field: String,
        isTest: Bool,
        at offset: Int
    ) -> CELType {
        if let path = QualifiedName.of(operand), !isTest, declared(path.first) == nil,
            let type = declared("\(path.name).\(field)")
        {
            return type
        }
        switch resolved(check(operand)) {
        case .map(_, let value): return isTest ? .bool : value
        case .dyn, .open: return isTest ? .bool : .dyn
        case let type:
            issues.append(CELIssue("type '\(type)' does not support field selection", at: offset))
            return .dyn
        }
    }

    /// The type that all elements have; if they differ, it is known only later.
    private mutating func join(_ elements: [Expression]) -> CELType {
        guard let first = elements.first else { return open() }
        var type = check(first)
        for element in elements.dropFirst() {
            let other = check(element)
            if !unify(type, other) { type = .dyn }
        }
        return type
    }

    private mutating func check(_ loop: Expression.Comprehension) -> CELType {
        let item: CELType
        switch resolved(check(loop.range)) {
        case .list(let element): item = element
        case .map(let key, _): item = key
        case .dyn, .open: item = .dyn
        case let type:
            issues.append(
                CELIssue(
                    "expression of type '\(type)' cannot be range of a comprehension (must be list, map, or "
                        + "dynamic)",
                    at: loop.range.offset
                )
            )
            item = .dyn
        }
        let accumulator = check(loop.start)
        scopes.append([loop.accumulator: accumulator])
        scopes.append([loop.variable: item])
        expect(check(loop.condition), .bool, at: loop.condition.offset)
        expect(check(loop.step), accumulator, at: loop.step.offset)
        scopes.removeLast()
        let result = check(loop.result)
        scopes.removeLast()
        return result
    }

    private mutating func expect(_ type: CELType, _ expected: CELType, at offset: Int) {
        guard !unify(expected, type) else { return }
        issues.append(
            CELIssue("expected type '\(resolved(expected))' but found '\(resolved(type))'", at: offset)
        )
    }

    // MARK: - Calls

    private mutating func call(
        _ name: String,
        target: Expression?,
        _ arguments: [Expression],
        at offset: Int
    ) -> CELType {
        var name = name.hasPrefix(".") ? String(name.dropFirst()) : name
        var operands = arguments
        var isMember = false
        if let target {
            if let path = QualifiedName.of(target), environment.overloads["\(path.name).\(name)"] != nil {
                name = "\(path.name).\(name)"
            } else {
                operands.insert(target, at: 0)
                isMember = true
            }
        }
        guard let all = environment.overloads[name] else {
            for operand in operands { _ = check(operand) }
            issues.append(CELIssue("undeclared reference to '\(name)' (in container '')", at: offset))
            return .dyn
        }
        let types = operands.map { check($0) }
        if name == "_&&_" || name == "_||_" || name == "!_" {
            for (type, operand) in zip(types, operands) { expect(type, .bool, at: operand.offset) }
            return .bool
        }
        var result: CELType?
        for overload in all where overload.isMember == isMember && overload.parameters.count == types.count {
            let before = bindings
            let (parameters, type) = instantiate(overload)
            guard zip(parameters, types).allSatisfy({ unify($0, $1) }) else {
                bindings = before
                continue
            }
            let isOpen = types.contains { Self.isUndecided(resolved($0)) }
            if let earlier = result, resolved(earlier) != resolved(type) { return .dyn }
            result = type
            // What is known fits one way of calling; what is not known yet may fit several.
            if !isOpen { break }
        }
        if let result { return resolved(result) }
        let texts = types.map { resolved($0).description }
        let applied =
            isMember
            ? "\(texts[0]).(\(texts.dropFirst().joined(separator: ", ")))" : "(\(texts.joined(separator: ", ")))"
        issues.append(CELIssue("found no matching overload for '\(name)' applied to '\(applied)'", at: offset))
        return .dyn
    }

    private static func isUndecided(_ type: CELType) -> Bool {
        switch type {
        case .dyn, .open: true
        default: false
        }
    }

    private mutating func instantiate(_ overload: Environment.Overload) -> ([CELType], CELType) {
        var opened: [String: CELType] = [:]
        let parameters = overload.parameters.map { instantiate($0, &opened) }
        return (parameters, instantiate(overload.result, &opened))
    }

    private mutating func instantiate(_ type: CELType, _ opened: inout [String: CELType]) -> CELType {
        switch type {
        case .parameter(let name):
            if let known = opened[name] { return known }
            let new = open()
            opened[name] = new
            return new
        case .list(let element): return .list(instantiate(element, &opened))
        case .map(let key, let value): return .map(instantiate(key, &opened), instantiate(value, &opened))
        case .type(let type): return .type(instantiate(type, &opened))
        default: return type
        }
    }

    // MARK: - Unifying

    private mutating func open() -> CELType {
        nextOpen += 1
        return .open(nextOpen)
    }

    private func resolved(_ type: CELType) -> CELType {
        switch type {
        case .open(let number): bindings[number].map { resolved($0) } ?? type
        case .list(let element): .list(resolved(element))
        case .map(let key, let value): .map(resolved(key), resolved(value))
        case .type(let type): .type(resolved(type))
        default: type
        }
    }

    private mutating func unify(_ left: CELType, _ right: CELType) -> Bool {
        switch (resolved(left), resolved(right)) {
        case (.open(let number), .open(let other)):
            if number != other { bindings[number] = .open(other) }
            return true
        case (.open(let number), let type), (let type, .open(let number)):
            bindings[number] = type
            return true
        case (.dyn, _), (_, .dyn): return true
        case (.list(let left), .list(let right)): return unify(left, right)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            return unify(key, otherKey) && unify(value, otherValue)
        case (.type, .type): return true
        // A moment or a length of time may be null, as messages may.
        case (.null, .timestamp), (.null, .duration), (.timestamp, .null), (.duration, .null): return true
        case (let left, let right): return left == right
        }
    }
}

/// A name with dots, as an expression.
enum QualifiedName {
    /// The whole name and its first part; nil if the expression is no name.
    static func of(_ expression: Expression) -> (name: String, first: String)? {
        switch expression {
        case .identifier(let name, _): return (name, name)
        case .select(let operand, let field, false, _):
            return of(operand).map { ("\($0.name).\(field)", $0.first) }
        default: return nil
        }
    }
}
