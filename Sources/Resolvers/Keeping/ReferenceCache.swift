package import Foundation
package import Manifests
package import SystemPackage
import YAML

/// What references led to, kept on this machine: an entry for each, and each document once.
package struct ReferenceCache: Sendable {
    package let folder: FilePath

    package init(folder: FilePath) {
        self.folder = folder
    }

    /// What is kept for a reference.
    package struct Entry: Sendable {
        package var reference: ResolverReference
        package var source: RefSource
        package var contentDigest: String
        package var fetchedAt: Date
    }

    // MARK: - Reading

    /// What a reference led to when it was last fetched; nil if it was not, or cannot be read any more.
    package func entry(for reference: ResolverReference) -> Entry? {
        guard let bytes = FileManager.default.contents(atPath: entryPath(of: reference).string),
            // An entry that cannot be read is fetched again.
            let node = try? YAMLParser.parse(bytes: Array(bytes), file: "entry").first,
            let digest = node["content"]?.string, let seconds = node["fetchedAt"]?.integer, let source = node["source"]
        else { return nil }
        return Entry(
            reference: reference,
            source: RefSource(source),
            contentDigest: digest,
            fetchedAt: Date(timeIntervalSince1970: Double(seconds))
        )
    }

    /// A document by its digest; nil if it is not here, or damaged.
    package func content(_ digest: String) -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: contentPath(of: digest).string) else { return nil }
        let bytes = Array(data)
        return "sha256:" + Digests.sha256(bytes) == digest ? bytes : nil
    }

    package func resource(for reference: ResolverReference) -> ResolvedResource? {
        guard let entry = entry(for: reference), let data = content(entry.contentDigest) else { return nil }
        return ResolvedResource(data: data, source: entry.source)
    }

    // MARK: - Writing

    /// Keeps a document.
    /// - Parameters:
    ///   - resource: What the reference led to.
    ///   - reference: The reference.
    ///   - now: When it was fetched.
    /// - Throws: `ResolverError` if it cannot be written.
    package func keep(
        _ resource: ResolvedResource,
        for reference: ResolverReference,
        at now: Date
    ) throws(ResolverError) {
        try write(resource.data, to: contentPath(of: resource.contentDigest))
        let entry: YAMLNode = [
            "reference": YAMLNode(reference.summary),
            "source": resource.source.node,
            "content": YAMLNode(resource.contentDigest),
            "fetchedAt": YAMLNode(.integer(Int(now.timeIntervalSince1970))),
        ]
        try write(Array((entry.jsonText(pretty: true) + "\n").utf8), to: entryPath(of: reference))
    }

    /// Puts it in the place at once: others read it at the same time.
    private func write(_ bytes: [UInt8], to path: FilePath) throws(ResolverError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path.removingLastComponent().string,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            try Data(bytes).write(to: URL(filePath: path.string), options: .atomic)
        } catch {
            throw .notKept(path: path.string, cause: error.localizedDescription)
        }
    }

    private func contentPath(of digest: String) -> FilePath {
        folder.appending("documents").appending(String(digest.drop { $0 != ":" }.dropFirst()))
    }

    private func entryPath(of reference: ResolverReference) -> FilePath {
        let key = Digests.sha256(Array(reference.identity.utf8))
        return folder.appending("entries").appending("\(key).json")
    }
}

extension ResolverReference {
    /// The same text for the same reference, in whatever order its params stand; the namespace of a run that names a
    /// Secret is part of it.
    var identity: String {
        let sorted = params.sorted { $0.name < $1.name }.filter { $0.name != "cache" }
        var node: YAMLNode = ["resolver": YAMLNode(resolver), "params": YAMLNode(sorted.map(\.node))]
        let namesSecret = params.contains { ["http-password-secret", "gitToken", "secret"].contains($0.name) }
        if namesSecret { node["namespace"] = YAMLNode(namespace) }
        return node.jsonText(sortedKeys: true)
    }
}
