package import Manifests

/// Why a reference was not resolved.
package enum ResolverError: Error, Sendable, Equatable {
    /// A cluster would find the same, and fail the run.
    case failed(ResolutionFailure)
    /// Nobody answers where it should come from.
    case unreachable(place: String, cause: String)
    /// The registry limits how much is pulled.
    case rateLimited(place: String)
    /// Nothing may be fetched, and it is not in the cache.
    case notCached(reference: String)
    /// The lock file says nothing about it.
    case notLocked(reference: String)
    /// It is not what the lock file says.
    case differsFromLock(reference: String, locked: String, found: String)
    /// A resolver, or a way of using one, that is not carried out here.
    case notCarriedOut(String)
    /// The cache cannot be written.
    case notKept(path: String, cause: String)
}

extension ResolverError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .failed(.invalidRequest(let text)), .failed(.resource(_, let text)), .failed(.unusable(let text)),
            .failed(.refused(_, let text)):
            text
        case .unreachable(let place, let cause):
            "cannot reach \(place) (\(cause)); is the address right, and is there a network?"
        case .rateLimited(let place):
            "\(place) limits how much is pulled; wait, or log in with docker login"
        case .notCached(let reference):
            "\(reference) is not in the cache of references; run drydock refs fetch once while online"
        case .notLocked(let reference):
            "\(reference) is not in drydock.lock; run drydock refs lock"
        case .differsFromLock(let reference, let locked, let found):
            "\(reference) is \(found), and drydock.lock says \(locked); if it may change, run drydock refs lock"
        case .notCarriedOut(let text): text
        case .notKept(let path, let cause): "cannot write \(path): \(cause)"
        }
    }
}
