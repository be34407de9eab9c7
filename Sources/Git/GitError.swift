package import SystemPackage

/// Why work with a repository failed; addresses in it carry no credentials.
package enum GitError: Error, Sendable, Equatable {
    /// The address cannot be one.
    case malformedAddress(url: String, reason: String)
    /// The address is of a kind that is not spoken here; `scheme` names it (`ftp`).
    case unsupportedTransport(url: String, scheme: String)
    /// The step's home asks for something that is not carried out here; the text names it.
    case unsupportedSetting(url: String, String)
    /// A program of this machine that is needed is not there.
    case programMissing(name: String, url: String)
    /// No answer, or one that is not git's.
    case unreachable(url: String, message: String)
    case nameNotResolved(host: String, message: String)
    /// No connection within the time that there is for one.
    case timedOut(place: String, seconds: Int)
    /// The proxy did not do its part.
    case proxyFailed(proxy: String, message: String)
    /// The server, or this machine, has no such repository.
    case repositoryNotFound(url: String, message: String)
    /// The server asks for credentials, and there are none for it.
    case authenticationRequired(url: String, message: String)
    /// The server does not take the user and the password that there are.
    case credentialsRefused(url: String, message: String)
    /// The ssh server takes none of the keys that there are.
    case keyRefused(url: String, message: String)
    /// The ssh server's key is not among the known ones.
    case hostKeyUnknown(host: String, message: String)
    /// The ssh server has another key than the known one.
    case hostKeyChanged(host: String, message: String)
    case certificateNotTrusted(host: String, message: String)
    /// The file or folder with trusted authorities cannot be used.
    case certificatesUnusable(path: FilePath?, message: String)
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
        case .malformedAddress(let url, let reason):
            (url.isEmpty ? "the address of the repository is empty" : "\(url) is no address of a repository: \(reason)")
                + "; use https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH or file:///PATH"
        case .unsupportedTransport(let url, let scheme):
            "cannot clone \(url): \(scheme) is not supported; use ssh, https, http, git or a path"
        case .unsupportedSetting(let url, let setting):
            "cannot clone \(url) here: \(setting); let the Task's own image clone, or take the setting out"
        case .programMissing(let name, let url):
            "cannot clone \(url): there is no program \(name) in PATH; install it (Debian: openssh-client)"
        case .unreachable(let url, let message):
            "cannot reach \(url) (\(message)); is the address right, and does the server answer?"
        case .nameNotResolved(let host, let message):
            "there is no host named \(host) (\(message)); look at the address for a mistake, and at the network"
        case .timedOut(let place, let seconds):
            "\(place) did not answer within \(seconds) s; is the address right, and does a firewall or proxy matter?"
        case .proxyFailed(let proxy, let message):
            "the proxy \(proxy) does not help (\(message)); is its address right, or does noProxy have to name the host?"
        case .repositoryNotFound(let url, let message):
            "there is no repository at \(url) (\(message)); look at the address for a mistake"
        case .authenticationRequired(let url, let message):
            "\(url) asks for a user and a password (\(message)); is the repository private, or its name misspelt?"
        case .credentialsRefused(let url, let message):
            "\(url) does not take the user and the password (\(message)); are they right, and may that user read it?"
        case .keyRefused(let url, let message):
            "\(url) takes none of the ssh keys (\(message)); is the key in .ssh, and does the server know it?"
        case .hostKeyUnknown(let host, let message):
            "the ssh server \(host) is not known (\(message)); add the output of ssh-keyscan to known_hosts"
        case .hostKeyChanged(let host, let message):
            "the ssh server \(host) has another key than known_hosts says (\(message)); "
                + "if it really was changed, put the new one there (ssh-keyscan)"
        case .certificateNotTrusted(let host, let message):
            "the certificate of \(host) is not trusted (\(message)); name the authority (ssl-ca-directory), "
                + "or turn the check off (sslVerify)"
        case .certificatesUnusable(let path, let message):
            "cannot use the certificates in \(path?.string ?? "this machine's store") (\(message)); "
                + "is it a file in PEM format?"
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
