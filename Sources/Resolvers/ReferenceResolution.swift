package import Docker
package import Foundation
package import Git
package import Manifests

/// Finds out what references lead to: from the manifests, from the cache, or from where they point.
package struct ReferenceResolution: Sendable {
    /// How remote places are reached, and where what comes from them is kept.
    package struct Surroundings: Sendable {
        package var web: WebAccess
        package var git: RemoteAccess
        package var mirrors: MirrorCache
        package var cache: ReferenceCache
        package var hubs: HubAddresses
        package var credentials: @Sendable (String) async -> RegistryAuth?
        package var secret: SecretLookup
        package var now: @Sendable () -> Date

        package init(
            web: WebAccess,
            git: RemoteAccess,
            mirrors: MirrorCache,
            cache: ReferenceCache,
            hubs: HubAddresses,
            credentials: @escaping @Sendable (String) async -> RegistryAuth? = { _ in nil },
            secret: @escaping SecretLookup = { _, _ in nil },
            now: @escaping @Sendable () -> Date = { Date() }
        ) {
            self.web = web
            self.git = git
            self.mirrors = mirrors
            self.cache = cache
            self.hubs = hubs
            self.credentials = credentials
            self.secret = secret
            self.now = now
        }
    }

    package var surroundings: Surroundings
    /// Nothing is contacted: what is not in the cache is missing.
    package var isOffline: Bool
    /// What references must be, nil where they are followed wherever they lead.
    package var lock: Lockfile?

    package init(_ surroundings: Surroundings, isOffline: Bool = false, lock: Lockfile? = nil) {
        self.surroundings = surroundings
        self.isOffline = isOffline
        self.lock = lock
    }

    /// How long Tekton keeps what `cache: always` asks it to.
    private static let timeToLive: TimeInterval = 300

    // MARK: - Resolving

    /// Whether a reference leads to the manifests that were given, so that nothing is fetched.
    package static func isLocal(_ reference: ResolverReference) -> Bool { reference.resolver == "cluster" }

    /// What a reference of the `cluster` resolver leads to.
    /// - Parameters:
    ///   - reference: The reference.
    ///   - manifests: Where it is looked up.
    /// - Returns: The document.
    /// - Throws: What is wrong with the params, or that it is not there.
    package static func local(
        _ reference: ResolverReference,
        in manifests: ManifestSet
    ) throws(ResolverError) -> Resolution {
        if let problem = cacheProblem(of: reference) ?? ClusterResolver.problem(with: reference) {
            throw .failed(.invalidRequest(problem))
        }
        return try ClusterResolver.find(reference, in: manifests)
    }

    /// Brings what a reference leads to that is not local.
    /// - Parameter reference: The reference.
    /// - Returns: The document's bytes and where they come from.
    /// - Throws: `ResolverError`, or that the task was cancelled.
    package func bring(_ reference: ResolverReference) async throws -> ResolvedResource {
        let resolver = try resolver(for: reference)
        if let problem = Self.cacheProblem(of: reference) ?? resolver.problem(with: reference) {
            throw ResolverError.failed(.invalidRequest(problem))
        }
        if lock != nil { return try await locked(reference, through: resolver) }
        if let kept = surroundings.cache.resource(for: reference),
            isOffline || isFresh(reference, resolver)
        {
            return kept
        }
        guard !isOffline || resolver is GitResolver else {
            throw ResolverError.notCached(reference: reference.summary)
        }
        return try await fetch(reference, through: resolver, pinned: nil)
    }

    /// What the cache holds for a reference.
    package func kept(_ reference: ResolverReference) -> ResolvedResource? {
        surroundings.cache.resource(for: reference)
    }

    private func fetch(
        _ reference: ResolverReference,
        through resolver: any DocumentResolver,
        pinned: RefSource?
    ) async throws -> ResolvedResource {
        let resource = try await resolver.fetch(reference, pinned: pinned)
        if let problem = resource.problem() {
            let text = "resolved resource validation error: \(problem)"
            throw ResolverError.failed(.resource(resolver: type(of: resolver).name, text))
        }
        if pinned == nil { try surroundings.cache.keep(resource, for: reference, at: surroundings.now()) }
        return resource
    }

    // MARK: - The lock file

    private func locked(
        _ reference: ResolverReference,
        through resolver: any DocumentResolver
    ) async throws -> ResolvedResource {
        guard let entry = lock?[reference] else { throw ResolverError.notLocked(reference: reference.summary) }
        if let data = surroundings.cache.content(entry.contentDigest) {
            return ResolvedResource(data: data, source: entry.source)
        }
        guard !isOffline || resolver is GitResolver else {
            throw ResolverError.notCached(reference: reference.summary)
        }
        let resource = try await fetch(reference, through: resolver, pinned: entry.source)
        guard resource.contentDigest == entry.contentDigest else {
            throw ResolverError.differsFromLock(
                reference: reference.summary,
                locked: entry.contentDigest,
                found: resource.contentDigest
            )
        }
        try surroundings.cache.keep(resource, for: reference, at: surroundings.now())
        return resource
    }

    // MARK: - The cache

    private static func cacheProblem(of reference: ResolverReference) -> String? {
        guard let mode = reference["cache"], !["", "always", "never", "auto"].contains(mode) else { return nil }
        return "invalid cache mode '\(mode)', must be one of: [always never auto] (or empty for default)"
    }

    /// Whether what was fetched before still counts, as Tekton's own cache would have it.
    private func isFresh(_ reference: ResolverReference, _ resolver: any DocumentResolver) -> Bool {
        switch reference["cache"] ?? "" {
        case "never": return false
        case "always" where resolver is GitResolver || resolver is BundleResolver:
            let fetchedAt = surroundings.cache.entry(for: reference)?.fetchedAt ?? .distantPast
            return surroundings.now().timeIntervalSince(fetchedAt) < Self.timeToLive
                || resolver.isImmutable(reference)
        default: return resolver.isImmutable(reference)
        }
    }

    // MARK: - Resolvers

    private func resolver(for reference: ResolverReference) throws(ResolverError) -> any DocumentResolver {
        let web = surroundings.web
        switch reference.resolver {
        case "git":
            guard !GitResolver.usesAPI(reference) else {
                throw .notCarriedOut(
                    "the API of a git hosting service (param 'repo' of the git resolver) is not spoken; "
                        + "name the repository with 'url'"
                )
            }
            var mirrors = surroundings.mirrors
            mirrors.isOffline = isOffline
            return GitResolver(mirrors: mirrors, access: surroundings.git, secret: surroundings.secret)
        case "http": return HTTPResolver(web: web, secret: surroundings.secret)
        case "hub": return HubResolver(web: web, addresses: surroundings.hubs)
        case "bundles":
            return BundleResolver(web: web, credentials: surroundings.credentials, secret: surroundings.secret)
        default:
            throw .notCarriedOut(
                "there is no resolver '\(reference.resolver)' here: bundles, cluster, git, http and hub are"
            )
        }
    }
}
