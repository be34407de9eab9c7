/// What is written like a function and is a loop, or a question about a field.
///
/// [CEL: Macros](https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros)
extension Parser {
    mutating func expandMacro(
        _ name: String,
        target: Expression?,
        _ arguments: [Expression],
        at offset: Int
    ) throws(CELError) -> Expression? {
        guard let target else {
            guard name == "has", arguments.count == 1 else { return nil }
            guard case .select(let operand, let field, _, let mark) = arguments[0] else {
                throw error("invalid argument to has() macro", at: arguments[0].offset)
            }
            return .select(operand, field: field, isTest: true, mark)
        }
        switch (name, arguments.count) {
        case ("all", 2), ("exists", 2), ("exists_one", 2), ("existsOne", 2), ("filter", 2), ("map", 2), ("map", 3):
            break
        default: return nil
        }
        guard case .identifier(let variable, _) = arguments[0], !variable.hasPrefix(".") else {
            throw error("argument must be a simple name", at: arguments[0].offset)
        }
        return loop(name, over: target, variable, Array(arguments.dropFirst()), at: offset)
    }

    private mutating func loop(
        _ name: String,
        over range: Expression,
        _ variable: String,
        _ arguments: [Expression],
        at offset: Int
    ) -> Expression {
        let mark = Expression.Mark(offset: offset)
        accumulators += 1
        // No name that can be written is like this one.
        let accumulator = "@result\(accumulators)"
        let result = Expression.identifier(accumulator, mark)
        func call(_ function: String, _ arguments: Expression...) -> Expression {
            .call(function, target: nil, arguments, mark)
        }
        func literal(_ value: Value) -> Expression { .literal(value, mark) }
        let item = Expression.identifier(variable, mark)
        var loop = Expression.Comprehension(
            variable: variable,
            range: range,
            accumulator: accumulator,
            start: literal(.bool(true)),
            condition: literal(.bool(true)),
            step: result,
            result: result
        )
        switch name {
        case "all":
            loop.condition = call("@not_strictly_false", result)
            loop.step = call("_&&_", result, arguments[0])
        case "exists":
            loop.start = literal(.bool(false))
            loop.condition = call("@not_strictly_false", call("!_", result))
            loop.step = call("_||_", result, arguments[0])
        case "exists_one", "existsOne":
            loop.start = literal(.int(0))
            loop.step = call("_?_:_", arguments[0], call("_+_", result, literal(.int(1))), result)
            loop.result = call("_==_", result, literal(.int(1)))
        default:
            let value = name == "filter" ? item : arguments[arguments.count - 1]
            let added = call("_+_", result, .list([value], mark))
            loop.start = .list([], mark)
            loop.step =
                name == "map" && arguments.count == 1
                ? added : call("_?_:_", arguments[0], added, result)
        }
        return .comprehension(loop, mark)
    }
}
