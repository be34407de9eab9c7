import YAML

/// The place of texts in a tree, relative to a node: keys in a row, where `*` stands for every element.
///
/// At the end stands a text or a list of texts.
struct FieldPath: Sendable, ExpressibleByStringLiteral {
    let keys: [String]

    init(stringLiteral text: String) {
        keys = text.split(separator: ".").map(String.init)
    }

    /// A path that begins with another one.
    init(_ prefix: FieldPath, _ rest: FieldPath) {
        keys = prefix.keys + rest.keys
    }
}

extension Replacements {
    /// Replaces the texts at some places of a tree and nowhere else; in a list, whole arrays expand.
    func apply(to node: YAMLNode, at paths: [FieldPath]) -> YAMLNode {
        paths.reduce(node) { node, path in replace(in: node, at: path.keys[...]) }
    }

    /// Replaces in the keys of the mappings at some places of a tree.
    func applyToKeys(of node: YAMLNode, at paths: [FieldPath]) -> YAMLNode {
        paths.reduce(node) { node, path in replace(in: node, at: path.keys[...], leaf: replaceKeys) }
    }

    private func replace(in node: YAMLNode, at keys: ArraySlice<String>) -> YAMLNode {
        replace(in: node, at: keys, leaf: replaceLeaf)
    }

    private func replace(
        in node: YAMLNode,
        at keys: ArraySlice<String>,
        leaf: (YAMLNode) -> YAMLNode
    ) -> YAMLNode {
        guard let key = keys.first else { return leaf(node) }
        let rest = keys.dropFirst()
        var node = node
        switch node.content {
        case .sequence(let elements) where key == "*":
            node.content = .sequence(elements.map { replace(in: $0, at: rest, leaf: leaf) })
        case .mapping(let mapping):
            let entries = mapping.entries.map { entry in
                guard key == "*" || entry.key == key else { return entry }
                return .init(
                    key: entry.key,
                    keyPlace: entry.keyPlace,
                    value: replace(in: entry.value, at: rest, leaf: leaf)
                )
            }
            node.content = .mapping(YAMLMapping(entries))
        default: break
        }
        return node
    }

    private func replaceKeys(_ node: YAMLNode) -> YAMLNode {
        guard let mapping = node.mapping else { return node }
        var node = node
        var renamed = YAMLMapping()
        for entry in mapping.entries {
            let key = apply(to: entry.key)
            // Two keys may become one: the later value stays.
            renamed[key] = nil
            renamed.append(.init(key: key, keyPlace: entry.keyPlace, value: entry.value))
        }
        node.content = .mapping(renamed)
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

extension YAMLNode {
    /// The texts at some places of a tree.
    func texts(at paths: [FieldPath]) -> [String] {
        paths.flatMap { texts(at: $0.keys[...]) }
    }

    private func texts(at keys: ArraySlice<String>) -> [String] {
        guard let key = keys.first else { return string.map { [$0] } ?? strings }
        let rest = keys.dropFirst()
        switch content {
        case .sequence(let elements) where key == "*": return elements.flatMap { $0.texts(at: rest) }
        case .mapping(let mapping) where key == "*": return mapping.entries.flatMap { $0.value.texts(at: rest) }
        case .mapping(let mapping): return mapping[key]?.texts(at: rest) ?? []
        default: return []
        }
    }
}
