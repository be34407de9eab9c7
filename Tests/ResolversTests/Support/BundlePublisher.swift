import Foundation
import SystemPackage
import TestSupport
import Testing
import YAML

@testable import Docker
@testable import Resolvers

/// Puts Tekton bundles into a registry.
struct BundlePublisher {
    let registry: RegistryServer
    /// `user:password` where the registry asks for it.
    var credential: String?

    struct Layer {
        var annotations: [String: String]
        var bytes: [UInt8]

        /// A layer as `tkn bundle push` makes it: an archive of one file, compressed.
        static func document(_ text: String, kind: String, name: String) throws -> Layer {
            var tar = TarWriter()
            tar.addFile(FilePath(name), contents: Array(text.utf8))
            return Layer(annotations: annotations(kind, name), bytes: try compressed(tar.finish()))
        }

        static func annotations(_ kind: String, _ name: String) -> [String: String] {
            [
                "dev.tekton.image.apiVersion": "v1", "dev.tekton.image.kind": kind, "dev.tekton.image.name": name,
            ]
        }

        static func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["gzip", "-nc"]
            let input = Pipe()
            let output = Pipe()
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            // Less than a pipe holds.
            try input.fileHandleForWriting.write(contentsOf: bytes)
            try input.fileHandleForWriting.close()
            let packed = Array(output.fileHandleForReading.readDataToEndOfFile())
            process.waitUntilExit()
            return packed
        }
    }

    /// Puts an image there.
    /// - Returns: The digest of its manifest.
    @discardableResult
    func push(_ repository: String, tag: String, _ layers: [Layer]) async throws -> String {
        let configuration = Array(#"{"architecture":"amd64","os":"linux"}"#.utf8)
        var listed: [YAMLNode] = []
        for layer in layers {
            listed.append([
                "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                "size": YAMLNode(.integer(layer.bytes.count)),
                "digest": YAMLNode(try await upload(layer.bytes, to: repository)),
                "annotations": YAMLNode(layer.annotations),
            ])
        }
        let manifest: YAMLNode = [
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": [
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "size": YAMLNode(.integer(configuration.count)),
                "digest": YAMLNode(try await upload(configuration, to: repository)),
            ],
            "layers": YAMLNode(listed),
        ]
        return try await put(
            manifest,
            "application/vnd.oci.image.manifest.v1+json",
            at: "\(repository)/manifests/\(tag)"
        )
    }

    /// Puts a list of images there.
    func pushIndex(_ repository: String, tag: String, _ digests: [(architecture: String, digest: String)]) async throws
    {
        let entries = digests.map { entry -> YAMLNode in
            [
                "mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 1,
                "digest": YAMLNode(entry.digest),
                "platform": ["os": "linux", "architecture": YAMLNode(entry.architecture)],
            ]
        }
        let index: YAMLNode = [
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": YAMLNode(entries),
        ]
        try await put(index, "application/vnd.oci.image.index.v1+json", at: "\(repository)/manifests/\(tag)")
    }

    @discardableResult
    private func put(_ node: YAMLNode, _ type: String, at path: String) async throws -> String {
        let bytes = Array(node.jsonText().utf8)
        try await send("PUT", "http://\(registry.address)/v2/\(path)", bytes, type, expecting: 201)
        return "sha256:" + Digests.sha256(bytes)
    }

    private func upload(_ bytes: [UInt8], to repository: String) async throws -> String {
        let digest = "sha256:" + Digests.sha256(bytes)
        let start = "http://\(registry.address)/v2/\(repository)/blobs/uploads/"
        let location = try await send("POST", start, [], "application/octet-stream", expecting: 202)
        let place = location.contains("://") ? location : "http://\(registry.address)\(location)"
        let target = place + (place.contains("?") ? "&" : "?") + "digest=\(digest)"
        try await send("PUT", target, bytes, "application/octet-stream", expecting: 201)
        return digest
    }

    @discardableResult
    private func send(
        _ method: String,
        _ url: String,
        _ body: [UInt8],
        _ type: String,
        expecting status: Int
    ) async throws -> String {
        var headers: [(name: String, value: String)] = [("Content-Type", type)]
        if let credential {
            headers.append(("Authorization", "Basic " + Data(credential.utf8).base64EncodedString()))
        }
        if body.isEmpty { headers.append(("Content-Length", "0")) }
        let answer = try await WebAccess().send(
            WebAccess.Request(url: url, method: method, headers: headers, body: body, limit: 1 << 20)
        )
        try #require(answer.status == status, "\(method) \(url): \(String(decoding: answer.body, as: UTF8.self))")
        return answer.header("location") ?? ""
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, by name, where there is no registry program.
    static var needsRegistry: Self { .enabled(if: RegistryServer.isWanted, "no docker-registry here") }
}
