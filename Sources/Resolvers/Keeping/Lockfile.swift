import Foundation
package import Manifests
package import SystemPackage
import YAML

/// `drydock.lock`: what each reference led to, so that it can be told when it leads elsewhere.
package struct Lockfile: Sendable, Equatable {
    package static let name = "drydock.lock"

    /// What a reference is locked to.
    package struct Entry: Sendable, Equatable {
        package var reference: ResolverReference
        package var source: RefSource
        /// The digest of the document's bytes.
        package var contentDigest: String

        package init(_ reference: ResolverReference, _ resource: ResolvedResource) {
            self.reference = reference
            source = resource.source
            contentDigest = resource.contentDigest
        }

        fileprivate init(_ reference: ResolverReference, source: RefSource, contentDigest: String) {
            self.reference = reference
            self.source = source
            self.contentDigest = contentDigest
        }
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    /// What a reference is locked to; whoever asks, and in whatever namespace.
    package subscript(reference: ResolverReference) -> Entry? {
        entries.first { $0.reference.lockIdentity == reference.lockIdentity }
    }

    /// Locks a reference, in the place of what it was locked to before.
    package mutating func lock(_ reference: ResolverReference, to resource: ResolvedResource) {
        entries.removeAll { $0.reference.lockIdentity == reference.lockIdentity }
        entries.append(Entry(reference, resource))
    }

    // MARK: - The file

    /// Why a lock file cannot be used.
    package enum Problem: Error, Equatable {
        case missing(FilePath)
        case malformed(FilePath, String)
    }

    /// Reads one.
    /// - Parameter path: Where it is.
    /// - Throws: `Problem`.
    package init(path: FilePath) throws(Problem) {
        guard let data = FileManager.default.contents(atPath: path.string) else { throw .missing(path) }
        let root: YAMLNode
        do throws(YAMLError) {
            root = try YAMLParser.parse(bytes: Array(data), file: path.string).first ?? [:]
        } catch {
            throw .malformed(path, error.message)
        }
        guard root["version"]?.integer == 1 else {
            throw .malformed(path, "its version is none that this drydock reads; write it anew with drydock refs lock")
        }
        for node in root["references"]?.elements ?? [] {
            guard let resolver = node["resolver"]?.string, let source = node["source"],
                let digest = node["content"]?.string, digest.hasPrefix("sha256:")
            else { throw .malformed(path, "a reference needs 'resolver', 'params', 'source' and 'content'") }
            let params = (node["params"]?.mapping?.entries ?? []).map {
                Param(name: $0.key, value: ParamValue($0.value))
            }
            entries.append(
                Entry(
                    ResolverReference(resolver: resolver, params: params, namespace: ""),
                    source: RefSource(source),
                    contentDigest: digest
                )
            )
        }
    }

    /// The text of the file, the same for the same entries.
    package var text: String {
        let sorted = entries.sorted { $0.reference.lockIdentity < $1.reference.lockIdentity }
        let nodes = sorted.map { entry -> YAMLNode in
            let params = entry.reference.params.filter { $0.name != "cache" }.sorted { $0.name < $1.name }
            return [
                "resolver": YAMLNode(entry.reference.resolver),
                "params": YAMLNode(.mapping(YAMLMapping(params.map { .init(key: $0.name, value: $0.value.node) }))),
                "source": entry.source.node,
                "content": YAMLNode(entry.contentDigest),
            ]
        }
        let root: YAMLNode = ["version": 1, "references": YAMLNode(nodes)]
        return "# What references lead to. Written by drydock refs lock.\n" + YAMLEmitter.emit(root)
    }
}

extension ResolverReference {
    /// The same text for the same reference, in whatever namespace.
    fileprivate var lockIdentity: String {
        let sorted = params.filter { $0.name != "cache" }.sorted { $0.name < $1.name }
        let node: YAMLNode = ["resolver": YAMLNode(resolver), "params": YAMLNode(sorted.map(\.node))]
        return node.jsonText(sortedKeys: true)
    }
}
