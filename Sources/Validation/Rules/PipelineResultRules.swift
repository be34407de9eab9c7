import Manifests
import Planning
import YAML

extension Rule {
    static let executionStatus = Rule(
        "DD2331",
        "The status of a task is asked for in finally, and of tasks that exist."
    ) {
        spec,
        findings in
        for task in spec.parts("tasks") {
            for text in TaskText.all(of: task) where text.variables.contains(where: isStatus) {
                guard !text.variables.contains(where: ResultExpression.isLikely) else { continue }
                findings.reportInvalid(
                    "pipeline tasks can not refer to execution status of any other pipeline task or aggregate status of "
                        + "tasks",
                    in: task,
                    text.field
                )
            }
        }
        let names = Set(spec.parts("tasks").map { $0.text("name") })
        for task in spec.parts("finally") {
            for text in TaskText.all(of: task) where !text.variables.contains(where: ResultExpression.isLikely) {
                for variable in text.variables where variable != "tasks.status" && isStatus(variable) {
                    let name = variable.dropFirst("tasks.".count).dropLast(".status".count)
                    guard !names.contains(String(name)) else { continue }
                    findings.reportInvalid(
                        "pipeline task \(name) is not defined in the pipeline",
                        in: task,
                        text.field
                    )
                }
            }
        }
    }

    private static func isStatus(_ variable: String) -> Bool {
        variable.hasPrefix("tasks.") && (variable.hasSuffix(".status") || variable.hasSuffix(".reason"))
    }

    static let pipelineResults = Rule("DD2332", "Results of a Pipeline come from results of its tasks.") {
        spec,
        findings in
        let names = Set(spec.parts("tasks").map { $0.text("name") })
        let finalNames = Set(spec.parts("finally").map { $0.text("name") })
        for result in spec.parts("results") {
            let variables = result.valueTexts.flatMap { VariableText.variables(in: $0) }
            if variables.isEmpty {
                findings.reportInvalid(
                    "expected pipeline results to be task result expressions but no expressions were found",
                    in: result,
                    "value"
                )
            }
            let likely = variables.filter(ResultExpression.isLikely)
            if likely.isEmpty {
                findings.reportInvalid(
                    "expected pipeline results to be task result expressions but an invalid expressions was found",
                    in: result,
                    "value"
                )
            }
            let references = likely.compactMap { ResultReference($0) }
            if references.count != likely.count {
                let understood = GoText.list(references.map { "\($0.task).\($0.result)" })
                findings.reportInvalid(
                    "expected all of the expressions \(GoText.list(likely)) to be result expressions but only "
                        + "\(understood) were",
                    in: result,
                    "value"
                )
            }
            guard case .string(let text) = ParamValue(decoding: result.node["value"] ?? .null),
                !refersToTasks(text, names: names, finalNames: finalNames)
            else { continue }
            findings.reportInvalid("referencing a nonexistent task", in: result, "value")
        }
    }

    /// Whether all that follows a dollar is the result of a task that exists.
    private static func refersToTasks(_ text: String, names: Set<String>, finalNames: Set<String>) -> Bool {
        text.split(separator: "$").allSatisfy { part in
            var expression = part.hasPrefix("(") ? part.dropFirst() : "$" + part
            if expression.hasSuffix(")") { expression = expression.dropLast() }
            guard let reference = ResultReference(String(expression)) else { return false }
            if expression.hasPrefix("tasks") { return names.contains(reference.task) }
            return !expression.hasPrefix("finally") || finalNames.contains(reference.task)
        }
    }

    static let childPipelineResults = Rule("DD2333", "Results of a child Pipeline are not used.") { spec, findings in
        let children = spec.parts("tasks").filter { $0.has("pipelineRef") || $0.has("pipelineSpec") }
        let names = Set(children.map { $0.text("name") })
        guard !names.isEmpty else { return }
        for task in spec.allTasks {
            for reference in PipelineTask(task.node).resultReferences where names.contains(reference.task) {
                findings.reportInvalid(
                    "result reference to pipelineTask \(GoText.quoted(reference.task)) is not supported: referenced task "
                        + "uses pipelineRef or pipelineSpec and result propagation from child Pipelines is not yet "
                        + "implemented",
                    in: task,
                    ""
                )
            }
        }
    }

    static let finallyTasks = Rule("DD2334", "Tasks in finally wait for nothing and use results of other tasks only.") {
        spec,
        findings in
        let names = Set(spec.parts("tasks").map { $0.text("name") })
        let finalNames = Set(spec.parts("finally").map { $0.text("name") })
        for task in spec.parts("finally") {
            if let runAfter = task["runAfter"] {
                findings.report(
                    "invalid value: no runAfter allowed under spec.finally, final task \(task.text("name")) has "
                        + "runAfter specified",
                    in: task,
                    "",
                    culprit: runAfter
                )
            }
            for text in TaskText.all(of: task) {
                for reference in text.variables.compactMap({ ResultReference($0) }) {
                    let name = reference.task
                    let beginning = "invalid task result reference, final task has task result reference from a"
                    if finalNames.contains(name) {
                        findings.reportInvalid("\(beginning) final task \(name)", in: task, text.field)
                    } else if !names.contains(name) {
                        let message = "\(beginning) task \(name) which is not defined in the pipeline"
                        findings.reportInvalid(message, in: task, text.field)
                    }
                }
            }
        }
    }
}
