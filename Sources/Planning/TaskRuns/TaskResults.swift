package import Manifests

/// The results that the steps of a TaskRun have written, typed as the Task declares them.
package struct TaskResults: Sendable, Hashable {
    /// The Task's results, those that do not fit their declaration left out.
    package private(set) var results: [RunResult] = []
    /// The results of steps, by the names of the steps.
    package private(set) var steps: [String: [RunResult]] = [:]
    /// Tekton's reason to fail the TaskRun, whatever its steps did; nil if all results fit.
    package private(set) var refusal: Refusal?

    /// Reads the results from the messages of the steps, in the order of the steps.
    package init(_ messages: [TerminationMessage], spec: TaskSpec) {
        let types = Dictionary(spec.results.map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
        var written: [RunResult] = []
        for (step, message) in zip(spec.steps, messages) {
            written += message.values(of: .taskRunResult).map {
                RunResult(name: $0.name, value: ParamValue(resultText: $0.text, declared: types[$0.name]))
            }
            let stepTypes = Dictionary(step.results.map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
            let own = message.values(of: .stepResult).map {
                RunResult(name: $0.name, value: ParamValue(resultText: $0.text, declared: stepTypes[$0.name]))
            }
            guard !own.isEmpty else { continue }
            steps[step.name] = own
            written += Self.taken(from: own, of: step.name, by: spec.results)
        }
        let all = Self.withoutDuplicates(written)
        let declared = all.filter { types[$0.name] == nil || types[$0.name] == $0.value.type }
        results = declared
        refusal = Self.mismatch(all, types) ?? Self.missingKeys(declared, spec.results)
    }

    /// The results of the Task that are results of a step under another name; of several names the last declared.
    private static func taken(from own: [RunResult], of step: String, by declared: [ResultSpec]) -> [RunResult] {
        var names: [String: String] = [:]
        for result in declared {
            guard case .string(let text)? = result.value, let source = source(in: text), source.step == step else {
                continue
            }
            names[source.result] = result.name
        }
        return own.compactMap { result in names[result.name].map { RunResult(name: $0, value: result.value) } }
    }

    /// The step and the result in `$(steps.x.results.y)`.
    private static func source(in text: String) -> (step: String, result: String)? {
        guard let opening = text.firstRange(of: "$(steps."),
            let middle = text[opening.upperBound...].firstRange(of: ".results."),
            let end = text[middle.upperBound...].firstIndex(of: ")")
        else { return nil }
        return (String(text[opening.upperBound..<middle.lowerBound]), String(text[middle.upperBound..<end]))
    }

    /// One of each name: where the first stood, with the value of the last.
    private static func withoutDuplicates(_ results: [RunResult]) -> [RunResult] {
        let latest = Dictionary(results.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        var seen: Set<String> = []
        return results.filter { seen.insert($0.name).inserted }.map { latest[$0.name] ?? $0 }
    }

    private static func mismatch(_ results: [RunResult], _ types: [String: ParamType]) -> Refusal? {
        let wrong = results.compactMap { result -> String? in
            guard let type = types[result.name], type != result.value.type else { return nil }
            return " \"\(result.name)\": task result is expected to be \"\(type.rawValue)\" type but was "
                + "initialized to a different type \"\(result.value.type.rawValue)\""
        }
        guard !wrong.isEmpty else { return nil }
        return .validation(
            "Provided results don't match declared results; may be invalid JSON or missing result declaration: "
                + wrong.sorted().joined(separator: ",")
        )
    }

    private static func missingKeys(_ results: [RunResult], _ declared: [ResultSpec]) -> Refusal? {
        let missing = results.sorted { $0.name < $1.name }.compactMap { result -> String? in
            guard case .object(let object) = result.value,
                let spec = declared.last(where: { $0.name == result.name && $0.type == .object })
            else { return nil }
            let absent = spec.properties.subtracting(object.keys).sorted()
            return absent.isEmpty ? nil : "\(result.name):[\(absent.joined(separator: " "))]"
        }
        guard !missing.isEmpty else { return nil }
        return .validation(
            "missing keys for these results which are required in TaskResult's properties "
                + "map[\(missing.joined(separator: " "))]"
        )
    }
}
