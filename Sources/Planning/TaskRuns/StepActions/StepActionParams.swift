import Manifests
import YAML

/// The params of a StepAction, as a step gives them.
struct StepActionParams {
    /// What the StepAction declares, with types.
    var declared: [ParamSpec]
    /// What the step gives, the params of the Task replaced.
    var given: [Param]

    /// The values of the params' variables.
    ///
    /// A default may name other params and gets their values, whoever gave them. A param whose value is the result
    /// of an earlier step stands for a variable itself, which is replaced when that step has ended.
    /// - Parameter part: What the StepAction brings: elements of arrays are looked for in it.
    /// - Returns: The replacements.
    /// - Throws: What does not fit, in Tekton's words.
    func replacements(usedIn part: YAMLNode) throws(StepActionProblem) -> Replacements {
        try checkNames()
        var all = Replacements(params: try bound(), declared: declared, scope: .task)
        for param in given { try addStepResult(param, usedIn: part, to: &all) }
        if let name = all.strings.keys.filter({ all.arrays[$0] != nil }).min() {
            throw StepActionProblem(
                "invalid parameter substitution: \(Self.paramName(in: name)). "
                    + "Please check the types of the default value and the passed value"
            )
        }
        return all
    }

    private func checkNames() throws(StepActionProblem) {
        let known = Set(declared.map(\.name))
        let extra = given.map(\.name).filter { !known.contains($0) }
        guard extra.isEmpty else {
            throw StepActionProblem("extra params passed by Step to StepAction: \(Self.list(extra))")
        }
        let names = Set(given.map(\.name))
        let missing = declared.filter { $0.defaultValue == nil && !names.contains($0.name) }.map(\.name)
        guard missing.isEmpty else {
            throw StepActionProblem("non-existent params in Step: \(Self.list(missing))")
        }
    }

    /// All params with their values; each default once those that it names have theirs.
    private func bound() throws(StepActionProblem) -> [Param] {
        var values: [String: ParamValue] = [:]
        var bound: [Param] = []
        var waiting: [(name: String, text: String, sources: [String])] = []
        for spec in declared {
            let value = given.last { $0.name == spec.name }?.value ?? spec.defaultValue
            guard let value else { continue }
            let isGiven = given.contains { $0.name == spec.name }
            if !isGiven, case .string(let text) = value, text.contains("$(params.") {
                waiting.append((spec.name, text, Self.params(namedIn: text)))
            } else {
                values[spec.name] = value
                bound.append(Param(name: spec.name, value: value))
            }
        }
        while !waiting.isEmpty {
            let ready = waiting.filter { $0.sources.allSatisfy { values[$0] != nil } }
            guard !ready.isEmpty else { throw unresolvable(waiting.map { ($0.name, $0.sources) }) }
            waiting.removeAll { entry in ready.contains { $0.name == entry.name } }
            for (name, text, sources) in ready {
                var resolved = text
                for source in sources {
                    guard case .string(let value)? = values[source] else {
                        resolved.replace("$(params.\(source))", with: "")
                        continue
                    }
                    resolved.replace("$(params.\(source))", with: value)
                }
                values[name] = .string(resolved)
                bound.append(Param(name: name, value: .string(resolved)))
            }
        }
        return bound
    }

    private func unresolvable(_ waiting: [(name: String, sources: [String])]) -> StepActionProblem {
        let known = Set(declared.map(\.name))
        for (name, sources) in waiting {
            guard let unknown = sources.first(where: { !known.contains($0) }) else { continue }
            return StepActionProblem("parameter \"\(name)\" references non-existent parameter \"\(unknown)\"")
        }
        return StepActionProblem("circular dependency detected in parameter references")
    }

    // MARK: - Results of steps as values

    private func addStepResult(
        _ param: Param,
        usedIn part: YAMLNode,
        to all: inout Replacements
    ) throws(StepActionProblem) {
        guard case .string(let text) = param.value, text.hasPrefix("$(steps.") else { return }
        var expression = text.dropFirst(2)
        if expression.hasSuffix(")") { expression.removeLast() }
        let reference = try StepResultReference(String(expression))
        guard let spec = declared.last(where: { $0.name == param.name }) else { return }
        let source = "steps.\(reference.step).results.\(reference.result)"
        let variables = Replacements.variables(of: spec.name, scope: .task)
        switch spec.type {
        case .string: for variable in variables { all.strings[variable] = text }
        case .object:
            for key in spec.properties { all.strings["params.\(spec.name).\(key)"] = "$(\(source).\(key))" }
        case .array:
            for variable in variables { all.strings["\(variable)[*]"] = "$(\(source)[*])" }
            for expression in Self.elements(namedIn: part) {
                guard let opening = expression.lastIndex(of: "["),
                    variables.contains(String(expression[..<opening]))
                else { continue }
                all.strings[expression] = "$(\(source)\(expression[opening...]))"
            }
        }
    }

    /// The variables with an index in what a step runs.
    private static func elements(namedIn part: YAMLNode) -> [String] {
        let texts =
            (part["command"]?.strings ?? []) + (part["args"]?.strings ?? [])
            + (part["env"]?.elements ?? []).compactMap { $0["value"]?.string }
        return texts.flatMap { VariableExpression.all(in: $0) }.filter { expression in
            expression.hasPrefix("params") && expression.hasSuffix("]")
                && expression.dropLast().last.map { $0.isASCII && $0.isNumber } == true
        }
    }

    /// The names in `$(params.name)`.
    private static func params(namedIn text: String) -> [String] {
        VariableExpression.all(in: text).filter { $0.hasPrefix("params.") }.map {
            String($0.dropFirst("params.".count))
        }
    }

    /// The name of a param in its variable, where it is a plain word.
    private static func paramName(in variable: String) -> String {
        let prefix = "inputs.params."
        guard variable.hasPrefix(prefix) else { return variable }
        let name = variable.dropFirst(prefix.count)
        let isWord = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return isWord ? String(name) : variable
    }

    /// A list as Go prints it.
    private static func list(_ words: [String]) -> String { "[\(words.joined(separator: " "))]" }
}
