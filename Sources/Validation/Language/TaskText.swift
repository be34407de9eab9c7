import Manifests
import Planning
import YAML

extension Part {
    /// The strings in the value of a param.
    var valueTexts: [String] { ParamValue(decoding: node["value"] ?? .null).texts }
}

/// A param or guard of a PipelineTask with the variables in it.
struct TaskText {
    /// The field as Tekton names it.
    var field: String
    var variables: [String]

    /// The params and guards that have variables, each as one.
    static func all(of task: Part, withMatrix: Bool = false) -> [TaskText] {
        var texts = task.parts("params").map { param in
            TaskText(field: "params.[\(param.text("name"))].value", variables: variables(in: param.valueTexts))
        }
        for (index, expression) in task.parts("when").enumerated() {
            let contents = [expression.text("input"), expression.text("cel")] + expression.texts("values")
            texts.append(TaskText(field: "when[\(index)]", variables: variables(in: contents)))
        }
        if withMatrix, let matrix = task.part("matrix") {
            texts += matrix.parts("params").map { param in
                TaskText(
                    field: "matrix.params.[\(param.text("name"))].value",
                    variables: variables(in: param.valueTexts)
                )
            }
            for (index, include) in matrix.parts("include").enumerated() {
                texts += include.parts("params").map { param in
                    TaskText(
                        field: "matrix.include[\(index)].params.[\(param.text("name"))].value",
                        variables: variables(in: param.valueTexts)
                    )
                }
            }
        }
        return texts.filter { !$0.variables.isEmpty }
    }

    private static func variables(in texts: [String]) -> [String] {
        texts.flatMap { VariableText.variables(in: $0) }
    }
}

/// What an expression looks like to Tekton, before it is understood.
enum ResultExpression {
    /// Whether an expression begins as a reference to a result does: `tasks.a.results.…`.
    static func isLikely(_ expression: String) -> Bool {
        let parts = expression.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count >= 4 && (parts[0] == "tasks" || parts[0] == "finally") && parts[2] == "results"
    }
}
