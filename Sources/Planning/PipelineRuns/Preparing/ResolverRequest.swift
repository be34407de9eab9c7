package import Manifests

/// A reference that is to be found through a resolver, and what it should be.
package struct ResolverRequest: Sendable, Hashable {
    /// `Task` or `Pipeline`.
    package var kind: String
    package var reference: ResolverReference

    package init(kind: String, reference: ResolverReference) {
        self.kind = kind
        self.reference = reference
    }
}

/// What came of such a request.
package enum ResolverAnswer: Sendable {
    case resolution(Resolution)
    /// A document was found that must not be used, because it is not the one that was meant; the name, and why.
    case unverified(name: String, String)
}
