/// Writes the values of an artifact as Tekton does: the fields that it knows, digests by the name of their algorithm.
enum ArtifactText {
    /// The JSON text of a list of values.
    static func values(_ list: JSONValue) -> [UInt8] {
        guard case .array(let values) = list else { return Array("null".utf8) }
        var text = Array("[".utf8)
        for (index, value) in values.enumerated() {
            if index > 0 { text += ",".utf8 }
            text += self.value(value)
        }
        return text + "]".utf8
    }

    private static func value(_ value: JSONValue) -> [UInt8] {
        var fields: [[UInt8]] = []
        if case .object(let digests)? = value["digest"], !digests.isEmpty {
            let entries = digests.sorted { $0.key < $1.key }.map { pair($0.key, string: $0.value.string ?? "") }
            fields.append(Array("\"digest\":{".utf8) + entries.joined(separator: ",".utf8) + "}".utf8)
        }
        if let uri = value["uri"]?.string, !uri.isEmpty { fields.append(pair("uri", string: uri)) }
        return Array("{".utf8) + fields.joined(separator: ",".utf8) + "}".utf8
    }

    private static func pair(_ key: String, string: String) -> [UInt8] {
        var text: [UInt8] = []
        JSONString.append(Array(key.utf8), to: &text)
        text += ":".utf8
        JSONString.append(Array(string.utf8), to: &text)
        return text
    }
}
