import Manifests
import YAML

/// What Tekton checks when a PipelineRun starts, after admission: each check throws Tekton's reason and message.
struct PipelineChecks {
    let run: String
    let namespace: String
    let pipeline: String
    /// The Pipeline before its variables are replaced.
    let spec: PipelineSpec

    private var runName: String { "PipelineRun \(namespace)/\(run)" }
    private var pipelineName: String { "Pipeline \(namespace)/\(pipeline)" }

    // MARK: - What the run gives

    func params(_ given: [Param]) throws(Refusal) {
        let names = Set(given.map(\.name))
        let missing = spec.params.filter { $0.defaultValue == nil && !names.contains($0.name) }.map(\.name)
        guard missing.isEmpty else {
            throw .user(
                "ParameterMissing",
                "\(runName) is missing some parameters required by \(pipelineName): "
                    + "pipelineRun missing parameters: \(list(missing))"
            )
        }
        let types = Dictionary(spec.params.map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
        let wrong = given.filter { param in types[param.name].map { $0 != param.value.type } ?? false }.map(\.name)
        guard wrong.isEmpty else {
            throw .user(
                "ParameterTypeMismatch",
                "\(runName) parameters have mismatching types with \(pipelineName)'s parameters: "
                    + "parameters have inconsistent types : \(list(wrong))"
            )
        }
        if let problem = ParamChecks.allowedValues(given, declared: spec.params) {
            throw .user("InvalidParamValue", "\(runName) parameters have invalid value: \(problem)")
        }
        if let missing = missingKeys(given) {
            throw .user(
                "ObjectParameterMissKeys",
                "\(runName) parameters is missing object keys required by \(pipelineName)'s parameters: "
                    + "pipelineRun missing object keys for parameters: \(missing)"
            )
        }
        try arrayIndexes(given)
    }

    /// Every element of an array param that tasks name is there.
    func arrayIndexes(_ given: [Param]) throws(Refusal) {
        if let problem = ParamChecks.arrayIndexes(in: indexedTexts, params: given, declared: spec.params) {
            throw .user(
                "ParamArrayIndexingInvalid",
                "\(runName) failed validation: failed to validate \(pipelineName)'s parameter which has an invalid "
                    + "index while referring to an array: \(problem)"
            )
        }
    }

    func workspaces(bound: [String]) throws(Refusal) {
        guard let missing = spec.workspaces.first(where: { !$0.isOptional && !bound.contains($0.name) }) else { return }
        throw .user(
            "InvalidWorkspaceBindings",
            "\(runName) doesn't bind \(pipelineName)'s Workspaces correctly: "
                + "pipeline requires workspace with name \"\(missing.name)\" be provided by pipelinerun"
        )
    }

    func taskRunSpecs(_ taskRunSpecs: [YAMLNode]) throws(Refusal) {
        let names = Set((spec.tasks + spec.finally).map(\.name))
        let given = taskRunSpecs.map { $0["pipelineTaskName"]?.string ?? "" }
        guard let unknown = given.first(where: { !names.contains($0) }) else { return }
        throw .user(
            "InvalidTaskRunSpecs",
            "\(runName) doesn't define taskRunSpecs correctly: pipelineRun's taskrunSpecs defined wrong taskName: "
                + "\"\(unknown)\", does not exist in Pipeline"
        )
    }

    // MARK: - After params are replaced

    func onError(of spec: PipelineSpec) throws(Refusal) {
        var problems: [String] = []
        for task in spec.tasks + spec.finally where !task.onError.isEmpty && !VariableText.isVariable(task.onError) {
            if task.onError != "continue", task.onError != "stopAndFail" {
                problems.append(
                    "invalid value: \(task.onError): OnError\n"
                        + "PipelineTask OnError must be either \"continue\" or \"stopAndFail\""
                )
            }
            if task.continuesOnError, task.retries > 0 {
                problems.append("PipelineTask OnError cannot be set to \"continue\" when Retries is greater than 0")
            }
        }
        guard problems.isEmpty else { throw invalidSpec(problems.joined(separator: "\n")) }
    }

    func invalidSpec(_ problem: String) -> Refusal {
        .user("PipelineValidationFailed", "\(pipelineName) can't be Run; it has an invalid spec: \(problem)")
    }

    /// A task gives its Task the params that it needs.
    func params(of task: PipelineTask, for resolved: ResolvedTask) throws(Refusal) {
        guard resolved.kind == .taskRun else { return }
        let matrix = task.matrix?.allParams ?? []
        if let problem = ParamChecks.values(task.params, declared: resolved.params, matrix: matrix) {
            throw .user(
                "PipelineValidationFailed",
                "Validation failed for pipelinerun \(run) with error "
                    + "invalid input params for task \(resolved.name): \(problem)"
            )
        }
    }

    /// The values that the Pipeline allows for a param are among those that the Task allows.
    /// - Parameters:
    ///   - given: The params of the task as they are written in the Pipeline.
    ///   - resolved: Its Task.
    /// - Throws: Which of them are not.
    func enums(of given: [Param], for resolved: ResolvedTask) throws(Refusal) {
        guard resolved.kind == .taskRun else { return }
        if let problem = enumProblem(of: given, for: resolved) {
            throw .user("PipelineValidationFailed", "Validation failed for pipelinerun with error \(problem)")
        }
    }

    private func enumProblem(of given: [Param], for resolved: ResolvedTask) -> String? {
        for param in given {
            let text = param.value.asString
            if Self.hasTooManyParts(text) {
                return "unexpected error in ExtractVariablesFromString: Invalid referencing of parameters in "
                    + "\(GoText.quoted(text))! Only two dot-separated components after the prefix \"params\" "
                    + "are allowed."
            }
            let names = Self.params(namedIn: text)
            // A value that is made of several params has no enum of its own.
            guard names.count == 1, let name = names.first else { continue }
            let inPipeline = spec.params.first { $0.name == name }
            let allowed = resolved.params.first { $0.name == param.name }?.allowedValues ?? []
            // Like Tekton, stops at the first param that cannot be wrong.
            guard let inPipeline, inPipeline.type == .string, !allowed.isEmpty else { return nil }
            guard !inPipeline.allowedValues.isEmpty else {
                return "pipeline param \"\(name)\" has no enum, but referenced in \"\(resolved.name)\" task has enums: "
                    + list(allowed)
            }
            guard Set(inPipeline.allowedValues).isSubset(of: allowed) else {
                return "pipeline param \"\(name)\" enum: \(list(inPipeline.allowedValues)) is not a subset of the "
                    + "referenced in \"\(resolved.name)\" task param enum: \(list(allowed))"
            }
        }
        return nil
    }

    /// Whether a text names a part of a part of a param, which there is not.
    private static func hasTooManyParts(_ text: String) -> Bool {
        VariableExpression.all(in: text).contains { expression in
            expression.hasPrefix("params.") && expression.split(separator: ".").count > 3
        }
    }

    /// The params that a text names, in every way of writing them.
    private static func params(namedIn text: String) -> [String] {
        VariableExpression.all(in: text).compactMap { expression in
            let bare =
                expression.hasSuffix("]") && !expression.hasSuffix("\"]") && !expression.hasSuffix("']")
                ? String(expression[..<(expression.lastIndex(of: "[") ?? expression.endIndex)]) : expression
            for quote in ["\"", "'"] where bare.hasPrefix("params[\(quote)") && bare.hasSuffix("\(quote)]") {
                return String(bare.dropFirst(8).dropLast(2))
            }
            guard bare.hasPrefix("params.") else { return nil }
            return bare.dropFirst(7).split(separator: ".").first.map(String.init)
        }
    }

    /// Every result that is named is declared, and no Task needs a workspace that the Pipeline may leave out.
    func references(in spec: PipelineSpec, _ resolvedTasks: [ResolvedTask]) throws(Refusal) {
        let tasks = spec.tasks + spec.finally
        let resolved = Dictionary(zip(tasks.map(\.name), resolvedTasks), uniquingKeysWith: { first, _ in first })
        for task in tasks {
            for reference in task.resultReferences {
                guard let problem = problem(with: reference, in: resolved) else { continue }
                throw Refusal(
                    reason: "InvalidTaskResultReference",
                    message: "invalid result reference in pipeline task \"\(task.name)\": \(problem)"
                )
            }
        }
        for result in spec.results {
            for reference in ResultReference.all(in: result.value) {
                guard let problem = problem(with: reference, in: resolved) else { continue }
                throw Refusal(
                    reason: "InvalidPipelineResultReference",
                    message: "Failed to resolve pipeline result reference for \"\(run)\" with error "
                        + "invalid pipeline result \"\(result.name)\": \(problem)"
                )
            }
        }
        try optionalWorkspaces(of: spec, resolvedTasks)
    }

    private func problem(with reference: ResultReference, in tasks: [String: ResolvedTask]) -> String? {
        guard let task = tasks[reference.task] else {
            return "referenced pipeline task \"\(reference.task)\" does not exist"
        }
        switch task.kind {
        case .taskRun: break
        // What results a custom task has is known only when it has run.
        case .customRun: return nil
        case .pipelineRun:
            return "unable to validate result referencing pipeline task \"\(reference.task)\": task spec not found"
        }
        guard !task.results.contains(reference.result) else { return nil }
        return "\"\(reference.result)\" is not a named result returned by pipeline task \"\(reference.task)\""
    }

    private func optionalWorkspaces(of spec: PipelineSpec, _ resolvedTasks: [ResolvedTask]) throws(Refusal) {
        let optional = Set(spec.workspaces.filter(\.isOptional).map(\.name))
        for (task, resolved) in zip(spec.tasks + spec.finally, resolvedTasks) {
            for binding in task.workspaces where optional.contains(binding.workspace) {
                guard resolved.workspaces.contains(where: { $0.name == binding.name && !$0.isOptional }) else {
                    continue
                }
                throw .user(
                    "RequiredWorkspaceMarkedOptional",
                    "Optional workspace not supported by task: pipeline workspace \"\(binding.workspace)\" "
                        + "is marked optional but pipeline task \"\(task.name)\" requires it be provided"
                )
            }
        }
    }

    // MARK: - Parts

    /// Objects that are given, by the run or a default, without all keys that are declared.
    private func missingKeys(_ given: [Param]) -> String? {
        var missing: [String] = []
        for spec in spec.params.sorted(by: { $0.name < $1.name }) where spec.type == .object {
            let objects = given.filter { $0.name == spec.name }.map(\.value) + [spec.defaultValue].compactMap { $0 }
            let present = objects.reduce(into: Set<String>()) { $0.formUnion($1.asObject.keys) }
            let absent = spec.properties.subtracting(present).sorted()
            if !present.isEmpty, !absent.isEmpty { missing.append("\(spec.name):\(list(absent))") }
        }
        return missing.isEmpty ? nil : "map\(list(missing))"
    }

    /// The texts in which an element of an array param may be named.
    private var indexedTexts: YAMLNode {
        var texts: [String] = []
        for (task, isFinal) in spec.tasks.map({ ($0, false) }) + spec.finally.map({ ($0, true) }) {
            texts += (task.params + (task.matrix?.params ?? [])).flatMap(\.value.texts)
            texts += task.when.flatMap { [$0.input] + $0.values }
            if !isFinal { texts += task.workspaces.map(\.subPath) }
        }
        return YAMLNode(texts)
    }

    /// A list as Go prints it.
    private func list(_ words: [String]) -> String { "[\(words.joined(separator: " "))]" }
}

extension Refusal {
    /// A mistake of the user, which Tekton says in front.
    fileprivate static func user(_ reason: String, _ message: String) -> Refusal {
        Refusal(reason: reason, message: "[User error] \(message)")
    }
}
