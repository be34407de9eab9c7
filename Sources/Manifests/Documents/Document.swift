package import YAML

/// One document of a manifest: what `kubectl apply` would send.
package struct Document: Sendable {
    package var apiVersion: String
    package var kind: String
    package var metadata: ObjectMetadata
    /// The whole document, as it was read or as it was converted to `v1`.
    package var root: YAMLNode
    /// The whole document as it was read, before a conversion.
    package var written: YAMLNode
    /// The `apiVersion` that was read, before a conversion.
    package var writtenAPIVersion: String

    package init(_ root: YAMLNode) {
        self.root = root
        written = root
        apiVersion = root["apiVersion"]?.string ?? ""
        writtenAPIVersion = apiVersion
        kind = root["kind"]?.string ?? ""
        metadata = ObjectMetadata(root["metadata"] ?? .null)
    }

    static let pipelinesGroup = "tekton.dev"

    package var place: SourcePlace? { root.place }
    package var spec: YAMLNode { root["spec"] ?? [:] }
    /// The part of `apiVersion` in front of the version, empty for Kubernetes' core.
    package var group: String { apiVersion.split(separator: "/").dropLast().first.map { String($0) } ?? "" }
    package var isTekton: Bool { group == Self.pipelinesGroup }
    /// A document that is carried out when it is loaded: a PipelineRun or a TaskRun.
    package var isRun: Bool { isTekton && (kind == "PipelineRun" || kind == "TaskRun") }
}

/// What every Kubernetes object says about itself.
package struct ObjectMetadata: Sendable, Hashable {
    package var name: String
    package var generateName: String
    /// Empty where the manifest names none.
    package var namespace: String
    package var labels: [String: String]
    package var annotations: [String: String]

    package init(_ node: YAMLNode) {
        name = node["name"]?.string ?? ""
        generateName = node["generateName"]?.string ?? ""
        namespace = node["namespace"]?.string ?? ""
        labels = Self.map(node["labels"])
        annotations = Self.map(node["annotations"])
    }

    private static func map(_ node: YAMLNode?) -> [String: String] {
        let pairs = node?.mapping?.entries.compactMap { entry in entry.value.string.map { (entry.key, $0) } }
        return Dictionary(pairs ?? [], uniquingKeysWith: { _, last in last })
    }
}
