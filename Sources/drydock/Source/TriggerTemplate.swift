import Foundation
import Manifests
import YAML

/// What a delivery makes of a TriggerTemplate: the objects in it, with its params filled in.
///
/// [Tekton Triggers: TriggerTemplates](https://tekton.dev/docs/triggers/triggertemplates/)
struct TriggerTemplate {
    struct Param {
        var name: String
        var defaultValue: String?
    }

    let document: Document
    let params: [Param]

    init(_ document: Document) {
        self.document = document
        params = (document.spec["params"]?.elements ?? []).compactMap { node in
            node["name"]?.string.map { Param(name: $0, defaultValue: node["default"]?.string) }
        }
    }

    private var resources: [YAMLNode] { document.spec["resourcetemplates"]?.elements ?? [] }

    var startsRuns: Bool { resources.contains { Document($0).isRun } }

    /// The objects with values in the place of `$(tt.params.NAME)`, and a new text for `$(uid)`.
    func objects(_ values: [String: String]) -> [YAMLNode] {
        let uid = String(UInt64.random(in: .min ... .max), radix: 36)
        return resources.map { Self.filled($0, values, uid) }
    }

    /// Params that some object uses and nothing gives a value to.
    func missing(_ values: [String: String]) -> [String] {
        let used = resources.reduce(into: Set<String>()) { Self.collect($1, into: &$0) }
        let declared = params.map(\.name)
        return declared.filter { used.contains($0) && values[$0] == nil }
            + used.subtracting(declared).filter { values[$0] == nil }.sorted()
    }

    var defaults: [String: String] {
        Dictionary(params.compactMap { param in param.defaultValue.map { (param.name, $0) } }) { $1 }
    }

    private static func filled(_ node: YAMLNode, _ values: [String: String], _ uid: String) -> YAMLNode {
        switch node.content {
        case .string(let text):
            return YAMLNode(.string(replaced(text, values, uid)), place: node.place)
        case .sequence(let nodes):
            return YAMLNode(.sequence(nodes.map { filled($0, values, uid) }), place: node.place)
        case .mapping(let mapping):
            let entries = mapping.entries.map { entry in
                var entry = entry
                entry.value = filled(entry.value, values, uid)
                return entry
            }
            return YAMLNode(.mapping(YAMLMapping(entries)), place: node.place)
        default: return node
        }
    }

    private static func replaced(_ text: String, _ values: [String: String], _ uid: String) -> String {
        text.replacing(/\$\(tt\.params\.([^)]+)\)/) { match in
            values[String(match.1)] ?? String(match.0)
        }.replacing("$(uid)", with: uid)
    }

    private static func collect(_ node: YAMLNode, into names: inout Set<String>) {
        switch node.content {
        case .string(let text):
            for match in text.matches(of: /\$\(tt\.params\.([^)]+)\)/) { names.insert(String(match.1)) }
        case .sequence(let nodes): for node in nodes { collect(node, into: &names) }
        case .mapping(let mapping): for entry in mapping.entries { collect(entry.value, into: &names) }
        default: break
        }
    }
}
