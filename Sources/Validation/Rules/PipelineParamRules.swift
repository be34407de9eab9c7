import Manifests
import Planning
import YAML

extension Rule {
    static let pipelineParams = Rule("DD2321", "Params of a Pipeline are well declared, those of tasks given once.") {
        spec,
        findings in
        for list in ["tasks", "finally"] {
            let part = spec.at(spec.path.appending(list))
            PipelineParamCheck.declarations(spec.declaredParams, in: part, into: &findings)
            PipelineParamCheck.duplicates(spec.parts(list), into: &findings)
        }
    }

    static let pipelineParamUsage = Rule("DD2322", "Tasks use the params that the Pipeline declares.") {
        spec,
        findings in
        for list in ["tasks", "finally"] {
            PipelineParamCheck.usage(spec.declaredParams, by: spec.parts(list), into: &findings)
        }
    }

    static let embeddedParamUsage = Rule("DD2323", "Steps inside a Pipeline use params of their Task or the Pipeline.")
    {
        spec,
        findings in
        for task in spec.allTasks {
            guard let embedded = task.part("taskSpec") else { continue }
            let params = embedded.declaredParams + spec.declaredParams
            ParamCheck.usage(params, in: embedded.at(task.path), into: &findings)
        }
    }

    static let pipelineContextVariables = Rule("DD2324", "A Pipeline uses context variables that exist.") {
        spec,
        findings in
        for list in ["tasks", "finally"] {
            // Tekton looks at the last task only.
            guard let task = spec.parts(list).last else { continue }
            let part = task.at(spec.path.appending(list))
            for text in task.allParams.flatMap(\.valueTexts) {
                for (prefix, known) in pipelineContext {
                    guard let problem = VariableUse(of: prefix, in: text).problem(unlessIn: known) else { continue }
                    findings.report(problem, in: part, "value", culprit: task.node["params"])
                }
            }
        }
    }

    private static let pipelineContext: [(String, Set<String>)] = [
        ("context.pipelineRun", ["name", "namespace", "uid"]), ("context.pipeline", ["name"]),
        ("context.pipelineTask", ["retries"]),
    ]
}

extension Part {
    /// The params of a PipelineTask, also those of its matrix.
    var allParams: [Part] {
        let matrix = part("matrix")
        let included = (matrix?.parts("include") ?? []).flatMap { $0.parts("params") }
        return parts("params") + (matrix?.parts("params") ?? []) + included
    }
}

/// What is asked of params that a Pipeline declares and its tasks use.
enum PipelineParamCheck {
    static func declarations(_ params: [ParamDeclaration], in part: Part, into findings: inout Findings) {
        ParamCheck.types(params, in: part.at(part.path.appending("params")), into: &findings)
        ParamCheck.duplicates(params, in: part, into: &findings)
        ParamCheck.enums(params, in: part, into: &findings)
    }

    /// Params that a task is given twice.
    static func duplicates(_ tasks: [Part], into findings: inout Findings) {
        for task in tasks { duplicates(in: task, field: "params", into: &findings) }
    }

    /// Reports params that are given twice; the field stands before the number of the param in Tekton's path.
    static func duplicates(in owner: Part, field: String, into findings: inout Findings) {
        var names: Set<String> = []
        for (index, param) in owner.parts("params").enumerated() where !names.insert(param.text("name")).inserted {
            findings.report(
                "parameter names must be unique, the parameter \"\(param.text("name"))\" is also defined at",
                in: owner,
                "\(field)[\(index)].name",
                culprit: param.node
            )
        }
    }

    /// Checks that the tasks use declared params, each as its type allows.
    static func usage(_ params: [ParamDeclaration], by tasks: [Part], into findings: inout Findings) {
        let use = ParamUse(params)
        for task in tasks {
            duplicates(in: task, field: "params", into: &findings)
            for param in task.parts("params") { use.check(param, of: task, into: &findings) }
            if task.isMatrixed, let matrix = task.part("matrix") {
                use.check(matrix: matrix, of: task, into: &findings)
            }
            for (index, expression) in task.parts("when").enumerated() {
                use.check(expression, field: "when[\(index)]", of: task, into: &findings)
            }
        }
    }
}

/// The params that are declared, and how values may use them.
private struct ParamUse {
    var names: Set<String>
    var arrays: Set<String>
    var keysByObject: [String: Set<String>]

    init(_ params: [ParamDeclaration]) {
        names = params.names
        arrays = params.arrays
        let objects = params.objects.compactMap { param in param.properties.map { (param.name, Set($0.keys)) } }
        keysByObject = Dictionary(objects, uniquingKeysWith: { $0.union($1) }).filter { !$0.value.isEmpty }
    }

    func check(_ param: Part, of task: Part, into findings: inout Findings) {
        let field = "params.[\(param.text("name"))]"
        switch ParamValue(decoding: param.node["value"] ?? .null) {
        case .string(let text):
            let use = VariableUse(of: "params", in: text)
            if use.isWholeReference {
                if let problem = use.problem(unlessIn: names) {
                    findings.report(problem, in: task, field, culprit: param.node["value"])
                }
            } else {
                report(problems(inString: text), in: task, field, culprit: param.node["value"], into: &findings)
            }
        case .array(let list):
            for (index, text) in list.enumerated() {
                let culprit = param.node["value"]?.elements[index]
                report(
                    problems(inElement: text),
                    in: task,
                    "\(field).value[\(index)]",
                    culprit: culprit,
                    into: &findings
                )
            }
        case .object(let object):
            for (key, text) in object.sorted(by: { $0.key < $1.key }) {
                let culprit = param.node["value"]?[key]
                report(
                    problems(inString: text),
                    in: task,
                    "\(field).properties.[\(key)]",
                    culprit: culprit,
                    into: &findings
                )
            }
        }
    }

    func check(matrix: Part, of task: Part, into findings: inout Findings) {
        for include in matrix.parts("include") {
            for (index, param) in include.parts("params").enumerated() {
                guard case .string(let text) = ParamValue(decoding: param.node["value"] ?? .null) else { continue }
                let field = "matrix.include.params.[\(index)]"
                report(problems(inString: text), in: task, field, culprit: param.node, into: &findings)
            }
        }
        for param in matrix.parts("params") {
            guard case .array(let list) = ParamValue(decoding: param.node["value"] ?? .null) else { continue }
            for (index, text) in list.enumerated() {
                let field = "matrix.params.[\(param.text("name"))].value[\(index)]"
                report(problems(inElement: text), in: task, field, culprit: param.node, into: &findings)
            }
        }
    }

    func check(_ expression: Part, field: String, of task: Part, into findings: inout Findings) {
        let input = problems(inString: expression.text("input"))
        report(input, in: task, "\(field).input", culprit: expression.node["input"], into: &findings)
        for text in expression.texts("values") {
            let isWholeArray =
                text.hasPrefix("$(params.") && text.hasSuffix("[*])")
                && arrays.contains(String(text.dropFirst(9).dropLast(4)))
            let found = isWholeArray ? problems(inElement: text) : problems(inString: text)
            report(found, in: task, "\(field).values", culprit: expression.node["values"], into: &findings)
        }
    }

    private func problems(inString text: String) -> [String] {
        problems(in: text) { $0.problem(ifIn: arrays) }
    }

    private func problems(inElement text: String) -> [String] {
        problems(in: text) { $0.problem(unlessAlone: arrays) }
    }

    private func problems(in text: String, ofArrays arrayProblem: (VariableUse) -> String?) -> [String] {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return [] }
        let use = VariableUse(of: "params", in: text)
        var found = [use.problem(unlessIn: names)]
        for (object, keys) in keysByObject.sorted(by: { $0.key < $1.key }) {
            found.append(VariableUse(of: "params.\(object)", in: text).problem(unlessIn: keys))
        }
        found.append(use.problem(ifWholeIn: Set(keysByObject.keys)))
        found.append(arrayProblem(use))
        return found.compactMap(\.self)
    }

    private func report(
        _ problems: [String],
        in task: Part,
        _ field: String,
        culprit: YAMLNode?,
        into findings: inout Findings
    ) {
        for problem in problems { findings.report(problem, in: task, field, culprit: culprit) }
    }
}
