import Manifests
import Planning
import YAML

/// When expressions.
enum Guard {
    static func check(_ expressions: [Part], into findings: inout Findings) {
        for expression in expressions { check(expression, into: &findings) }
    }

    private static func check(_ expression: Part, into findings: inout Findings) {
        let cel = expression.text("cel")
        let parts = ["input", "operator"].map { expression.text($0) }
        let isBare = parts.allSatisfy(\.isEmpty) && expression["values"] == nil
        guard cel.isEmpty else { return checkCEL(cel, isBare: isBare, in: expression, into: &findings) }
        guard !isBare else { return findings.reportMissing(in: expression, "") }
        let name = expression.text("operator")
        if name != "in", name != "notin" {
            findings.report(
                "invalid value: operator \(GoText.quoted(name)) is not recognized. valid operators: in,notin",
                in: expression,
                "",
                culprit: expression.node["operator"]
            )
        } else if expression["values"] == nil {
            findings.reportInvalid("expecting non-empty values field", in: expression, "")
        }
    }

    private static func checkCEL(_ cel: String, isBare: Bool, in expression: Part, into findings: inout Findings) {
        if !expression.settings.allowsCEL {
            findings.report(
                "feature flag enable-cel-in-whenexpression should be set to true to use CEL: \(cel) in WhenExpression",
                in: expression,
                ""
            )
        } else if !isBare {
            let parts = [
                expression.text("input"), expression.text("operator"), GoText.list(expression.texts("values")),
            ]
            findings.report(
                "cel and input+operator+values cannot be set in one WhenExpression: "
                    + "&{\((parts + [cel]).joined(separator: " "))}",
                in: expression
            )
        } else if let problem = GuardEvaluation.problem(withCEL: cel) {
            findings.report(
                "invalid cel expression: %s with err: %s",
                in: expression,
                cel,
                problem,
                culprit: expression.node["cel"]
            )
        }
    }
}
