import Docker
import Foundation
import NIOHTTP1

/// Asks one repository of a registry for manifests and blobs.
///
/// [OCI Distribution Specification](https://github.com/opencontainers/distribution-spec/blob/main/spec.md)
struct RegistryClient {
    let web: WebAccess
    let image: ImageReference
    let auth: RegistryAuth?

    /// What the registry refused, in the words of Tekton's own client.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    struct Manifest {
        /// Of the image, where the reference leads to a list of them.
        var digest: String
        var layers: [Layer]
    }

    struct Layer {
        var digest: String
        var annotations: [String: String]
    }

    private static let longestManifest = 4 << 20
    private static let manifestTypes = [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ]

    /// The registry and the repository, as Tekton names them.
    var repositoryName: String { "\(host)/\(image.repository)" }

    private var host: String {
        image.registry == ImageReference.defaultRegistry ? "index.docker.io" : image.registry
    }

    // MARK: - Asking

    func manifest() async throws -> Manifest {
        var session = try await RegistrySession.open(web: web, host: host, repository: image.repository, auth: auth)
        return try await manifest(image.digest ?? image.tag ?? "latest", &session, isChild: false)
    }

    private func manifest(_ name: String, _ session: inout RegistrySession, isChild: Bool) async throws -> Manifest {
        let path = "manifests/\(name)"
        let accept = Self.manifestTypes.joined(separator: ",")
        let bytes = try await get(path, &session, headers: [("Accept", accept)], limit: Self.longestManifest)
        let digest = "sha256:" + Digests.sha256(bytes)
        if name.hasPrefix("sha256:"), name != digest {
            throw Refusal(description: "manifest digest: \"\(digest)\" does not match requested digest: \"\(name)\"")
        }
        let decoded: Stored
        do {
            decoded = try JSONDecoder().decode(Stored.self, from: Data(bytes))
        } catch {
            throw Refusal(description: "could not parse image manifest: \(error)")
        }
        guard let images = decoded.manifests else {
            let layers = (decoded.layers ?? []).map { Layer(digest: $0.digest, annotations: $0.annotations ?? [:]) }
            return Manifest(digest: digest, layers: layers)
        }
        let child = images.first { image in
            image.platform.map { $0.os == "linux" && $0.architecture == "amd64" } ?? true
        }
        guard let child, !isChild else {
            throw Refusal(description: "no child with platform linux/amd64 in index \(image)")
        }
        return try await manifest(child.digest, &session, isChild: true)
    }

    func blob(_ digest: String, limit: Int) async throws -> [UInt8] {
        var session = try await RegistrySession.open(web: web, host: host, repository: image.repository, auth: auth)
        let bytes = try await get("blobs/\(digest)", &session, headers: [], limit: limit)
        let found = "sha256:" + Digests.sha256(bytes)
        guard found == digest else {
            throw Refusal(description: "error verifying sha256 checksum; got \"\(found)\", want \"\(digest)\"")
        }
        return bytes
    }

    private func get(
        _ path: String,
        _ session: inout RegistrySession,
        headers: [(name: String, value: String)],
        limit: Int
    ) async throws -> [UInt8] {
        let url = "\(session.base)/v2/\(image.repository)/\(path)"
        let request = WebAccess.Request(url: url, headers: headers + session.headers, limit: limit)
        let answer = try await web.send(request)
        if answer.status == 429 { throw ResolverError.rateLimited(place: image.registry) }
        guard answer.status == 200 else { throw Refusal(description: "GET \(url): \(Self.reason(of: answer))") }
        guard answer.body.count <= limit else { throw Refusal(description: "GET \(url): longer than \(limit) bytes") }
        return answer.body
    }

    // MARK: - Answers

    /// Why the registry refused: the errors in its answer, else the status.
    static func reason(of answer: WebAccess.Answer) -> String {
        // An answer that is no such object says nothing but its status.
        let refusal = try? JSONDecoder().decode(StoredErrors.self, from: Data(answer.body))
        let errors = (refusal?.errors ?? []).map { "\($0.code): \($0.message ?? "")" }
        switch errors.count {
        case 0:
            let text = String(decoding: answer.body, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            let status = HTTPResponseStatus(statusCode: answer.status).reasonPhrase
            return "unexpected status code \(answer.status) \(status)" + (text.isEmpty ? "" : ": \(text)")
        case 1: return errors[0]
        default: return "multiple errors returned: " + errors.joined(separator: "; ")
        }
    }

    private struct Stored: Decodable {
        struct Layer: Decodable {
            let digest: String
            let annotations: [String: String]?
        }
        struct Image: Decodable {
            struct Platform: Decodable {
                let os: String
                let architecture: String
            }
            let digest: String
            let platform: Platform?
        }

        let layers: [Layer]?
        let manifests: [Image]?
    }

    private struct StoredErrors: Decodable {
        struct Entry: Decodable {
            let code: String
            let message: String?
        }
        let errors: [Entry]
    }
}
