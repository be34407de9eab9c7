package import Manifests
package import YAML

/// What Tekton checks about params when a run starts: each check gives Tekton's sentence, nil if all is well.
package enum ParamChecks {
    /// Values are there, of the right type, and objects complete.
    package static func values(_ params: [Param], declared: [ParamSpec], matrix: [Param] = []) -> String? {
        missingValues(params + matrix, declared) ?? wrongTypes(params, matrix: matrix, declared)
            ?? missingKeys(params, declared)
    }

    /// Values are among those that the declaration allows.
    package static func allowedValues(_ params: [Param], declared: [ParamSpec]) -> String? {
        for spec in declared where !spec.allowedValues.isEmpty {
            guard case .string(let value)? = params.last(where: { $0.name == spec.name })?.value, !value.isEmpty,
                !spec.allowedValues.contains(value)
            else { continue }
            return "param `\(spec.name)` value: \(value) is not in the enum list"
        }
        return nil
    }

    /// Every `$(params.x[i])` in the tree lies inside its array.
    package static func arrayIndexes(in node: YAMLNode, params: [Param], declared: [ParamSpec]) -> String? {
        var lengths: [String: Int] = [:]
        for param in declared.bound(to: params) {
            if case .array(let list) = param.value { lengths[param.name] = list.count }
        }
        guard !lengths.isEmpty else { return nil }
        var outside: Set<String> = []
        node.forEachText { text in
            for expression in VariableExpression.all(in: text) {
                guard let (name, index) = arrayElement(expression), let length = lengths[name] else { continue }
                if index >= length { outside.insert("$(\(expression))") }
            }
        }
        return outside.isEmpty ? nil : "non-existent param references:\(list(outside.sorted()))"
    }

    private static func missingValues(_ params: [Param], _ declared: [ParamSpec]) -> String? {
        let given = Set(params.map(\.name))
        let missing = declared.filter { $0.defaultValue == nil && !given.contains($0.name) }.map(\.name)
        return missing.isEmpty ? nil : "missing values for these params which have no default values: \(list(missing))"
    }

    private static func wrongTypes(_ params: [Param], matrix: [Param], _ declared: [ParamSpec]) -> String? {
        let types = Dictionary(declared.map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
        var wrong = params.filter { param in
            guard let type = types[param.name] else { return false }
            return param.value.type != type && !isReference(param.value)
        }
        // Of a matrix each run gets one element.
        wrong += matrix.filter { types[$0.name].map { $0 != .string } ?? false }
        return wrong.isEmpty
            ? nil : "param types don't match the user-specified type: \(list(wrong.map(\.name)))"
    }

    private static func missingKeys(_ params: [Param], _ declared: [ParamSpec]) -> String? {
        var missing: [String] = []
        for spec in declared.sorted(by: { $0.name < $1.name }) where spec.type == .object {
            let given = params.last { $0.name == spec.name }?.value
            // What a whole result holds is not known yet.
            if let given, isReference(given) { continue }
            var present: Set<String> = []
            if case .object(let defaults)? = spec.defaultValue { present.formUnion(defaults.keys) }
            if case .object(let entries)? = given { present.formUnion(entries.keys) }
            let absent = spec.properties.subtracting(present).sorted()
            if !absent.isEmpty { missing.append("\(spec.name):\(list(absent))") }
        }
        guard !missing.isEmpty else { return nil }
        return "missing keys for these params which are required in ParamSpec's properties "
            + "map[\(missing.joined(separator: " "))]"
    }

    /// A string with a variable in it: what that stands for may have the right type.
    private static func isReference(_ value: ParamValue) -> Bool {
        guard case .string(let text) = value else { return false }
        return !VariableExpression.all(in: text).isEmpty
    }

    /// The name and the index of `params.x[0]`, in every way of writing it.
    private static func arrayElement(_ expression: String) -> (name: String, index: Int)? {
        guard expression.hasSuffix("]"), let opening = expression.lastIndex(of: "["),
            let index = Int(expression[expression.index(after: opening)...].dropLast()), index >= 0
        else { return nil }
        let array = expression[..<opening]
        for prefix in ["inputs.params.", "params."] where array.hasPrefix(prefix) {
            return (String(array.dropFirst(prefix.count)), index)
        }
        for quote in ["\"", "'"] where array.hasPrefix("params[\(quote)") && array.hasSuffix("\(quote)]") {
            return (String(array.dropFirst(8).dropLast(2)), index)
        }
        return nil
    }

    /// A list as Go prints it.
    private static func list(_ words: [String]) -> String { "[\(words.joined(separator: " "))]" }
}

extension YAMLNode {
    /// Visits every text of the tree.
    package func forEachText(_ visit: (String) -> Void) {
        switch content {
        case .string(let text): visit(text)
        case .sequence(let nodes): for node in nodes { node.forEachText(visit) }
        case .mapping(let mapping): for entry in mapping.entries { entry.value.forEachText(visit) }
        default: break
        }
    }
}
