package import Manifests
package import YAML

/// The values of variables, by what stands between `$(` and `)`.
///
/// A text is read once from left to right: what a value brings in is not looked at again, and what is not
/// known stays as it is. `$$(x)` is no escape.
/// [Tekton: Variable substitution](https://tekton.dev/docs/pipelines/variables/)
package struct Replacements: Sendable, Hashable {
    package var strings: [String: String]
    /// Whole arrays, by the name without `[*]`.
    package var arrays: [String: [String]]
    /// Whole objects, by the name without `[*]`; they can only replace a whole param value.
    package var objects: [String: [String: String]]

    package init(
        strings: [String: String] = [:],
        arrays: [String: [String]] = [:],
        objects: [String: [String: String]] = [:]
    ) {
        self.strings = strings
        self.arrays = arrays
        self.objects = objects
    }

    package var isEmpty: Bool { strings.isEmpty && arrays.isEmpty && objects.isEmpty }

    /// Adds the values of another set; on a clash the other set's value stays.
    package mutating func merge(_ other: Replacements) {
        strings.merge(other.strings) { $1 }
        arrays.merge(other.arrays) { $1 }
        objects.merge(other.objects) { $1 }
    }

    /// Replaces the variables that stand for strings.
    package func apply(to text: String) -> String {
        guard text.mayHoldVariables else { return text }
        var result = ""
        var rest = text[...]
        while let opening = rest.firstRange(of: "$(") {
            result += rest[..<opening.lowerBound]
            rest = rest[opening.upperBound...]
            if let closing = rest.firstIndex(of: ")"), let value = strings[String(rest[..<closing])] {
                result += value
                rest = rest[rest.index(after: closing)...]
            } else {
                result += "$("
            }
        }
        return result + rest
    }

    /// Replaces in every element; an element that is nothing but a variable for an array becomes its elements.
    package func apply(toList list: [String]) -> [String] {
        list.flatMap { element in wholeArray(element) ?? [apply(to: element)] }
    }

    package func apply(to value: ParamValue) -> ParamValue {
        switch value {
        case .string(let text):
            // Written with quotes, like `params["x"][*]`, an array or object does not stand for a whole value.
            guard VariableText.isVariable(text) else { return .string(apply(to: text)) }
            if let array = wholeArray(text) { return .array(array) }
            if let object = wholeObject(text) { return .object(object) }
            return .string(apply(to: text))
        case .array(let list): return .array(apply(toList: list))
        case .object(let object): return .object(object.mapValues { apply(to: $0) })
        }
    }

    /// Replaces in all strings of a tree.
    ///
    /// Keys stay; in a list, arrays expand.
    package func apply(to node: YAMLNode) -> YAMLNode {
        var node = node
        switch node.content {
        case .string(let text):
            node.content = .string(apply(to: text))
        case .sequence(let nodes):
            node.content = .sequence(
                nodes.flatMap { element -> [YAMLNode] in
                    if let text = element.string, let array = wholeArray(text) {
                        return array.map { YAMLNode(.string($0), place: element.place) }
                    }
                    return [apply(to: element)]
                }
            )
        case .mapping(let mapping):
            node.content = .mapping(
                YAMLMapping(
                    mapping.entries.map { .init(key: $0.key, keyPlace: $0.keyPlace, value: apply(to: $0.value)) }
                )
            )
        default: break
        }
        return node
    }

    private func wholeArray(_ text: String) -> [String]? {
        Self.wholeVariable(text).flatMap { arrays[$0] }
    }

    private func wholeObject(_ text: String) -> [String: String]? {
        Self.wholeVariable(text).flatMap { objects[$0] }
    }

    /// The name in a text that is nothing but `$(name)` or `$(name[*])`.
    private static func wholeVariable(_ text: String) -> String? {
        guard text.hasPrefix("$("), text.hasSuffix(")"), text.dropFirst(2).firstIndex(of: ")") == text.indices.last
        else {
            return nil
        }
        return Subscript.target(of: text)
    }
}
