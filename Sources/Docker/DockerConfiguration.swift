import Crypto
import Foundation
package import SystemPackage

/// What the user has told Docker's own command line: `~/.docker` or `DOCKER_CONFIG`.
///
/// Files are read through a closure, so that what follows from them can be tested as a value.
package struct DockerConfiguration {
    /// The folder it is kept in.
    package var directory: FilePath
    private let environment: [String: String]
    private let contentsOf: (FilePath) -> [UInt8]?

    /// The configuration that an environment points to.
    package init(
        environment: [String: String],
        home: FilePath,
        contentsOf: @escaping (FilePath) -> [UInt8]? = Self.readFile
    ) {
        let named = environment["DOCKER_CONFIG"].flatMap { $0.isEmpty ? nil : FilePath($0) }
        self.environment = environment
        directory = named ?? home.appending(".docker")
        self.contentsOf = contentsOf
    }

    /// Reads a whole file; `nil` if it is not there or may not be read.
    package static func readFile(_ path: FilePath) -> [UInt8]? {
        guard let file = fopen(path.string, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return ferror(file) == 0 ? bytes : nil
    }

    /// The context that is chosen in the configuration's file, if one is.
    var currentContext: String? {
        file?.currentContext.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The engine's address in a context, if there is such a context.
    func endpoint(ofContext name: String) -> String? {
        let digest = SHA256.hash(data: Array(name.utf8)).hexText
        let path = directory.appending("contexts/meta/\(digest)/meta.json")
        return decode(ContextFile.self, at: path)?.endpoints?.docker?.host
    }

    /// What is kept for a registry, by a helper program (`credHelpers`, `credsStore`) or in the configuration's file.
    package func credentials(for registry: String) async -> RegistryAuth? {
        let kept = try? await helper(for: registry)?.credentials(for: Self.server(of: registry))
        return kept ?? auth(for: registry)
    }

    /// Why a helper program gave nothing for a registry; nil if none is to be asked, or it gave something.
    package func helperProblem(for registry: String) async -> String? {
        do {
            _ = try await helper(for: registry)?.credentials(for: Self.server(of: registry))
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// What the configuration's file itself has for a registry.
    package func auth(for registry: String) -> RegistryAuth? {
        let names = registry == ImageReference.defaultRegistry ? Self.hubNames : [registry]
        for (key, entry) in (file?.auths ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard names.contains(Self.hostPart(of: key)), let auth = entry.auth(serverAddress: key) else { continue }
            return auth
        }
        return nil
    }

    /// The helper program that keeps what is known of a registry.
    func helper(for registry: String) -> CredentialHelper? {
        let file = file
        let names = registry == ImageReference.defaultRegistry ? Self.hubNames : [registry]
        let own = (file?.credHelpers ?? [:]).first { names.contains(Self.hostPart(of: $0.key)) }?.value
        guard let name = own ?? file?.credsStore, !name.isEmpty else { return nil }
        return CredentialHelper(name: name, environment: environment)
    }

    /// A registry as helper programs know it.
    private static func server(of registry: String) -> String {
        registry == ImageReference.defaultRegistry ? "https://index.docker.io/v1/" : registry
    }

    private static let hubNames = ["docker.io", "index.docker.io", "registry-1.docker.io"]

    private static func hostPart(of key: String) -> String {
        let rest = ["https://", "http://"].reduce(key) { $0.hasPrefix($1) ? String($0.dropFirst($1.count)) : $0 }
        return String(rest.prefix { $0 != "/" })
    }

    private var file: ConfigurationFile? {
        decode(ConfigurationFile.self, at: directory.appending("config.json"))
    }

    private func decode<T: Decodable>(_ type: T.Type, at path: FilePath) -> T? {
        // A file that cannot be read says nothing; Docker's own command line warns about it.
        contentsOf(path).flatMap { try? JSONDecoder().decode(type, from: Data($0)) }
    }
}

extension SHA256Digest {
    /// The digest as Docker spells it in the names of folders.
    fileprivate var hexText: String {
        map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// `config.json`, as far as it matters here.
private struct ConfigurationFile: Decodable {
    let currentContext: String?
    let auths: [String: Entry]?
    let credHelpers: [String: String]?
    let credsStore: String?

    struct Entry: Decodable {
        let auth: String?
        let username: String?
        let password: String?
        let identitytoken: String?

        func auth(serverAddress: String) -> RegistryAuth? {
            if let auth, let decoded = Data(base64Encoded: auth) {
                let parts = String(decoding: decoded, as: UTF8.self).split(
                    separator: ":",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                guard parts.count == 2, !parts[0].isEmpty else { return nil }
                return RegistryAuth(
                    serverAddress: serverAddress,
                    username: String(parts[0]),
                    password: String(parts[1].prefix { $0 != "\0" }),
                    identityToken: identitytoken
                )
            }
            guard let username, let password else { return nil }
            return RegistryAuth(serverAddress: serverAddress, username: username, password: password)
        }
    }
}

/// A context's `meta.json`, as far as it matters here.
private struct ContextFile: Decodable {
    let endpoints: Endpoints?

    enum CodingKeys: String, CodingKey {
        case endpoints = "Endpoints"
    }

    struct Endpoints: Decodable {
        let docker: Endpoint?
    }

    struct Endpoint: Decodable {
        let host: String?

        enum CodingKeys: String, CodingKey {
            case host = "Host"
        }
    }
}
