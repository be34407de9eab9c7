/// Sets of characters: in brackets, as escapes and as Unicode's classes.
extension PatternParser {
    mutating func escapedSet(from start: Int) throws(PatternError) -> ScalarSet {
        guard let scalar = peek else { throw PatternError("trailing backslash at end of expression", "") }
        index += 1
        switch scalar {
        case "d": return .digits
        case "D": return ScalarSet.digits.inverted
        case "s": return .space
        case "S": return ScalarSet.space.inverted
        case "w": return .word
        case "W": return ScalarSet.word.inverted
        case "p", "P": return try unicodeClass(isInverted: scalar == "P", from: start)
        case "a": return ScalarSet("\u{7}")
        case "f": return ScalarSet("\u{C}")
        case "n": return ScalarSet("\n")
        case "r": return ScalarSet("\r")
        case "t": return ScalarSet("\t")
        case "v": return ScalarSet("\u{B}")
        case "x": return try hexadecimal(from: start)
        case "0"..."7":
            guard scalar == "0" || peek.map({ ("0"..."7").contains($0) }) == true else { break }
            index -= 1
            var value: UInt32 = 0
            var count = 0
            while count < 3, let digit = peek, ("0"..."7").contains(digit) {
                value = value * 8 + digit.value - 0x30
                index += 1
                count += 1
            }
            return ScalarSet([value...value])
        default:
            // A mark that is no letter stands for itself.
            if scalar.value < 0x80, !ScalarSet.word.contains(scalar) || scalar == "_" { return ScalarSet(scalar) }
        }
        throw PatternError("invalid escape sequence", text(from: start))
    }

    private mutating func hexadecimal(from start: Int) throws(PatternError) -> ScalarSet {
        var digits = ""
        if peek == "{" {
            index += 1
            while let digit = peek, Lexer.isHexadecimal(digit) {
                digits.unicodeScalars.append(digit)
                index += 1
            }
            guard peek == "}" else { throw PatternError("invalid escape sequence", text(from: start)) }
            index += 1
        } else {
            while digits.count < 2, let digit = peek, Lexer.isHexadecimal(digit) {
                digits.unicodeScalars.append(digit)
                index += 1
            }
            guard digits.count == 2 else { throw PatternError("invalid escape sequence", text(from: start)) }
        }
        guard let value = UInt32(digits, radix: 16), value <= 0x10FFFF else {
            throw PatternError("invalid escape sequence", text(from: start))
        }
        return ScalarSet([value...value])
    }

    mutating func unicodeClass(isInverted: Bool, from start: Int) throws(PatternError) -> ScalarSet {
        guard let first = peek else { throw PatternError("invalid character class range", text(from: start)) }
        index += 1
        var name = String(first)
        if first == "{" {
            let nameStart = index
            while let scalar = peek, scalar != "}" {
                _ = scalar
                index += 1
            }
            name = text(from: nameStart)
            index += 1
        }
        let isNegated = name.hasPrefix("^")
        guard let set = UnicodeClasses.set(isNegated ? String(name.dropFirst()) : name) else {
            throw PatternError("invalid character class range", text(from: start))
        }
        return isInverted != isNegated ? set.inverted : set
    }

    mutating func bracket(from start: Int) throws(PatternError) -> ScalarSet {
        var ranges: [ClosedRange<UInt32>] = []
        let isInverted = peek == "^"
        if isInverted { index += 1 }
        var isFirst = true
        while let scalar = peek, scalar != "]" || isFirst {
            isFirst = false
            if peek("[:"), let set = try namedClass() {
                ranges += set.ranges
                continue
            }
            let low = try bracketPart()
            guard peek == "-", index + 1 < scalars.count, scalars[index + 1] != "]", low.isSingle else {
                ranges += low.ranges
                continue
            }
            index += 1
            let high = try bracketPart()
            guard high.isSingle, let from = low.ranges.first?.lowerBound, let to = high.ranges.first?.lowerBound,
                from <= to
            else { throw PatternError("invalid character class range", text(from: start)) }
            ranges.append(from...to)
        }
        guard peek == "]" else { throw PatternError("missing closing ]", text(from: start)) }
        index += 1
        let set = ScalarSet(ranges)
        guard isInverted else { return set }
        return withCase(set).inverted
    }

    private mutating func bracketPart() throws(PatternError) -> ScalarSet {
        guard let scalar = peek else { throw PatternError("missing closing ]", text(from: 0)) }
        let start = index
        index += 1
        return scalar == "\\" ? try escapedSet(from: start) : ScalarSet(scalar)
    }

    private mutating func namedClass() throws(PatternError) -> ScalarSet? {
        let start = index
        var end = index + 2
        while end + 1 < scalars.count, !(scalars[end] == ":" && scalars[end + 1] == "]") { end += 1 }
        guard end + 1 < scalars.count else { return nil }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[index + 2..<end])
        var name = String(view)
        let isNegated = name.hasPrefix("^")
        if isNegated { name.removeFirst() }
        index = end + 2
        guard let set = ScalarSet.named[name] else {
            throw PatternError("invalid character class range", text(from: start))
        }
        return isNegated ? set.inverted : set
    }
}

extension ScalarSet {
    fileprivate var isSingle: Bool { ranges.count == 1 && ranges[0].count == 1 }
}
