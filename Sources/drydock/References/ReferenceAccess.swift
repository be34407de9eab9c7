import Docker
import Foundation
import Git
import Manifests
import Planning
import Resolvers
import Runs
import Synchronization
import SystemPackage
import Validation

/// A command's way to what references lead to; each is asked for once, and the answer holds for the whole command.
final class ReferenceAccess: Sendable {
    /// What a reference led to, and what drydock has to say about it.
    struct Answer: Sendable {
        var resolution: Resolution
        /// Nil for what stands in the manifests, and for failures.
        var resource: ResolvedResource?
        /// What is wrong with the document, or is not carried out of it.
        var problems: [Diagnostic] = []
    }

    private let resolution: ReferenceResolution
    private let manifests: ManifestSet
    private let customTasks: CustomTaskRegistry
    private let admission: AdmissionSettings
    private let answers = Mutex<[ResolverReference: Answer]>([:])

    /// - Parameters:
    ///   - context: Whose environment and folders count.
    ///   - manifests: Where the `cluster` resolver looks, and Secrets are.
    ///   - customTasks: Who carries out custom tasks.
    ///   - admission: What is admitted.
    ///   - isOffline: Nothing is contacted.
    ///   - lock: What references must be.
    init(
        context: Context,
        manifests: ManifestSet,
        customTasks: CustomTaskRegistry,
        admission: AdmissionSettings = .everything,
        isOffline: Bool,
        lock: Lockfile? = nil
    ) {
        self.manifests = manifests
        self.customTasks = customTasks
        self.admission = admission
        let environment = context.environment
        func text(_ names: String...) -> String {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        }
        let proxies = RemoteAccess.Proxies(
            http: text("http_proxy", "HTTP_PROXY"),
            https: text("https_proxy", "HTTPS_PROXY"),
            all: text("all_proxy", "ALL_PROXY"),
            excluded: text("no_proxy", "NO_PROXY")
        )
        let certificates = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : FilePath($0) }
        let docker = DockerConfigurationReader(environment: environment, home: context.directories.home)
        resolution = ReferenceResolution(
            ReferenceResolution.Surroundings(
                web: WebAccess(proxies: proxies, certificateFile: certificates),
                git: RemoteAccess(certificateFile: certificates, proxies: proxies),
                mirrors: context.directories.mirrors(isOffline: isOffline),
                cache: context.directories.references,
                hubs: HubAddresses(environment: environment),
                credentials: { await docker.credentials(for: $0) },
                secret: { namespace, name in
                    manifests.document(kind: "Secret", namespace: namespace, name: name).map { KeyedData($0) }
                }
            ),
            isOffline: isOffline,
            lock: lock
        )
    }

    /// What was asked for so far, in no order.
    var known: [ResolverReference: Answer] { answers.withLock { $0 } }

    /// Finds out what a reference leads to.
    /// - Parameter reference: The reference.
    /// - Returns: The answer, which may be Tekton's own failure.
    /// - Throws: `ResolverError` for all that a cluster would not have failed at, or a cancellation.
    func answer(_ reference: ResolverReference) async throws -> Answer {
        if let answer = answers.withLock({ $0[reference] }) { return answer }
        let answer: Answer
        do {
            if ReferenceResolution.isLocal(reference) {
                answer = Answer(resolution: try ReferenceResolution.local(reference, in: manifests))
            } else {
                answer = judge(try await resolution.bring(reference), reference)
            }
        } catch ResolverError.failed(let failure) {
            answer = Answer(resolution: .failed(failure))
        }
        answers.withLock { $0[reference] = answer }
        return answer
    }

    /// What a reference leads to that is met while something runs.
    /// - Parameter reference: The reference.
    /// - Returns: The document, or Tekton's own failure.
    /// - Throws: What keeps drydock from carrying on, a document among it that is not carried out.
    func resolution(of reference: ResolverReference) async throws -> Resolution {
        let answer = try await answer(reference)
        if case .found = answer.resolution, let problem = answer.problems.first(where: { $0.severity == .error }) {
            throw CommandFailure(.invalidManifest, DiagnosticText.text(of: problem))
        }
        return answer.resolution
    }

    /// Admission sees a document before it is used.
    private func judge(_ resource: ResolvedResource, _ reference: ResolverReference) -> Answer {
        let (document, problems) = resource.document(namespace: reference.namespace)
        let errors = problems.filter { $0.severity == .error }
        guard let document, errors.isEmpty else {
            let text = errors.map(\.message).joined(separator: ", ")
            return Answer(
                resolution: .failed(.unusable("invalid runtime object: \(text)")),
                resource: resource,
                problems: errors
            )
        }
        let refusals = Validator.validate(document, in: ManifestSet(), settings: admission).filter {
            $0.severity == .error
        }
        guard refusals.isEmpty else {
            let text = refusals.map(\.message).joined(separator: "\n")
            return Answer(
                resolution: .failed(.refused(name: document.metadata.name, text)),
                resource: resource,
                problems: refusals
            )
        }
        return Answer(
            resolution: .found(document, resource.source),
            resource: resource,
            problems: Unsupported.check(document, in: manifests, customTasks: customTasks)
        )
    }
}

/// Reads Docker's configuration when it is needed, and not before.
private struct DockerConfigurationReader: Sendable {
    let environment: [String: String]
    let home: FilePath

    func credentials(for registry: String) async -> RegistryAuth? {
        await DockerConfiguration(environment: environment, home: home).credentials(for: registry)
    }
}

extension Directories {
    /// Where what references led to is kept.
    var references: ReferenceCache { ReferenceCache(folder: cache.appending("refs")) }
}

extension CommandFailure {
    /// What keeps drydock from following a reference, with its exit code.
    init(_ error: ResolverError) {
        let status: ExitStatus =
            switch error {
            case .unreachable, .notCached: .engineUnavailable
            case .rateLimited: .tryAgain
            case .notKept: .ioError
            case .failed, .notLocked, .differsFromLock, .notCarriedOut: .invalidManifest
            }
        self.init(status, "\(error)")
    }
}
