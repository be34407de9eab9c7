import Testing
import YAML

/// A document that is empty but for one field, and the look at that field.
enum FieldSample {
    /// Puts a value where a path leads: `steps[].env[].value`, `nodeSelector.*`.
    static func node(_ path: String, _ value: YAMLNode) -> YAMLNode {
        path.split(separator: ".").reversed().reduce(value) { inner, field in
            if field == "*" { return ["key": inner] }
            guard field.hasSuffix("[]") else { return object(String(field), inner) }
            return object(String(field.dropLast(2)), YAMLNode([inner]))
        }
    }

    private static func object(_ key: String, _ value: YAMLNode) -> YAMLNode {
        YAMLNode(.mapping(YAMLMapping([.init(key: key, value: value)])))
    }

    /// What stands where a path leads, of lists in their first element.
    static func value(_ path: String, in node: YAMLNode?) -> YAMLNode? {
        path.split(separator: ".").reduce(node) { node, field in
            if field == "*" { return node?["key"] }
            guard field.hasSuffix("[]") else { return node?[String(field)] }
            return node?[String(field.dropLast(2))]?.elements.first
        }
    }

    /// One tree with another laid over it, lists element by element.
    static func merged(_ base: YAMLNode, _ over: YAMLNode) -> YAMLNode {
        switch (base.content, over.content) {
        case (.mapping, .mapping(let entries)):
            var merged = base
            for entry in entries.entries {
                merged[entry.key] = merged[entry.key].map { Self.merged($0, entry.value) } ?? entry.value
            }
            return merged
        case (.sequence(let first), .sequence(let second)):
            let common = zip(first, second).map { merged($0, $1) }
            return YAMLNode(common + first.dropFirst(second.count) + second.dropFirst(first.count))
        default:
            return over
        }
    }
}
