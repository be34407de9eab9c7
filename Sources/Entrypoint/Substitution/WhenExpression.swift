/// A condition of a step: a text that has to be among some values, or must not be.
///
/// [Tekton: Guarding a step with when expressions](https://tekton.dev/docs/pipelines/tasks/#defining-steps)
package struct WhenExpression: Equatable, Sendable {
    package var input: String
    /// Whether the input must not be among the values.
    package var isNegated: Bool
    package var values: [String]

    package init(input: String, isNegated: Bool, values: [String]) {
        self.input = input
        self.isNegated = isNegated
        self.values = values
    }

    var holds: Bool { values.contains(input) != isNegated }
}

extension WhenExpression {
    /// Reads a list as Tekton hands it to its entrypoint; nil if it has not that form.
    static func list(_ text: String) -> [WhenExpression]? {
        guard case .array(let elements)? = JSONValue(parsing: Array(text.utf8)) else { return nil }
        var expressions: [WhenExpression] = []
        for element in elements {
            guard let operation = element["operator"]?.string, ["in", "notin"].contains(operation) else { return nil }
            expressions.append(
                WhenExpression(
                    input: element["input"]?.string ?? "",
                    isNegated: operation == "notin",
                    values: (element["values"]?.elements ?? []).compactMap(\.string)
                )
            )
        }
        return expressions
    }

    /// The list as Tekton writes it.
    static func text(of expressions: [WhenExpression]) -> String {
        var text = Array("[".utf8)
        for (index, expression) in expressions.enumerated() {
            if index > 0 { text += ",".utf8 }
            text += #"{"input":"#.utf8
            JSONString.append(Array(expression.input.utf8), to: &text)
            text += #","operator":"\#(expression.isNegated ? "notin" : "in")","values":["#.utf8
            for (place, value) in expression.values.enumerated() {
                if place > 0 { text += ",".utf8 }
                JSONString.append(Array(value.utf8), to: &text)
            }
            text += "]}".utf8
        }
        return String(decoding: text + "]".utf8, as: UTF8.self)
    }
}
