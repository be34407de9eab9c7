/// What stands in brackets behind a name: `[1]`, `[*]`.
package enum Subscript {
    /// A subscript that is no number, in Go's words.
    package struct Problem: Error, Sendable, Hashable {
        package var message: String
    }

    /// The first subscript of a text that is a number, with its brackets; empty if there is none.
    package static func firstIndex(in text: String) -> String {
        var rest = text[...]
        while let opening = rest.firstIndex(of: "[") {
            let inside = rest[rest.index(after: opening)...]
            let digits = inside.prefix { $0.isASCII && $0.isNumber }
            if !digits.isEmpty, digits.endIndex < inside.endIndex, inside[digits.endIndex] == "]" {
                return "[\(digits)]"
            }
            rest = inside
        }
        return ""
    }

    /// The number in a subscript.
    package static func index(of text: String) throws(Problem) -> Int {
        var inside = text[...]
        if inside.hasPrefix("[") { inside.removeFirst() }
        if inside.hasSuffix("]") { inside.removeLast() }
        if let index = Int(inside) { return index }
        throw Problem(message: "strconv.Atoi: parsing \"\(inside)\": invalid syntax")
    }

    /// What a variable stands for as a whole: `x` of `$(x)` and of `$(x[*])`.
    package static func target(of variable: String) -> String {
        var name = variable[...]
        if name.hasPrefix("$(") { name = name.dropFirst(2) }
        if name.hasSuffix(")") { name = name.dropLast() }
        return String(name.hasSuffix("[*]") ? name.dropLast(3) : name)
    }
}
