package import SystemPackage

/// Why work with a repository failed; addresses in it carry no credentials.
package enum GitError: Error, Sendable, Equatable {
    /// The address is of a kind that is not spoken here; `scheme` names it (`ssh`).
    case unsupportedTransport(url: String, scheme: String)
    /// No answer, or one that is not git's.
    case unreachable(url: String, message: String)
    /// The server, or this machine, has no such repository.
    case repositoryNotFound(url: String, message: String)
    case authenticationRequired(url: String, message: String)
    case revisionNotFound(revision: String, url: String)
    /// Nothing may be fetched, and the cache has nothing of the repository, or not that revision of it.
    case notMirrored(revision: String?, url: String)
    /// A repository is already there.
    case destinationInUse(FilePath)
    /// Anything else: what was being done, to which repository or path, and libgit2's words.
    case failed(action: String, subject: String, message: String)
    case cancelled
}

extension GitError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unsupportedTransport(let url, let scheme):
            "cannot clone \(url): \(scheme) is not supported; use http, https, git or a path"
        case .unreachable(let url, let message):
            "cannot reach \(url) (\(message)); is the address right, and does the server answer?"
        case .repositoryNotFound(let url, let message):
            "there is no repository at \(url) (\(message)); look at the address for a mistake"
        case .authenticationRequired(let url, let message):
            "\(url) asks for a user and a password (\(message)); is the repository private, or its name misspelt?"
        case .revisionNotFound(let revision, let url):
            "could not find remote ref \(revision) in \(url); is it a branch, a tag or a full commit there?"
        case .notMirrored(let revision?, let url):
            "\(revision) of \(url) is not in the cache of repositories; run once without --offline to fetch it"
        case .notMirrored(nil, let url):
            "\(url) is not in the cache of repositories; run once without --offline to fetch it"
        case .destinationInUse(let path):
            "there already is a repository in \(path) with a remote 'origin'; remove it first (deleteExisting)"
        case .failed(let action, let subject, let message):
            "\(action) \(subject) failed: \(message)"
        case .cancelled:
            "the clone was cancelled"
        }
    }
}
