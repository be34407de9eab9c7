/// Cuts the text of an expression into tokens.
///
/// [CEL: Syntax](https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax)
struct Lexer {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var issues: [CELIssue] = []

    static func tokens(of text: String) throws(CELError) -> [Token] {
        var lexer = Lexer(scalars: Array(text.unicodeScalars))
        var tokens: [Token] = []
        while let token = lexer.next() { tokens.append(token) }
        guard lexer.issues.isEmpty else { throw .invalid(lexer.issues, source: text) }
        tokens.append(Token(kind: .end, offset: lexer.scalars.count, text: "<EOF>"))
        return tokens
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private static let symbols = [
        "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[",
        "]", "{", "}",
    ]

    private mutating func next() -> Token? {
        while true {
            skipSpace()
            guard index < scalars.count else { return nil }
            let start = index
            if let kind = literal() ?? word() ?? number() ?? symbol() {
                return Token(kind: kind, offset: start, text: text(from: start))
            }
            if index == start {
                issues.append(Self.unrecognized(String(scalars[start]), at: start))
                index += 1
            }
        }
    }

    private static func unrecognized(_ text: String, at offset: Int) -> CELIssue {
        CELIssue("Syntax error: token recognition error at: '\(text)'", at: offset)
    }

    private mutating func skipSpace() {
        while index < scalars.count {
            if [" ", "\t", "\n", "\r", "\u{c}"].contains(scalars[index]) {
                index += 1
            } else if scalars[index] == "/", peek(1) == "/" {
                while index < scalars.count, scalars[index] != "\n" { index += 1 }
            } else {
                return
            }
        }
    }

    private func peek(_ distance: Int) -> Unicode.Scalar? {
        index + distance < scalars.count ? scalars[index + distance] : nil
    }

    private func text(from start: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<index])
        return String(view)
    }

    // MARK: - Words and symbols

    private mutating func word() -> Token.Kind? {
        guard let first = peek(0) else { return nil }
        if first == "`" { return quotedWord() }
        guard Self.isLetter(first) else { return nil }
        let start = index
        while let scalar = peek(0), Self.isLetter(scalar) || Self.isDigit(scalar) { index += 1 }
        return .identifier(text(from: start))
    }

    private mutating func quotedWord() -> Token.Kind? {
        let start = index
        var end = index + 1
        while end < scalars.count,
            Self.isLetter(scalars[end]) || Self.isDigit(scalars[end])
                || [".", "-", "/", " "].contains(scalars[end])
        {
            end += 1
        }
        guard end < scalars.count, scalars[end] == "`", end > start + 1 else { return nil }
        index = end + 1
        return .quotedIdentifier(String(text(from: start).dropFirst().dropLast()))
    }

    private mutating func symbol() -> Token.Kind? {
        for symbol in Self.symbols {
            let wanted = Array(symbol.unicodeScalars)
            guard index + wanted.count <= scalars.count, Array(scalars[index..<index + wanted.count]) == wanted else {
                continue
            }
            index += wanted.count
            return .symbol(symbol)
        }
        return nil
    }

    // MARK: - Numbers

    private mutating func number() -> Token.Kind? {
        guard let first = peek(0), Self.isDigit(first) || (first == "." && peek(1).map(Self.isDigit) == true) else {
            return nil
        }
        let start = index
        if first == "0", peek(1) == "x" || peek(1) == "X", peek(2).map(Self.isHexadecimal) == true {
            index += 2
            while let scalar = peek(0), Self.isHexadecimal(scalar) { index += 1 }
            return integer(from: start)
        }
        while let scalar = peek(0), Self.isDigit(scalar) { index += 1 }
        var isDouble = false
        if peek(0) == ".", peek(1).map(Self.isDigit) == true {
            isDouble = true
            index += 1
            while let scalar = peek(0), Self.isDigit(scalar) { index += 1 }
        }
        if peek(0) == "e" || peek(0) == "E" {
            let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
            if peek(1 + sign).map(Self.isDigit) == true {
                isDouble = true
                index += 1 + sign
                while let scalar = peek(0), Self.isDigit(scalar) { index += 1 }
            }
        }
        return isDouble ? .double(text(from: start)) : integer(from: start)
    }

    private mutating func integer(from start: Int) -> Token.Kind {
        let digits = text(from: start)
        guard peek(0) == "u" || peek(0) == "U" else { return .int(digits) }
        index += 1
        return .uint(digits)
    }

    // MARK: - Strings

    private mutating func literal() -> Token.Kind? {
        var isRaw = false
        var isBytes = false
        var start = index
        while start < scalars.count, start - index < 2 {
            let isR = scalars[start] == "r" || scalars[start] == "R"
            let isB = scalars[start] == "b" || scalars[start] == "B"
            guard (isR && !isRaw) || (isB && !isBytes) else {
                return quoted(from: start, isRaw: isRaw, isBytes: isBytes)
            }
            if isR { isRaw = true } else { isBytes = true }
            start += 1
        }
        return quoted(from: start, isRaw: isRaw, isBytes: isBytes)
    }

    private mutating func quoted(from start: Int, isRaw: Bool, isBytes: Bool) -> Token.Kind? {
        guard start < scalars.count, scalars[start] == "'" || scalars[start] == "\"" else { return nil }
        let quote = scalars[start]
        let isLong = start + 2 < scalars.count && scalars[start + 1] == quote && scalars[start + 2] == quote
        let width = isLong ? 3 : 1
        var end = start + width
        while end < scalars.count {
            let closes =
                scalars[end] == quote
                && (!isLong || (end + 2 < scalars.count && scalars[end + 1] == quote && scalars[end + 2] == quote))
            if closes { break }
            if !isLong, scalars[end] == "\n" || scalars[end] == "\r" { end = scalars.count }
            end += !isRaw && end < scalars.count && scalars[end] == "\\" ? 2 : 1
        }
        guard end < scalars.count else {
            issues.append(Self.unrecognized(text(from: index, upTo: scalars.count), at: index))
            index = scalars.count
            return nil
        }
        let body = scalars[start + width..<end]
        let place = index
        index = end + width
        var reader = EscapeReader(scalars: Array(body), isRaw: isRaw, isBytes: isBytes)
        guard let content = reader.read() else {
            issues.append(Self.unrecognized(text(from: place), at: place))
            return nil
        }
        return isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self))
    }

    private func text(from start: Int, upTo end: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<end])
        return String(view)
    }

    // MARK: - Letters

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    static func isHexadecimal(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || ("a"..."f").contains(scalar) || ("A"..."F").contains(scalar)
    }
}
