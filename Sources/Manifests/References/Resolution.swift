package import YAML

/// What a reference through a resolver led to.
package enum Resolution: Sendable {
    /// A document, of `v1` where it is Tekton's, and where it came from.
    case found(Document, RefSource)
    case failed(ResolutionFailure)
}

/// Where a document came from, as `.status.provenance.refSource` shows it.
///
/// [Tekton: ResolutionRequest Status](https://tekton.dev/docs/pipelines/git-resolver/#resolutionrequest-status)
package struct RefSource: Sendable, Hashable {
    package var uri: String
    /// By algorithm: `sha1` of a commit, `sha256` of an image or of the document.
    package var digest: [String: String]
    package var entryPoint: String

    package init(uri: String, digest: [String: String], entryPoint: String = "") {
        self.uri = uri
        self.digest = digest
        self.entryPoint = entryPoint
    }

    package init(_ node: YAMLNode) {
        let digests = node["digest"]?.mapping?.entries.compactMap { entry in
            entry.value.string.map { (entry.key, $0) }
        }
        self.init(
            uri: node["uri"]?.string ?? "",
            digest: Dictionary(digests ?? [], uniquingKeysWith: { $1 }),
            entryPoint: node["entryPoint"]?.string ?? ""
        )
    }

    package var node: YAMLNode {
        var node: YAMLNode = [:]
        if !digest.isEmpty { node["digest"] = YAMLNode(digest) }
        if !entryPoint.isEmpty { node["entryPoint"] = YAMLNode(entryPoint) }
        if !uri.isEmpty { node["uri"] = YAMLNode(uri) }
        return node
    }
}

/// Why a reference led to nothing, as a cluster would find too.
package enum ResolutionFailure: Error, Sendable, Hashable {
    /// The resolver does not take the params.
    case invalidRequest(String)
    /// The resolver, by the name that it has for itself, could not get it.
    case resource(resolver: String, String)
    /// What came is no document that the run could use.
    case unusable(String)
    /// Admission refuses what came: the name of the document, and why.
    case refused(name: String, String)

    /// Tekton's words for it.
    /// - Parameters:
    ///   - reference: What was asked for.
    ///   - owner: The run, or the TaskRun of a pipeline's task, that asks.
    /// - Returns: The message as far as it is the same wherever the reference stands.
    package func message(for reference: ResolverReference, owner: String) -> String {
        let key = reference.requestKey(for: owner)
        return switch self {
        case .invalidRequest(let text):
            "error requesting remote resource: invalid resource request \"\(key)\": \(text)"
        case .resource(let resolver, let text):
            "error requesting remote resource: error getting \"\(resolver)\" \"\(key)\": \(text)"
        case .unusable(let text): text
        case .refused(let name, let text):
            "validation failed for referenced object \(name): "
                + "admission webhook \"validation.webhook.pipeline.tekton.dev\" denied the request: "
                + "validation failed: \(text)"
        }
    }

    /// Tekton takes a document that admission refuses for an error of the run's validation.
    package var isRefusal: Bool {
        if case .refused = self { true } else { false }
    }
}
