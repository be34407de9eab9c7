/// What stands between `$(` and `)` in a text.
///
/// [Tekton: Variable substitution](https://tekton.dev/docs/pipelines/variables/)
package enum VariableExpression {
    /// All expressions of a text in their order; what is inside them is not judged.
    package static func all(in text: String) -> [String] {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return [] }
        var found: [String] = []
        var rest = text[...]
        while let opening = rest.firstRange(of: "$(") {
            rest = rest[opening.upperBound...]
            guard let closing = rest.firstIndex(of: ")") else { break }
            let inside = rest[..<closing]
            // `$($(a))` holds one expression, the inner one.
            if let inner = inside.firstRange(of: "$(") {
                rest = rest[inner.lowerBound...]
                continue
            }
            found.append(String(inside))
            rest = rest[rest.index(after: closing)...]
        }
        return found
    }
}
