/// Reads tokens as an expression.
///
/// [CEL: Syntax](https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax)
struct Parser {
    private let source: String
    private let tokens: [Token]
    private var index = 0
    private var depth = 0
    var accumulators = 0

    /// How deep expressions may be nested, as in CEL's own implementation.
    private static let depthLimit = 250

    static func parse(_ text: String) throws(CELError) -> Expression {
        var parser = Parser(source: text, tokens: try Lexer.tokens(of: text))
        let expression = try parser.expression()
        guard parser.peek.kind == .end else {
            throw parser.error("Syntax error: mismatched input '\(parser.peek.text)' expecting <EOF>", at: parser.peek)
        }
        return expression
    }

    private init(source: String, tokens: [Token]) {
        self.source = source
        self.tokens = tokens
    }

    // MARK: - Tokens

    private var peek: Token { tokens[index] }

    private mutating func take() -> Token {
        let token = tokens[index]
        if index < tokens.count - 1 { index += 1 }
        return token
    }

    private mutating func take(_ symbol: String) -> Token? {
        guard case .symbol(symbol) = peek.kind else { return nil }
        return take()
    }

    private mutating func expect(_ symbol: String) throws(CELError) {
        guard take(symbol) == nil else { return }
        throw error("Syntax error: missing '\(symbol)' at '\(peek.text)'", at: peek)
    }

    private func error(_ message: String, at token: Token) -> CELError {
        .invalid([CELIssue(message, at: token.offset)], source: source)
    }

    func error(_ message: String, at offset: Int) -> CELError {
        .invalid([CELIssue(message, at: offset)], source: source)
    }

    // MARK: - Operators

    private mutating func expression() throws(CELError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            throw error("expression recursion limit exceeded: \(Self.depthLimit)", at: peek)
        }
        let condition = try binary(level: 0)
        guard let mark = take("?") else { return condition }
        let yes = try binary(level: 0)
        try expect(":")
        let no = try expression()
        return .call("_?_:_", target: nil, [condition, yes, no], .init(offset: mark.offset))
    }

    private static let levels: [[String: String]] = [
        ["||": "_||_"], ["&&": "_&&_"],
        ["==": "_==_", "!=": "_!=_", "<": "_<_", "<=": "_<=_", ">": "_>_", ">=": "_>=_", "in": "@in"],
        ["+": "_+_", "-": "_-_"], ["*": "_*_", "/": "_/_", "%": "_%_"],
    ]

    private mutating func binary(level: Int) throws(CELError) -> Expression {
        guard level < Self.levels.count else { return try unary() }
        var left = try binary(level: level + 1)
        while let function = Self.levels[level][operatorText] {
            let token = take()
            let right = try binary(level: level + 1)
            left = .call(function, target: nil, [left, right], .init(offset: token.offset))
        }
        return left
    }

    private var operatorText: String {
        switch peek.kind {
        case .symbol(let text): text
        case .identifier("in"): "in"
        default: ""
        }
    }

    private mutating func unary() throws(CELError) -> Expression {
        for (symbol, function) in [("!", "!_"), ("-", "-_")] {
            guard case .symbol(symbol) = peek.kind else { continue }
            let first = take()
            var count = 1
            while take(symbol) != nil { count += 1 }
            // The smallest number can only be written with its sign.
            if symbol == "-", case .int(let digits) = peek.kind, count % 2 == 1 {
                let token = take()
                guard let value = Self.int("-", digits) else { throw error("invalid int literal", at: token) }
                return try members(of: .literal(.int(value), .init(offset: first.offset)))
            }
            if symbol == "-", case .double(let digits) = peek.kind, let value = Double(digits), count % 2 == 1 {
                _ = take()
                return try members(of: .literal(.double(-value), .init(offset: first.offset)))
            }
            let operand = try members(of: try primary())
            return count % 2 == 0 ? operand : .call(function, target: nil, [operand], .init(offset: first.offset))
        }
        return try members(of: try primary())
    }

    // MARK: - Members

    private mutating func members(of expression: Expression) throws(CELError) -> Expression {
        var expression = expression
        while true {
            if let dot = take(".") {
                let token = take()
                switch token.kind {
                case .identifier(let name):
                    if let opening = take("(") {
                        let arguments = try list(until: ")")
                        expression = try call(name, target: expression, arguments, at: opening.offset)
                    } else {
                        try refuseReserved(name, at: token, isField: true)
                        expression = .select(expression, field: name, isTest: false, .init(offset: dot.offset))
                    }
                case .quotedIdentifier(let name):
                    expression = .select(expression, field: name, isTest: false, .init(offset: dot.offset))
                default:
                    throw error("Syntax error: no viable alternative at input '.\(token.text)'", at: token)
                }
            } else if let opening = take("[") {
                let index = try self.expression()
                try expect("]")
                expression = .call("_[_]", target: nil, [expression, index], .init(offset: opening.offset))
            } else if case .symbol("{") = peek.kind, let path = QualifiedName.of(expression) {
                expression = try message(path.name, at: take())
            } else {
                return expression
            }
        }
    }

    /// A moment or a length of time, written with its fields.
    private mutating func message(_ name: String, at opening: Token) throws(CELError) -> Expression {
        let mark = Expression.Mark(offset: opening.offset)
        var fields: [String: Expression] = [:]
        while take("}") == nil {
            let token = take()
            guard case .identifier(let field) = token.kind else { throw unexpected(token) }
            guard field == "seconds" || field == "nanos" else {
                throw error("undefined field '\(field)'", at: token)
            }
            try expect(":")
            fields[field] = try expression()
            if take(",") != nil { continue }
            try expect("}")
            break
        }
        let arguments = ["seconds", "nanos"].map { fields[$0] ?? .literal(.int(0), mark) }
        return .call("@new \(name.hasPrefix(".") ? String(name.dropFirst()) : name)", target: nil, arguments, mark)
    }

    // MARK: - Parts

    private mutating func primary() throws(CELError) -> Expression {
        let token = take()
        let mark = Expression.Mark(offset: token.offset)
        switch token.kind {
        case .int(let digits):
            guard let value = Self.int("", digits) else { throw error("invalid int literal", at: token) }
            return .literal(.int(value), mark)
        case .uint(let digits):
            guard let value = Self.uint(digits) else { throw error("invalid uint literal", at: token) }
            return .literal(.uint(value), mark)
        case .double(let digits):
            guard let value = Double(digits), value.isFinite else { throw error("invalid double literal", at: token) }
            return .literal(.double(value), mark)
        case .string(let text): return .literal(.string(text), mark)
        case .bytes(let bytes): return .literal(.bytes(bytes), mark)
        case .identifier(let name): return try named(name, at: token)
        case .symbol("."):
            let next = take()
            guard case .identifier(let name) = next.kind else { throw unexpected(next) }
            return try named("." + name, at: next)
        case .symbol("("):
            let expression = try self.expression()
            try expect(")")
            return expression
        case .symbol("["): return .list(try list(until: "]"), mark)
        case .symbol("{"): return .map(try entries(), mark)
        case .symbol, .quotedIdentifier, .end: throw unexpected(token)
        }
    }

    private func unexpected(_ token: Token) -> CELError {
        error(
            "Syntax error: mismatched input '\(token.text)' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', "
                + "'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
            at: token
        )
    }

    private mutating func named(_ name: String, at token: Token) throws(CELError) -> Expression {
        let mark = Expression.Mark(offset: token.offset)
        switch name {
        case "true": return .literal(.bool(true), mark)
        case "false": return .literal(.bool(false), mark)
        case "null": return .literal(.null, mark)
        case "in": throw unexpected(token)
        default: break
        }
        if let opening = take("(") {
            let arguments = try list(until: ")")
            return try call(name, target: nil, arguments, at: opening.offset)
        }
        try refuseReserved(name, at: token, isField: false)
        return .identifier(name, mark)
    }

    private mutating func list(until closing: String) throws(CELError) -> [Expression] {
        var elements: [Expression] = []
        while take(closing) == nil {
            elements.append(try expression())
            if take(",") != nil {
                // Only a list may end with a comma.
                if closing == ")", case .symbol(")") = peek.kind { throw unexpected(peek) }
                continue
            }
            try expect(closing)
            break
        }
        return elements
    }

    private mutating func entries() throws(CELError) -> [(key: Expression, value: Expression)] {
        var entries: [(key: Expression, value: Expression)] = []
        while take("}") == nil {
            let key = try expression()
            try expect(":")
            entries.append((key, try expression()))
            if take(",") != nil { continue }
            try expect("}")
            break
        }
        return entries
    }

    private mutating func call(
        _ name: String,
        target: Expression?,
        _ arguments: [Expression],
        at offset: Int
    ) throws(CELError) -> Expression {
        if let expanded = try expandMacro(name, target: target, arguments, at: offset) { return expanded }
        return .call(name, target: target, arguments, .init(offset: offset))
    }

    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]

    private func refuseReserved(_ name: String, at token: Token, isField: Bool) throws(CELError) {
        guard !isField, Self.reserved.contains(name) else { return }
        throw error("reserved identifier: \(name)", at: token)
    }

    // MARK: - Numbers

    private static func int(_ sign: String, _ digits: String) -> Int64? {
        let isHexadecimal = digits.lowercased().hasPrefix("0x")
        return Int64(sign + (isHexadecimal ? String(digits.dropFirst(2)) : digits), radix: isHexadecimal ? 16 : 10)
    }

    private static func uint(_ digits: String) -> UInt64? {
        let isHexadecimal = digits.lowercased().hasPrefix("0x")
        return UInt64(isHexadecimal ? String(digits.dropFirst(2)) : digits, radix: isHexadecimal ? 16 : 10)
    }
}
