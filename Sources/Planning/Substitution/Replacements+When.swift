import Manifests
package import YAML

/// Where and how Tekton replaces variables in when expressions.
extension Replacements {
    /// Replaces in a list of when expressions.
    ///
    /// A whole array (`$(params.x[*])`) becomes its elements among the values, and JSON text as the input.
    package func apply(toWhen list: YAMLNode) -> YAMLNode {
        var list = list
        guard let expressions = list.sequence else { return list }
        list.content = .sequence(
            expressions.map { expression in
                var expression = expression
                expression["input"] = expression["input"].map { input in
                    YAMLNode(.string(whenInput(input.string ?? "")), place: input.place)
                }
                expression["cel"] = expression["cel"].map { apply(to: $0) }
                if let values = expression["values"], let texts = values.sequence {
                    let replaced = texts.flatMap { value -> [YAMLNode] in
                        guard let text = value.string else { return [value] }
                        return whenValues(text).map { YAMLNode(.string($0), place: value.place) }
                    }
                    expression["values"] = YAMLNode(.sequence(replaced), place: values.place)
                }
                return expression
            }
        )
        return list
    }

    private func whenInput(_ text: String) -> String {
        guard namesArray(text) else { return apply(to: text) }
        // As Go writes JSON that may stand in a page.
        return YAMLNode(apply(toList: [text])).jsonText()
            .replacing("<", with: "\\u003c").replacing(">", with: "\\u003e").replacing("&", with: "\\u0026")
    }

    private func whenValues(_ text: String) -> [String] {
        namesArray(text) ? apply(toList: [text]) : [apply(to: text)]
    }

    /// Whether a text is the variable of an array, written with `[*]`.
    private func namesArray(_ text: String) -> Bool {
        guard text.hasSuffix("[*])") else { return false }
        return arrays[Subscript.target(of: text)] != nil
    }
}
