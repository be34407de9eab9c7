package import Manifests
import YAML

/// What a resolver brought: the bytes of a document, and where they came from.
package struct ResolvedResource: Sendable, Hashable {
    package var data: [UInt8]
    package var source: RefSource

    package init(data: [UInt8], source: RefSource) {
        self.data = data
        self.source = source
    }

    /// `sha256:` and the digest of the bytes.
    package var contentDigest: String { "sha256:" + Digests.sha256(data) }

    /// Kinds that Tekton takes from a resolver, in the order of its message.
    private static let kinds = ["PipelineRun", "Pipeline", "TaskRun", "Task", "Run", "CustomRun", "StepAction"]

    /// What keeps this from being a document of Tekton's, in Tekton's words; nil if nothing does.
    func problem() -> String? {
        do throws(YAMLError) {
            let root = try YAMLParser.parse(bytes: data, file: source.uri).first ?? .null
            let document = Document(root)
            guard document.isTekton, Self.kinds.contains(document.kind) else {
                return "resolved data is not of a supported type, must be of Group: tekton.dev, Kinds: "
                    + "[\(Self.kinds.joined(separator: " "))]"
            }
            return nil
        } catch {
            return "decoding error: \(error.message)"
        }
    }

    /// Reads the document: the first one, as Tekton does.
    /// - Parameter namespace: That of a document which names none.
    /// - Returns: The document, of `v1`, and what is wrong with it.
    package func document(namespace: String) -> (document: Document?, problems: [Diagnostic]) {
        var loader = ManifestLoader(defaultNamespace: namespace)
        do throws(YAMLError) {
            let root = try YAMLParser.parse(bytes: data, file: source.uri).first ?? .null
            let problems = loader.load(root)
            return (loader.set.documents.first, problems)
        } catch {
            return (nil, [Diagnostic(rule: "DD1001", message: error.message, place: error.place, notes: error.notes)])
        }
    }
}
