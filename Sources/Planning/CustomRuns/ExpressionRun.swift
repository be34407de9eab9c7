import CEL
package import Manifests
import YAML

/// Carries out a CustomRun that evaluates expressions of CEL: each has a name, under which its value is a result.
///
/// The expressions are the params of the run; one that holds its own `spec` has them in `expressions`, and `variables`
/// that they may name.
package enum ExpressionRun {
    /// The results of a run, or why there are none.
    package static func outcome(of customRun: Document) -> TaskRunOutcome {
        let spec = customRun.spec[path: "customSpec", "spec"]
        var variables: [String: Value] = [:]
        for variable in spec?["variables"]?.elements ?? [] {
            variables[variable["name"]?.string ?? ""] = .string(variable["value"]?.string ?? "")
        }
        var expressions = (spec?["expressions"]?.elements ?? []).map { node in
            (name: node["name"]?.string ?? "", text: node["expression"]?.string ?? "")
        }
        for param in (customRun.spec["params"]?.elements ?? []).map({ Param($0) }) {
            if variables[param.name] != nil {
                variables[param.name] = .string(param.value.asString)
            } else if let index = expressions.firstIndex(where: { $0.name == param.name }) {
                expressions[index].text = param.value.asString
            } else {
                expressions.append((param.name, param.value.asString))
            }
        }
        guard !expressions.isEmpty else {
            return failure("RunValidationFailed", "Run can't be run because it has no CEL expressions to evaluate")
        }
        return outcome(of: expressions, variables)
    }

    private static func outcome(
        of expressions: [(name: String, text: String)],
        _ variables: [String: Value]
    ) -> TaskRunOutcome {
        let environment = Environment(variables: variables.mapValues { _ in .string })
        var results: [RunResult] = []
        for (name, text) in expressions {
            do throws(CELError) {
                let value = try Program(text, in: environment).evaluate(variables)
                results.append(RunResult(name: name, value: .string(value.text)))
            } catch {
                let isSyntax = if case .invalid = error { true } else { false }
                return failure(
                    isSyntax ? "SyntaxError" : "EvaluationError",
                    "CEL expression \(name) could not be \(isSyntax ? "parsed" : "evaluated"): \(error)"
                )
            }
        }
        let condition = Condition(
            status: .succeeded,
            reason: "EvaluationSuccess",
            message: "CEL expressions were evaluated successfully"
        )
        return TaskRunOutcome(condition: condition, results: results)
    }

    private static func failure(_ reason: String, _ message: String) -> TaskRunOutcome {
        TaskRunOutcome(condition: Condition(status: .failed, reason: reason, message: message))
    }
}
