import Manifests

/// A variable that stands for one element of an array param: `$(params.list[2])`.
package struct ArrayElementReference: Sendable, Hashable {
    /// The variable as it stands in the text, from `$(` to `)`.
    package var text: String
    package var param: String
    package var index: Int

    /// The references in a text, in their order, in every way of writing them.
    package static func all(in text: String) -> [ArrayElementReference] {
        guard text.contains("$(params") else { return [] }
        return VariableExpression.all(in: text).compactMap { ArrayElementReference($0) }
    }

    /// Reads what stands between `$(` and `)`; nil if it is something else.
    private init?(_ expression: String) {
        guard expression.hasSuffix("]"), let opening = expression.lastIndex(of: "[") else { return nil }
        let digits = expression[expression.index(after: opening)...].dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        let array = expression[..<opening]
        if array.hasPrefix("params.") {
            let name = array.dropFirst("params.".count)
            guard !name.isEmpty, name.allSatisfy({ Self.isNamePart($0) || $0 == "-" }) else { return nil }
            // With dots, two parts are understood: the param and a key of it.
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            param = parts.count > 2 ? "" : String(parts[0])
        } else if let quote = ["\"", "'"].first(where: { array.hasPrefix("params[\($0)") && array.hasSuffix("\($0)]") })
        {
            let name = array.dropFirst("params[\(quote)".count).dropLast(2)
            guard !name.isEmpty, name.allSatisfy({ Self.isNamePart($0) || $0 == "/" }) else { return nil }
            param = String(name)
        } else {
            return nil
        }
        text = "$(\(expression))"
        // A number that does not fit is beyond every array.
        index = Int(digits) ?? .max
    }

    private static func isNamePart(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_" || character == ".")
    }
}
