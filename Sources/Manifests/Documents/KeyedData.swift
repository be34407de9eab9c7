import YAML

/// The entries of a Secret or a ConfigMap, as bytes.
///
/// [Kubernetes: Secrets](https://kubernetes.io/docs/concepts/configuration/secret/)
package struct KeyedData: Sendable, Hashable {
    package private(set) var entries: [String: [UInt8]] = [:]
    /// Keys whose value should be base64 and is not, sorted; they have no entry.
    package private(set) var unreadableKeys: [String] = []

    /// Reads `data` and `stringData` of a Secret (`stringData` wins), `data` and `binaryData` of a ConfigMap.
    package init(_ document: Document) {
        let isSecret = document.kind == "Secret"
        read(document.root[isSecret ? "data" : "binaryData"], isBase64: true)
        read(document.root[isSecret ? "stringData" : "data"], isBase64: false)
        unreadableKeys = unreadableKeys.filter { entries[$0] == nil }.sorted()
    }

    package subscript(key: String) -> [UInt8]? { entries[key] }

    private mutating func read(_ node: YAMLNode?, isBase64: Bool) {
        for entry in node?.mapping?.entries ?? [] {
            guard let text = entry.value.string ?? (entry.value.isNull ? "" : nil),
                let bytes = isBase64 ? Base64.decode(text) : Array(text.utf8)
            else {
                unreadableKeys.append(entry.key)
                continue
            }
            entries[entry.key] = bytes
        }
    }
}
