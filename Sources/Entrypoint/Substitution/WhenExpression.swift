import CEL

/// A condition of a step.
///
/// [Tekton: Guarding a step with when expressions](https://tekton.dev/docs/pipelines/tasks/#defining-steps)
package enum WhenExpression: Equatable, Sendable {
    /// A text that has to be among some values or, where it is negated, must not be.
    case comparison(input: String, isNegated: Bool, values: [String])
    /// An expression of CEL that has to be true.
    case cel(String)

    /// A condition that cannot be decided.
    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    /// Whether all conditions of a list hold.
    ///
    /// Expressions of CEL are evaluated before anything is compared, as far as one is false, as Tekton does.
    /// - Throws: Why an expression is neither true nor false.
    static func allHold(_ expressions: [WhenExpression]) throws(Problem) -> Bool {
        for case .cel(let text) in expressions {
            guard try value(of: text) else { return false }
        }
        return expressions.allSatisfy { expression in
            guard case .comparison(let input, let isNegated, let values) = expression else { return true }
            return values.contains(input) != isNegated
        }
    }

    private static func value(of text: String) throws(Problem) -> Bool {
        do throws(CELError) {
            guard case .bool(let isTrue) = try Program(text).evaluate() else {
                throw CELError.failed("the CEL expression \(text) is not evaluated to a boolean")
            }
            return isTrue
        } catch {
            throw Problem(description: error.description)
        }
    }
}

extension WhenExpression {
    /// Reads a list as Tekton hands it to its entrypoint; nil if it has not that form.
    static func list(_ text: String) -> [WhenExpression]? {
        guard case .array(let elements)? = JSONValue(parsing: Array(text.utf8)) else { return nil }
        var expressions: [WhenExpression] = []
        for element in elements {
            if let text = element["cel"]?.string, !text.isEmpty {
                expressions.append(.cel(text))
                continue
            }
            guard let operation = element["operator"]?.string, ["in", "notin"].contains(operation) else { return nil }
            expressions.append(
                .comparison(
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
            expression.append(to: &text)
        }
        return String(decoding: text + "]".utf8, as: UTF8.self)
    }

    private func append(to text: inout [UInt8]) {
        switch self {
        case .cel(let expression):
            text += #"{"cel":"#.utf8
            JSONString.append(Array(expression.utf8), to: &text)
            text += "}".utf8
        case .comparison(let input, let isNegated, let values):
            text += #"{"input":"#.utf8
            JSONString.append(Array(input.utf8), to: &text)
            text += #","operator":"\#(isNegated ? "notin" : "in")","values":["#.utf8
            for (place, value) in values.enumerated() {
                if place > 0 { text += ",".utf8 }
                JSONString.append(Array(value.utf8), to: &text)
            }
            text += "]}".utf8
        }
    }
}
