import Manifests
import YAML

/// A document of the cluster, which here are the manifests that were given.
///
/// [Tekton: Cluster Resolver](https://tekton.dev/docs/pipelines/cluster-resolver/)
enum ClusterResolver {
    static let name = "Cluster"
    private static let kinds = ["task": "Task", "pipeline": "Pipeline", "stepaction": "StepAction"]

    static func problem(with reference: ResolverReference) -> String? {
        let kind = kind(of: reference)
        if kinds[kind] == nil { return "unknown or unsupported resource kind '\(kind)'" }
        var missing: [String] = []
        if (reference["name"] ?? "").isEmpty { missing.append("name") }
        if (reference["namespace"] ?? "").allSatisfy(\.isWhitespace) { missing.append("namespace") }
        return missing.isEmpty
            ? nil : "missing required cluster resolver params: \(missing.joined(separator: ", "))"
    }

    private static func kind(of reference: ResolverReference) -> String {
        let kind = reference["kind"] ?? ""
        return kind.isEmpty ? "task" : kind
    }

    static func find(_ reference: ResolverReference, in manifests: ManifestSet) throws(ResolverError) -> Resolution {
        let kind = kind(of: reference)
        let name = reference["name"] ?? ""
        let namespace = reference["namespace"] ?? ""
        guard
            let document = kinds[kind].flatMap({
                manifests.document(kind: $0, namespace: namespace, name: name)
            })
        else {
            throw .failed(.resource(resolver: Self.name, "\(kind)s.tekton.dev \"\(name)\" not found"))
        }
        let uid = document.root[path: "metadata", "uid"]?.string ?? ""
        let spec = Array(document.spec.jsonText(sortedKeys: true).utf8)
        let source = RefSource(
            uri: "/apis/tekton.dev/v1/namespaces/\(namespace)/\(kind)/\(name)@\(uid)",
            digest: ["sha256": Digests.sha256(spec)]
        )
        return .found(document, source)
    }
}
