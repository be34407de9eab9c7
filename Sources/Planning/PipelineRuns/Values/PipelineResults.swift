import Manifests

/// The results of a Pipeline, made of those of its tasks.
///
/// What comes from a task that did not succeed is left out without a word.
/// [Tekton: Emitting results from a Pipeline](https://tekton.dev/docs/pipelines/pipelines/#emitting-results-from-a-pipeline)
enum PipelineResults {
    /// A task: what it gave, and whether it should have given all.
    struct Source {
        var results: [String: ParamValue]
        var hasSucceeded: Bool
        /// A custom task, whose results are plain texts.
        var isCustom = false
    }

    /// The results, and the names of those that should be there but are not.
    struct Outcome {
        var results: [RunResult] = []
        var invalid: [String] = []
    }

    /// The results of a Pipeline.
    /// - Parameters:
    ///   - declared: What the Pipeline declares.
    ///   - source: The task of a name, as the result sees it that names it.
    /// - Returns: The results, and what is missing.
    static func outcome(of declared: [PipelineResult], source: (String, PipelineResult) -> Source?) -> Outcome {
        var outcome = Outcome()
        for result in declared {
            let variables = result.value.texts.flatMap { VariableText.variables(in: $0) }
            guard !variables.isEmpty else { continue }
            var values = Replacements()
            var isComplete = true
            for variable in variables {
                switch value(of: variable, { source($0, result) }) {
                case .string(let text): values.strings[variable] = text
                case .array(let list): values.arrays[withoutStar(variable)] = list
                case .object(let object): values.objects[withoutStar(variable)] = object
                case .absent: isComplete = false
                case .invalid:
                    isComplete = false
                    outcome.invalid.append(result.name)
                }
            }
            guard isComplete else { continue }
            outcome.results.append(RunResult(name: result.name, value: values.apply(to: result.value)))
        }
        return outcome
    }

    private enum Value {
        case string(String)
        case array([String])
        case object([String: String])
        /// Its task did not succeed.
        case absent
        case invalid
    }

    private static func value(of variable: String, _ source: (String) -> Source?) -> Value {
        guard let reference = ResultReference(variable) else { return .invalid }
        let task = source(reference.task)
        let isPart = !reference.property.isEmpty
        guard let task, let value = task.results[reference.result], !(task.isCustom && isPart) else {
            return task.map { $0.hasSucceeded ? .invalid : .absent } ?? .invalid
        }
        if task.isCustom { return .string(value.asString) }
        if isPart {
            return value.asObject[reference.property].map { .string($0) } ?? .invalid
        }
        switch value {
        case .string(let text): return .string(text)
        case .object(let object): return .object(object)
        case .array(let list):
            if variable.hasSuffix("[*]") { return .array(list) }
            // Without an index Tekton takes the first element.
            let index = reference.index ?? 0
            return index < list.count ? .string(list[index]) : .invalid
        }
    }

    private static func withoutStar(_ variable: String) -> String {
        variable.hasSuffix("[*]") ? String(variable.dropLast(3)) : variable
    }
}
