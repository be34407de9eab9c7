package import Manifests
package import YAML

/// Where Tekton replaces variables in a Pipeline; everywhere else they stay as they are.
///
/// [Tekton: Fields that accept variable substitutions](https://tekton.dev/docs/pipelines/variables/)
extension Replacements {
    /// Replaces in the tasks and the finally tasks of a Pipeline.
    /// - Parameters:
    ///   - spec: The Pipeline's `spec`.
    ///   - alwaysNamingTasks: Display names are replaced also where a matrix may still give them values.
    /// - Returns: The spec with its variables replaced.
    package func apply(toPipelineSpec spec: YAMLNode, alwaysNamingTasks: Bool = false) -> YAMLNode {
        guard !isEmpty else { return spec }
        var spec = spec
        for list in ["tasks", "finally"] {
            spec.changeElements(of: list) { task in
                var task = apply(toPipelineTask: task)
                if alwaysNamingTasks { task.changeText(of: "displayName", apply(to:)) }
                return task
            }
        }
        return spec
    }

    /// Replaces in one task of a Pipeline, the Task embedded in it included.
    package func apply(toPipelineTask task: YAMLNode) -> YAMLNode {
        var task = task
        task.changeElements(of: "params") { apply(toValueOf: $0) }
        if var matrix = task["matrix"] {
            let withoutObjects = Replacements(strings: strings, arrays: arrays)
            let onlyStrings = Replacements(strings: strings)
            matrix.changeElements(of: "params") { withoutObjects.apply(toValueOf: $0) }
            matrix.changeElements(of: "include") { entry in
                var entry = entry
                entry.changeElements(of: "params") { onlyStrings.apply(toValueOf: $0) }
                return entry
            }
            task["matrix"] = matrix
        } else {
            task.changeText(of: "displayName", apply(to:))
        }
        task.changeElements(of: "workspaces") { binding in
            var binding = binding
            binding.changeText(of: "subPath", apply(to:))
            return binding
        }
        task.changeElements(of: "when") { apply(toWhenExpression: $0) }
        if var reference = task["taskRef"] {
            reference.changeText(of: "name", apply(to:))
            reference.changeElements(of: "params") { apply(toValueOf: $0) }
            task["taskRef"] = reference
        }
        task.changeText(of: "onError", apply(to:))
        if let spec = task["taskSpec"] {
            let params = (task["params"]?.elements ?? []).map { Param($0) }
            task["taskSpec"] = shadowed(by: params).apply(toTaskSpec: spec)
        }
        return task
    }

    private func apply(toWhenExpression node: YAMLNode) -> YAMLNode {
        var node = node
        node.changeText(of: "input", apply(toWhenInput:))
        node.changeText(of: "cel", apply(to:))
        if let values = node["values"] { node["values"] = apply(to: values) }
        return node
    }

    /// The input of a guard: a whole array becomes its JSON.
    func apply(toWhenInput text: String) -> String {
        if case .array(let list) = apply(to: ParamValue.string(text)) { return YAMLNode(list).jsonText() }
        return apply(to: text)
    }

    /// Replaces in a guard.
    package func apply(to expression: WhenExpression) -> WhenExpression {
        var expression = expression
        expression.input = apply(toWhenInput: expression.input)
        expression.values = apply(toList: expression.values)
        expression.cel = apply(to: expression.cel)
        return expression
    }

    /// Replaces in the values of params.
    package func apply(to params: [Param]) -> [Param] {
        params.map { Param(name: $0.name, value: apply(to: $0.value)) }
    }

    private func apply(toValueOf node: YAMLNode) -> YAMLNode {
        guard let value = node["value"] else { return node }
        var node = node
        node["value"] = apply(to: ParamValue(value)).node
        return node
    }

    /// What an embedded Task sees of the Pipeline's params: its own params hide those of the same name.
    private func shadowed(by params: [Param]) -> Replacements {
        var seen = self
        for param in params {
            for variable in PipelineParams.notations(of: param.name) {
                if strings[variable] != nil { seen.strings[variable] = param.value.asString }
                if arrays[variable] != nil { seen.arrays[variable] = param.value.asArray }
                guard objects[variable] != nil else { continue }
                seen.objects[variable] = param.value.asObject
                for (key, value) in param.value.asObject { seen.strings["params.\(param.name).\(key)"] = value }
            }
        }
        return seen
    }
}

extension ParamValue {
    /// The string, empty for anything else.
    var asString: String {
        if case .string(let text) = self { text } else { "" }
    }

    /// The array, empty for anything else.
    var asArray: [String] {
        if case .array(let list) = self { list } else { [] }
    }

    /// The object, empty for anything else.
    var asObject: [String: String] {
        if case .object(let object) = self { object } else { [:] }
    }
}

extension YAMLNode {
    /// Changes each element of the list that a key holds.
    fileprivate mutating func changeElements(of key: String, _ change: (YAMLNode) -> YAMLNode) {
        guard let list = self[key], let elements = list.sequence else { return }
        self[key] = YAMLNode(.sequence(elements.map(change)), place: list.place)
    }

    /// Changes the text that a key holds.
    fileprivate mutating func changeText(of key: String, _ change: (String) -> String) {
        guard let node = self[key], let text = node.string else { return }
        self[key] = YAMLNode(.string(change(text)), place: node.place)
    }
}
