package import YAML

/// The value of a param or a result: a string, an array of strings or an object of strings.
///
/// [Tekton: Parameters](https://tekton.dev/docs/pipelines/tasks/#specifying-parameters)
package enum ParamValue: Sendable, Hashable {
    case string(String)
    case array([String])
    case object([String: String])

    package var type: ParamType {
        switch self {
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}

package enum ParamType: String, Sendable, Hashable, CaseIterable, Codable { case string, array, object }

extension ParamValue {
    /// Reads a value as Tekton does: what is neither an array nor an object of strings becomes a string,
    /// numbers and booleans as JSON writes them, deeper values as JSON text.
    package init(_ node: YAMLNode) {
        switch node.content {
        case .sequence(let nodes) where nodes.allSatisfy(\.isScalar):
            self = .array(nodes.map(\.scalarText))
        case .mapping(let mapping) where mapping.entries.allSatisfy({ $0.value.isScalar }):
            self = .object(
                Dictionary(mapping.entries.map { ($0.key, $0.value.scalarText) }, uniquingKeysWith: { $1 })
            )
        default:
            self = .string(node.isScalar ? node.scalarText : node.jsonText())
        }
    }

    package var node: YAMLNode {
        switch self {
        case .string(let value): YAMLNode(value)
        case .array(let values): YAMLNode(values)
        case .object(let values): YAMLNode(values)
        }
    }
}

extension YAMLNode {
    fileprivate var isScalar: Bool { sequence == nil && mapping == nil }

    /// A scalar as a string: itself, or what JSON writes.
    fileprivate var scalarText: String { string ?? (isNull ? "" : jsonText()) }
}

extension ParamValue: Codable {
    /// Reads what a JSON document holds: a string, an array or an object.
    package init(from decoder: any Decoder) throws {
        self = ParamValue(try YAMLNode(from: decoder))
    }

    package func encode(to encoder: any Encoder) throws {
        try node.encode(to: encoder)
    }
}
