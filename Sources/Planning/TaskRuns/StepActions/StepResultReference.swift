/// A variable that stands for the result of a step: `steps.build.results.image`.
///
/// [Tekton: Passing results between steps](https://tekton.dev/docs/pipelines/stepactions/#passing-results-between-steps)
package struct StepResultReference: Sendable, Hashable {
    /// What of the result is meant.
    package enum Part: Sendable, Hashable {
        case whole
        /// All elements of an array: `[*]`.
        case allElements
        case element(Int)
        /// A key of an object.
        case key(String)
    }

    package var step: String
    package var result: String
    package var part: Part

    /// Reads what stands between `$(` and `)`.
    /// - Parameter expression: The variable's name.
    /// - Throws: Tekton's sentence about one that has not the form.
    package init(_ expression: String) throws(StepActionProblem) {
        let parts = expression.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, parts[0] == "steps", parts[2] == "results" else {
            throw Self.problem(Self.stepForms)
        }
        step = parts[1]
        switch parts.count {
        case 4:
            let (name, subscription) = Self.split(parts[3])
            result = name
            part = subscription.isEmpty ? .whole : subscription == "*" ? .allElements : .element(Int(subscription) ?? 0)
        case 5: (result, part) = (parts[3], .key(parts[4]))
        default: throw Self.problem(Self.taskForms + Self.stepForms)
        }
    }

    private static let taskForms = [
        "tasks.<taskName>.results.<resultName>", "tasks.<taskName>.results.<objectResultName>.<individualAttribute>",
    ]

    private static let stepForms = [
        "steps.<stepName>.results.<resultName>", "steps.<stepName>.results.<objectResultName>.<individualAttribute>",
    ]

    private static func problem(_ forms: [String]) -> StepActionProblem {
        let list = forms.enumerated().map { "\($0.offset + 1)). \"\($0.element)\"" }.joined(separator: "; ")
        return StepActionProblem("must be one of the form \(list)")
    }

    /// Splits `name[1]` or `name[*]` into the name and what is in the brackets.
    private static func split(_ text: String) -> (name: String, subscription: String) {
        guard let opening = text.firstIndex(of: "["), text.hasSuffix("]") else { return (text, "") }
        return (String(text[..<opening]), String(text[text.index(after: opening)...].dropLast()))
    }
}
