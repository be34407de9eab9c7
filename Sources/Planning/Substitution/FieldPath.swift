import YAML

/// The place of texts in a tree, relative to a node: keys in a row, where `*` stands for every element.
///
/// At the end stands a text or a list of texts.
struct FieldPath: Sendable, ExpressibleByStringLiteral {
    let keys: [String]

    init(stringLiteral text: String) {
        keys = text.split(separator: ".").map(String.init)
    }
}

extension Replacements {
    /// Replaces the texts at some places of a tree and nowhere else; in a list, whole arrays expand.
    func apply(to node: YAMLNode, at paths: [FieldPath]) -> YAMLNode {
        paths.reduce(node) { node, path in replace(in: node, at: path.keys[...]) }
    }

    private func replace(in node: YAMLNode, at keys: ArraySlice<String>) -> YAMLNode {
        guard let key = keys.first else { return replaceLeaf(node) }
        let rest = keys.dropFirst()
        var node = node
        switch node.content {
        case .sequence(let elements) where key == "*":
            node.content = .sequence(elements.map { replace(in: $0, at: rest) })
        case .mapping(let mapping):
            let entries = mapping.entries.map { entry in
                guard key == "*" || entry.key == key else { return entry }
                return .init(key: entry.key, keyPlace: entry.keyPlace, value: replace(in: entry.value, at: rest))
            }
            node.content = .mapping(YAMLMapping(entries))
        default: break
        }
        return node
    }

    private func replaceLeaf(_ node: YAMLNode) -> YAMLNode {
        switch node.content {
        case .string: apply(to: node)
        case .sequence(let elements) where elements.allSatisfy({ $0.string != nil }): apply(to: node)
        default: node
        }
    }
}
