import Foundation
import Manifests

/// A document of a catalog in Artifact Hub, or in an installation of Tekton Hub.
///
/// [Tekton: Hub Resolver](https://tekton.dev/docs/pipelines/hub-resolver/)
struct HubResolver: DocumentResolver {
    static let name = "Hub"
    private static let longestAnswer = 16 << 20
    private static let kinds = ["task", "pipeline", "stepaction"]

    let web: WebAccess
    let addresses: HubAddresses

    func isImmutable(_ reference: ResolverReference) -> Bool { false }

    // MARK: - Params

    /// Which of the two hubs it is.
    private enum HubType: String { case artifact, tekton }

    private func typeText(of reference: ResolverReference) -> String { reference["type"] ?? "artifact" }
    private func kind(of reference: ResolverReference) -> String { reference["kind"] ?? "task" }

    func problem(with reference: ResolverReference) -> String? {
        let kind = kind(of: reference)
        if reference["catalog"] == nil, let problem = problemOfDefaultCatalog(reference) {
            return "failed to populate default params: \(problem)"
        }
        let invalid = "failed to validate params: "
        guard Self.kinds.contains(kind) else {
            return invalid + "kind param must be one of: \(Self.kinds.joined(separator: ", "))"
        }
        let url = reference["url"] ?? ""
        if !url.isEmpty, let problem = Self.problem(withURL: url) { return invalid + "invalid url param: \(problem)" }
        guard let type = HubType(rawValue: typeText(of: reference)) else {
            return invalid + "type param must be artifact or tekton"
        }
        if type == .tekton, addresses.tekton.isEmpty, url.isEmpty {
            return invalid + "please configure TEKTON_HUB_API env variable to use tekton type"
        }
        let missing = ["name", "version"].filter { reference[$0] == nil }
        return missing.isEmpty
            ? nil : invalid + "missing required hub resolver params: \(missing.joined(separator: ", "))"
    }

    private func problemOfDefaultCatalog(_ reference: ResolverReference) -> String? {
        switch HubType(rawValue: typeText(of: reference)) {
        case .tekton: nil
        case .artifact where ["task", "pipeline"].contains(kind(of: reference)): nil
        case .artifact: "failed to resolve catalog name with kind: \(kind(of: reference))"
        case nil: "failed to resolve catalog name with type: \(typeText(of: reference))"
        }
    }

    private static func problem(withURL text: String) -> String? {
        guard let url = URL(string: text), let scheme = url.scheme, let host = url.host(), !host.isEmpty else {
            return "url must be a valid absolute URL: \(text)"
        }
        guard ["http", "https"].contains(scheme.lowercased()) else {
            return "url must use http or https scheme: \(text)"
        }
        return nil
    }

    // MARK: - Fetching

    /// Where a package is in a hub.
    private struct Package {
        let type: HubType
        let base: String
        let catalog: String
        let kind: String
        let name: String

        /// Its versions.
        var list: String {
            switch type {
            case .artifact: "\(base)/api/v1/packages/tekton-\(kind)/\(catalog)/\(name)"
            case .tekton: "\(base)/v1/resource/\(catalog)/\(kind)/\(name)"
            }
        }

        func document(version: String) -> String {
            switch type {
            case .artifact: "\(list)/\(version)"
            case .tekton: "\(list)/\(version)/yaml"
            }
        }

        var hub: String { type == .artifact ? "Artifact Hub" : "Tekton Hub" }
    }

    func fetch(_ reference: ResolverReference, pinned: RefSource?) async throws -> ResolvedResource {
        let package = self.package(of: reference)
        let written = reference["version"] ?? ""
        var version = written
        let url: String
        if let pinned {
            url = pinned.uri
        } else {
            if let constraints = VersionConstraints(written) {
                version = try await newest(of: package, allowedBy: constraints, written)
            }
            url = package.document(version: Self.version(version, for: package.type))
        }
        let data: [UInt8]
        switch package.type {
        case .artifact:
            data = Array(try await answer(ArtifactHubPackage.self, from: url, package).data.manifestRaw.utf8)
        case .tekton: data = Array(try await answer(TektonHubPackage.self, from: url, package).data.yaml.utf8)
        }
        return ResolvedResource(data: data, source: RefSource(uri: url, digest: ["sha256": Digests.sha256(data)]))
    }

    private func package(of reference: ResolverReference) -> Package {
        let type = HubType(rawValue: typeText(of: reference)) ?? .artifact
        let kind = kind(of: reference)
        let catalog = type == .tekton ? "Tekton" : "tekton-catalog-\(kind)s"
        let written = reference["url"] ?? ""
        let base = written.isEmpty ? (type == .artifact ? addresses.artifact : addresses.tekton) : written
        return Package(
            type: type,
            base: String(base.reversed().drop { $0 == "/" }.reversed()),
            catalog: reference["catalog"] ?? catalog,
            kind: kind,
            name: reference["name"] ?? ""
        )
    }

    /// Artifact Hub has versions of three numbers, Tekton Hub of two.
    private static func version(_ text: String, for type: HubType) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        switch type {
        case .artifact: return parts.count == 2 ? "\(text).0" : text
        case .tekton: return parts.count > 2 ? parts.prefix(2).joined(separator: ".") : text
        }
    }

    private func newest(
        of package: Package,
        allowedBy constraints: VersionConstraints,
        _ written: String
    ) async throws -> String {
        let texts: [String]
        switch package.type {
        case .artifact:
            let list = try await answer(ArtifactHubVersions.self, from: package.list, package)
            texts = list.availableVersions.filter { $0.prerelease != true }.map(\.version)
        case .tekton:
            texts = try await answer(TektonHubVersions.self, from: package.list, package).data.versions.map(\.version)
        }
        var chosen: CatalogVersion?
        for text in texts {
            guard let version = CatalogVersion(text) else {
                throw failure(
                    "fail to parse version \(package.type.rawValue) from \(text): Malformed version: \(text)"
                )
            }
            guard constraints.allow(version), chosen.map({ $0 <= version }) ?? true else { continue }
            chosen = version
        }
        guard let chosen else { throw failure("no version found for constraint \(written)") }
        return chosen.text
    }

    private func answer<Value: Decodable>(
        _ type: Value.Type,
        from url: String,
        _ package: Package
    ) async throws -> Value {
        let prefix = "fail to fetch \(package.hub) resource: "
        let answer: WebAccess.Answer
        do {
            answer = try await web.send(WebAccess.Request(url: url, limit: Self.longestAnswer))
        } catch {
            throw translate(error, prefix: "\(prefix)requesting resource from Hub: Get \"\(url)\": ")
        }
        guard answer.status == 200 else { throw failure("\(prefix)requested resource '\(url)' not found on hub") }
        do {
            return try JSONDecoder().decode(type, from: Data(answer.body))
        } catch {
            throw failure("\(prefix)error unmarshalling json response: \(error)")
        }
    }
}

/// Where hubs answer.
package struct HubAddresses: Sendable {
    package var artifact: String
    /// Empty where there is none: the public one is gone.
    package var tekton: String

    /// As Tekton's resolvers read them from `ARTIFACT_HUB_API` and `TEKTON_HUB_API`.
    package init(environment: [String: String]) {
        let named = environment["ARTIFACT_HUB_API"] ?? ""
        artifact = named.isEmpty ? "https://artifacthub.io" : named
        tekton = environment["TEKTON_HUB_API"] ?? ""
    }
}

// MARK: - What hubs answer

private struct ArtifactHubPackage: Decodable {
    struct Content: Decodable { let manifestRaw: String }
    let data: Content
}

private struct ArtifactHubVersions: Decodable {
    struct Version: Decodable {
        let version: String
        let prerelease: Bool?
    }

    let availableVersions: [Version]

    enum CodingKeys: String, CodingKey { case availableVersions = "available_versions" }
}

private struct TektonHubPackage: Decodable {
    struct Content: Decodable { let yaml: String }
    let data: Content
}

private struct TektonHubVersions: Decodable {
    struct Version: Decodable { let version: String }
    struct Content: Decodable { let versions: [Version] }
    let data: Content
}
