package import Manifests
package import YAML

/// What Tekton checks about params when a run starts: each check gives Tekton's sentence, nil if all is well.
package enum ParamChecks {
    /// Values are there, of the right type, and objects complete.
    package static func values(_ params: [Param], declared: [ParamSpec], matrix: [Param] = []) -> String? {
        missingValues(params + matrix, declared) ?? wrongTypes(params, matrix: matrix, declared)
            ?? missingKeys(params, declared)
    }

    /// Values are among those that the declaration allows; an empty one may be left out.
    package static func allowedValues(_ params: [Param], declared: [ParamSpec]) -> String? {
        let allowed = Dictionary(
            declared.filter { !$0.allowedValues.isEmpty }.map { ($0.name, $0.allowedValues) },
            uniquingKeysWith: { $1 }
        )
        for param in params {
            guard case .string(let value) = param.value, !value.isEmpty, let values = allowed[param.name],
                !values.contains(value)
            else { continue }
            return "param `\(param.name)` value: \(value) is not in the enum list"
        }
        return nil
    }

    /// Every `$(params.x[i])` in the tree lies inside its array.
    package static func arrayIndexes(in node: YAMLNode, params: [Param], declared: [ParamSpec]) -> String? {
        var texts: [String] = []
        node.forEachText { texts.append($0) }
        return arrayIndexes(in: texts, params: params, declared: declared)
    }

    /// Every `$(params.x[i])` where a Task may use it lies inside its array.
    package static func arrayIndexes(inTask spec: YAMLNode, params: [Param], declared: [ParamSpec]) -> String? {
        arrayIndexes(in: spec.texts(at: Replacements.indexedFields), params: params, declared: declared)
    }

    private static func arrayIndexes(in texts: [String], params: [Param], declared: [ParamSpec]) -> String? {
        var lengths: [String: Int] = [:]
        let defaults = declared.compactMap { spec in spec.defaultValue.map { Param(name: spec.name, value: $0) } }
        for param in defaults + params {
            if case .array(let list) = param.value { lengths[param.name] = list.count }
        }
        guard !lengths.isEmpty else { return nil }
        let outside = texts.flatMap { ArrayElementReference.all(in: $0) }.filter { reference in
            lengths[reference.param].map { reference.index >= $0 } ?? false
        }
        guard !outside.isEmpty else { return nil }
        return "non-existent param references:\(list(Set(outside.map(\.text)).sorted()))"
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

    /// Keys that are neither given nor have a default, of objects of which anything is known.
    private static func missingKeys(_ params: [Param], _ declared: [ParamSpec]) -> String? {
        let objects = declared.filter { $0.type == .object }
        let defaults = objects.compactMap { spec in spec.defaultValue.map { Param(name: spec.name, value: $0) } }
        var present: [String: Set<String>] = [:]
        for param in defaults + params {
            guard case .object(let entries) = param.value else { continue }
            present[param.name, default: []].formUnion(entries.keys)
        }
        let missing = objects.sorted { $0.name < $1.name }.compactMap { spec -> String? in
            guard let keys = present[spec.name] else { return nil }
            let absent = spec.properties.subtracting(keys).sorted()
            return absent.isEmpty ? nil : "\(spec.name):\(list(absent))"
        }
        guard !missing.isEmpty else { return nil }
        return "missing keys for these params which are required in ParamSpec's properties "
            + "map[\(missing.joined(separator: " "))]"
    }

    /// A string with a variable in it: what that stands for may have the right type.
    private static func isReference(_ value: ParamValue) -> Bool {
        guard case .string(let text) = value else { return false }
        return !VariableText.variables(in: text).isEmpty
    }

    /// A list as Go prints it.
    private static func list(_ words: [String]) -> String { "[\(words.joined(separator: " "))]" }
}
