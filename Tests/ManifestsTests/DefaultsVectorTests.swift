import Manifests
import TestSupport
import Testing
import YAML

/// Suite `defaults`: a document after decoding and defaulting.
struct DefaultsVectorTests {
    @Test func `documents get the defaults of the vectors`() {
        let tally = Vectors.run("defaults") { one in
            let data = (one.root["config"]?.mapping?.entries ?? []).map { ($0.key, $0.value.string ?? "") }
            let settings = DefaultSettings(Dictionary(data, uniquingKeysWith: { $1 }))
            let found = Defaults.document(Document(one.root["manifest"] ?? [:]), settings: settings)
            return differences(found, one.expected["object"].map(Self.compacted))
        }
        #expect(tally.failures == [])
    }

    /// Without the spaces that the vectors' file has in values which Tekton keeps as they are in the JSON.
    private static func compacted(_ node: YAMLNode) -> YAMLNode {
        switch node.content {
        case .string(let text) where text.hasPrefix("{") || text.hasPrefix("["):
            // Most texts that begin so are no JSON.
            YAMLNode((try? JSONReader.read(text))?.jsonText() ?? text)
        case .sequence(let nodes): YAMLNode(nodes.map(compacted))
        case .mapping(let mapping):
            YAMLNode(.mapping(YAMLMapping(mapping.entries.map { .init(key: $0.key, value: compacted($0.value)) })))
        default: node
        }
    }
}
