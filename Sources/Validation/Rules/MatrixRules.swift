import Manifests
import Planning
import YAML

extension Rule {
    static let matrixes = Rule("DD2341", "A matrix has params of its own and not too many combinations.") {
        spec,
        findings in
        for task in spec.allTasks {
            guard let matrix = task.part("matrix") else { continue }
            if task.isMatrixed {
                findings.require(.beta, for: "matrix", in: task, culprit: matrix.node)
                let count = combinations(of: matrix)
                let limit = task.settings.matrixLimit
                if count > limit { findings.report("expected 0 <= \(count) <= \(limit)", in: task, "matrix") }
                for (index, include) in matrix.parts("include").enumerated() {
                    let owner = include.at(task.path)
                    PipelineParamCheck.duplicates(in: owner, field: "matrix.include[\(index)].params", into: &findings)
                }
                PipelineParamCheck.duplicates(in: matrix.at(task.path), field: "matrix.params", into: &findings)
            }
            let names = Set(task.allParams.dropFirst(task.parts("params").count).map { $0.text("name") })
            for param in task.parts("params") where names.contains(param.text("name")) {
                let name = param.text("name")
                findings.report(
                    "expected exactly one, got both",
                    in: task,
                    "matrix.[\(name)]",
                    "params.[\(name)]",
                    culprit: param.node
                )
            }
        }
    }

    /// Tekton's count, which for `include` may be higher than what it starts.
    private static func combinations(of matrix: Part) -> Int {
        let params = matrix.parts("params")
        let includes = matrix.parts("include")
        guard !params.isEmpty else { return includes.count }
        var values: [String: [String]] = [:]
        var count = 1
        for param in params {
            guard case .array(let list) = ParamValue(decoding: param.node["value"] ?? .null) else { continue }
            values[param.text("name")] = list
            let (product, overflows) = count.multipliedReportingOverflow(
                by: max(list.count, param.context.isBeta ? 0 : 1)
            )
            count = overflows ? .max : product
        }
        for include in includes {
            for param in include.parts("params") {
                let isMatrixParam = params.contains { $0.text("name") == param.text("name") }
                guard isMatrixParam else { continue }
                guard case .string(let text) = ParamValue(decoding: param.node["value"] ?? .null),
                    values[param.text("name")]?.contains(text) == true
                else {
                    count = count == .max ? count : count + 1
                    continue
                }
                break
            }
        }
        return count
    }

    static let matrixResults = Rule("DD2342", "Results of a fanned out task are used as a whole.") { spec, findings in
        for list in ["tasks", "finally"] {
            let tasks = spec.parts(list)
            let byName = Dictionary(tasks.map { ($0.text("name"), $0) }, uniquingKeysWith: { $1 })
            var references: [ResultReference] = []
            for param in tasks.flatMap({ $0.parts("params") }) {
                let likely = param.valueTexts.flatMap { VariableText.variables(in: $0) }
                    .filter(ResultExpression.isLikely)
                guard !likely.isEmpty else { continue }
                let ofMatrix = likely.filter { variable in
                    let parts = variable.split(separator: ".", omittingEmptySubsequences: false)
                    return byName[String(parts[1])]?.isMatrixed == true
                }
                let wrong = ofMatrix.filter { !$0.hasSuffix("[*]") }
                for variable in wrong {
                    findings.report(
                        "A matrixed pipelineTask can only be consumed in aggregate using [*] notation, but is currently "
                            + "set to \(variable)",
                        in: param
                    )
                }
                guard wrong.isEmpty else { return }
                references = ofMatrix.compactMap { ResultReference($0) }
            }
            for reference in references {
                checkType(of: reference, in: byName, at: spec.at(spec.path.appending(list)), into: &findings)
            }
        }
    }

    /// Only strings can be gathered from the runs of a matrix.
    private static func checkType(
        of reference: ResultReference,
        in tasks: [String: Part],
        at part: Part,
        into findings: inout Findings
    ) {
        guard let task = tasks[reference.task] else { return }
        let owner = task.part("taskRef").map { tasks[$0.text("name")] } ?? task
        for result in owner?.part("taskSpec")?.parts("results") ?? [] where result.text("name") == reference.result {
            let written = result.text("type")
            let type = written.isEmpty ? (result.has("properties") ? "object" : "string") : written
            guard type != "string" else { continue }
            findings.report(
                "invalid value: Matrixed PipelineTasks emitting results must have an underlying type string, but result "
                    + "\(reference.result) has type \(type) in pipelineTask",
                in: part,
                "",
                culprit: result.node
            )
        }
    }
}
