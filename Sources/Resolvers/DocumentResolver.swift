package import Manifests

/// One way to a document that is somewhere else.
protocol DocumentResolver: Sendable {
    /// What the resolver calls itself in Tekton's messages.
    static var name: String { get }

    /// What is wrong with the params, in Tekton's words; nil if nothing is.
    func problem(with reference: ResolverReference) -> String?

    /// Whether the params name something that cannot change.
    func isImmutable(_ reference: ResolverReference) -> Bool

    /// Fetches the document.
    /// - Parameters:
    ///   - reference: What is asked for; nothing is wrong with its params.
    ///   - pinned: Where the lock file says that it comes from, nil to follow the reference.
    /// - Returns: The document.
    /// - Throws: `ResolverError`, or that the task was cancelled.
    func fetch(_ reference: ResolverReference, pinned: RefSource?) async throws -> ResolvedResource
}

extension DocumentResolver {
    /// A failure that a cluster would have too.
    func failure(_ text: String) -> ResolverError { .failed(.resource(resolver: Self.name, text)) }

    /// What a server that gives no answer comes to.
    /// - Parameters:
    ///   - error: What was thrown on the way to it.
    ///   - prefix: What Tekton says in front of a failure.
    /// - Returns: An error of this module, or a cancellation.
    func translate(_ error: any Error, prefix: String) -> any Error {
        switch error {
        case WebError.unreachable(let host, let cause): ResolverError.unreachable(place: host, cause: cause)
        case WebError.malformed(let text): failure(prefix + text)
        default: error
        }
    }
}

/// The value of a Secret's key, by namespace, Secret and key.
package typealias SecretLookup = @Sendable (_ namespace: String, _ name: String) -> KeyedData?
