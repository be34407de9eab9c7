import Docker
import Foundation
import Manifests
import SystemPackage

/// A document in a Tekton bundle, an image of a registry.
///
/// [Tekton: Bundles Resolver](https://tekton.dev/docs/pipelines/bundle-resolver/),
/// [Tekton Bundle Contract](https://tekton.dev/docs/pipelines/tekton-bundle-contracts/)
struct BundleResolver: DocumentResolver {
    static let name = "bundleresolver"
    private static let mostLayers = 20
    private static let longestLayer = 16 << 20

    let web: WebAccess
    let credentials: @Sendable (String) async -> RegistryAuth?
    let secret: SecretLookup

    /// An image by its digest cannot change.
    func isImmutable(_ reference: ResolverReference) -> Bool { (reference["bundle"] ?? "").contains("@sha256:") }

    // MARK: - Params

    func problem(with reference: ResolverReference) -> String? {
        let bundle = reference["bundle"] ?? ""
        guard !bundle.isEmpty else { return "parameter \"bundle\" required" }
        do throws(DockerError) {
            _ = try ImageReference(parsing: bundle)
        } catch {
            return "invalid bundle reference: could not parse reference: \(bundle)"
        }
        return (reference["name"] ?? "").isEmpty ? "parameter \"name\" required" : nil
    }

    // MARK: - Fetching

    func fetch(_ reference: ResolverReference, pinned: RefSource?) async throws -> ResolvedResource {
        let bundle = reference["bundle"] ?? ""
        var image = try ImageReference(parsing: bundle)
        if let digest = pinned?.digest["sha256"] { image.digest = "sha256:\(digest)" }
        var auth = auth(for: image.registry, reference)
        if auth == nil { auth = await credentials(image.registry) }
        let registry = RegistryClient(web: web, image: image, auth: auth)
        let manifest: RegistryClient.Manifest
        do {
            manifest = try await registry.manifest()
        } catch let error as RegistryClient.Refusal {
            throw failure("cannot retrieve the oci image: \(error)")
        } catch {
            throw translate(error, prefix: "cannot retrieve the oci image: ")
        }
        if let problem = Self.problem(of: manifest.layers) {
            throw failure("invalid tekton bundle \(bundle), error: \(problem)")
        }
        let kind = reference["kind"].flatMap { $0.isEmpty ? nil : $0 } ?? "task"
        let name = reference["name"] ?? ""
        let layer = manifest.layers.first { layer in
            layer.annotations[.kind]?.lowercased() == kind.lowercased() && layer.annotations[.name] == name
        }
        guard let layer else {
            throw failure("could not find object in image with kind: \(kind) and name: \(name)")
        }
        let bytes: [UInt8]
        do {
            bytes = try await registry.blob(layer.digest, limit: Self.longestLayer)
        } catch let error as RegistryClient.Refusal {
            throw failure("failed to read image layer: \(error)")
        } catch {
            throw translate(error, prefix: "failed to read image layer: ")
        }
        guard let content = BundleLayer.content(of: bytes, limit: Self.longestLayer) else {
            throw failure("could not read contents of image layer \(layer.digest)")
        }
        return ResolvedResource(
            data: content,
            source: RefSource(
                uri: registry.repositoryName,
                digest: ["sha256": String(manifest.digest.dropFirst("sha256:".count))],
                entryPoint: name
            )
        )
    }

    /// What the bundle's contract does not allow.
    private static func problem(of layers: [RegistryClient.Layer]) -> String? {
        guard layers.count <= mostLayers else { return "contained more than the maximum \(mostLayers) allow objects" }
        for (index, layer) in layers.enumerated() {
            for annotation in [BundleAnnotation.apiVersion, .name, .kind] where layer.annotations[annotation] == nil {
                return "the layer \(index) does not contain a \(annotation.rawValue) annotation"
            }
            let kind = layer.annotations[.kind] ?? ""
            let singular = kind.lowercased().hasSuffix("s") ? String(kind.lowercased().dropLast()) : kind.lowercased()
            guard singular == kind else {
                return "the layer \(index) the annotation \(BundleAnnotation.kind.rawValue) must be lowercased and "
                    + "singular, found \(kind)"
            }
        }
        return nil
    }

    // MARK: - Credentials

    /// What the Secret of the params, or those of the ServiceAccount, hold for a registry.
    private func auth(for registry: String, _ reference: ResolverReference) -> RegistryAuth? {
        guard let name = reference["secret"], !name.isEmpty, let data = secret(reference.namespace, name),
            let file = data[".dockerconfigjson"]
        else { return nil }
        return DockerConfiguration(environment: [:], home: "/", contentsOf: { _ in file }).auth(for: registry)
    }
}

/// What the layers of a bundle say about their documents.
enum BundleAnnotation: String {
    case apiVersion = "dev.tekton.image.apiVersion"
    case kind = "dev.tekton.image.kind"
    case name = "dev.tekton.image.name"
}

extension [String: String] {
    fileprivate subscript(annotation: BundleAnnotation) -> String? { self[annotation.rawValue] }
}
