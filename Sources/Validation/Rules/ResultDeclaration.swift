import Manifests
import YAML

/// How results are declared.
enum ResultDeclaration {
    private static let nameRule =
        "Name must consist of alphanumeric characters, '-', '_', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my-name',  or 'my_name', regex used for validation is "
        + "'^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$')"

    /// A result of a Task.
    static func checkTaskResult(_ result: Part, into findings: inout Findings) {
        guard checkName(result, into: &findings) else { return }
        switch type(of: result) {
        case "object":
            checkProperties(
                result,
                problem: { "The value type specified for these keys \($0) is invalid, the type must be string" },
                into: &findings
            )
        case "array", "string": break
        case let other: findings.reportInvalid(other, in: result, "type", details: "type must be string")
        }
        checkValue(result, into: &findings)
    }

    /// A result of a step or a StepAction.
    static func checkStepResult(_ result: Part, into findings: inout Findings) {
        guard checkName(result, into: &findings) else { return }
        switch type(of: result) {
        case "object":
            checkProperties(
                result,
                problem: { "the value type specified for these keys \($0) is invalid, the type must be string" },
                into: &findings
            )
        case "array", "string": break
        case let other: findings.reportInvalid(other, in: result, "type", details: "invalid type \(other)")
        }
    }

    private static func type(of result: Part) -> String {
        let written = result.text("type")
        guard written.isEmpty else { return written }
        return result.has("properties") ? "object" : "string"
    }

    private static func checkName(_ result: Part, into findings: inout Findings) -> Bool {
        let name = result.text("name")
        guard !NameSyntax.isResultName(name) else { return true }
        findings.report("invalid key name \(GoText.quoted(name))", in: result, "name", details: nameRule)
        return false
    }

    private static func checkProperties(
        _ result: Part,
        problem: (String) -> String,
        into findings: inout Findings
    ) {
        let field = "\(result.text("name")).properties"
        guard let properties = ParamDeclaration.properties(of: result) else {
            return findings.report("missing field(s)", in: result, field)
        }
        let wrong = properties.filter { $0.value != "string" }.keys.sorted()
        guard !wrong.isEmpty else { return }
        findings.report(problem(GoText.list(wrong)), in: result, field, culprit: result.node["properties"])
    }
}

// MARK: - Values

extension ResultDeclaration {
    /// A result that a Task takes from a step: `$(steps.build.results.digest)`.
    private static func checkValue(_ result: Part, into findings: inout Findings) {
        guard let node = result.node["value"] else { return }
        let name = result.text("name")
        guard case .string(let value) = ParamValue(decoding: node) else {
            let type = ParamValue(decoding: node).type.rawValue
            return findings.report(
                "Invalid Type. Wanted string but got: \"\(type)\"",
                in: result,
                "\(name).type",
                culprit: node
            )
        }
        guard !value.isEmpty else { return }
        guard let (step, stepResult) = stepResult(in: value) else {
            return findings.report(
                "Could not extract step name and result name. Expected value to look like "
                    + "$(steps.<stepName>.results.<resultName>) but got \"\(value)\"",
                in: result,
                "\(name).value",
                culprit: node
            )
        }
        if !NameSyntax.isLabel(step) {
            findings.report(
                "invalid extracted step name \(GoText.quoted(step))",
                in: result,
                "\(name).value",
                details:
                    "stepName in $(steps.<stepName>.results.<resultName>) must be a valid DNS Label, For more info "
                    + "refer to https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names",
                culprit: node
            )
        }
        if !NameSyntax.isResultName(stepResult) {
            findings.report(
                "invalid extracted result name \(GoText.quoted(stepResult))",
                in: result,
                "\(name).value",
                details: "resultName in $(steps.<stepName>.results.<resultName>) must consist of alphanumeric "
                    + "characters, '-', '_', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
                    + "'my-name',  or 'my_name', regex used for validation is "
                    + "'^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$')",
                culprit: node
            )
        }
    }

    /// The first `$(steps.NAME.results.NAME)` on a line of a text.
    private static func stepResult(in text: String) -> (step: String, result: String)? {
        for line in text.split(separator: "\n") {
            guard let steps = line.firstRange(of: "$(steps.") else { continue }
            let rest = line[steps.upperBound...]
            guard let results = rest.firstRange(of: ".results.") else { continue }
            let tail = rest[results.upperBound...]
            guard let closing = tail.firstIndex(of: ")") else { continue }
            return (String(rest[..<results.lowerBound]), String(tail[..<closing]))
        }
        return nil
    }
}
