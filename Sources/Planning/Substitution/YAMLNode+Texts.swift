package import YAML

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

    /// Whether a dollar sign stands in any text of the tree; without one there is nothing to replace.
    package var mayHoldVariables: Bool {
        switch content {
        case .string(let text): text.mayHoldVariables
        case .sequence(let nodes): nodes.contains { $0.mayHoldVariables }
        case .mapping(let mapping): mapping.entries.contains { $0.value.mayHoldVariables }
        default: false
        }
    }
}

extension StringProtocol {
    /// Whether a dollar sign stands in a text: quickly answered, and mostly no.
    package var mayHoldVariables: Bool { utf8.contains(UInt8(ascii: "$")) }
}
