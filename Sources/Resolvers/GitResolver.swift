import Foundation
import Git
import Manifests
import SystemPackage

/// A document in a git repository.
///
/// [Tekton: Git Resolver](https://tekton.dev/docs/pipelines/git-resolver/)
struct GitResolver: DocumentResolver {
    static let name = "Git"
    /// What Tekton is installed with (`git-resolver-config`).
    static let defaultURL = "https://github.com/tektoncd/catalog.git"
    static let defaultRevision = "main"

    let mirrors: MirrorCache
    let access: RemoteAccess
    let secret: SecretLookup

    /// A commit cannot change.
    func isImmutable(_ reference: ResolverReference) -> Bool {
        let revision = reference["revision"] ?? ""
        return [40, 64].contains(revision.utf8.count) && revision.allSatisfy(\.isHexDigit)
    }

    /// Whether it is to be asked for through the API of a git hosting service, which is not spoken here.
    static func usesAPI(_ reference: ResolverReference) -> Bool { !(reference["repo"] ?? "").isEmpty }

    // MARK: - Params

    func problem(with reference: ResolverReference) -> String? {
        if let key = reference["configKey"], key != "default" {
            return "no git resolver configuration found for configKey \(key)"
        }
        if !(reference["url"] ?? "").isEmpty, !(reference["repo"] ?? "").isEmpty {
            return "cannot specify both 'url' and 'repo'"
        }
        if !(reference["repo"] ?? "").isEmpty, reference["org"] == nil {
            return "'org' is required when 'repo' is specified"
        }
        guard let path = reference["pathInRepo"] else { return "missing required git resolver params: pathInRepo" }
        let revision = revision(of: reference)
        if revision.hasPrefix("-") { return "invalid revision \"\(revision)\": must not begin with '-'" }
        let url = url(of: reference)
        if reference["repo"] ?? "" == "", reference["org"] ?? "" == "", !Self.isURL(url) {
            return "invalid git repository url: \(url)"
        }
        let trimmed = String(path.drop { $0 == "/" })
        if trimmed.split(separator: "/").contains("..") {
            return "invalid path \"\(trimmed)\": must not contain '..' components"
        }
        return nil
    }

    private func url(of reference: ResolverReference) -> String {
        let url = reference["url"] ?? ""
        return url.isEmpty ? Self.defaultURL : url
    }

    private func revision(of reference: ResolverReference) -> String { reference["revision"] ?? Self.defaultRevision }

    /// A git, http or ssh address, or `user@host:path`: no path of a machine.
    private static func isURL(_ text: String) -> Bool {
        if text.prefixMatch(of: /(git|ssh|ftps?|https?):\/\//) != nil { return true }
        return text.prefixMatch(of: /[^@]+@[^:]+/) != nil
    }

    // MARK: - Fetching

    func fetch(_ reference: ResolverReference, pinned: RefSource?) async throws -> ResolvedResource {
        let revision = revision(of: reference)
        guard !revision.isEmpty else {
            throw failure("default Git Revision was not set during installation of the git resolver")
        }
        let url = url(of: reference)
        let path = String((reference["pathInRepo"] ?? "").drop { $0 == "/" })
        let asked = pinned?.digest["sha1"] ?? revision
        let file = SingleFile(
            url: RemoteURL(try withToken(url, of: reference)),
            revision: asked,
            path: path,
            access: access,
            mirrors: mirrors
        )
        let found: SingleFile.Found
        do throws(SingleFile.Problem) {
            found = try await file.fetch()
        } catch {
            throw translate(error, reference, url: url, revision: asked, path: path)
        }
        return ResolvedResource(
            data: found.content,
            source: RefSource(uri: "git+" + url, digest: ["sha1": found.commit], entryPoint: path)
        )
    }

    /// The address with the token of `gitToken`, which servers take as the password of `git`.
    private func withToken(_ url: String, of reference: ResolverReference) throws(ResolverError) -> String {
        guard let name = reference["gitToken"], !name.isEmpty, let mark = url.firstRange(of: "://"),
            url.hasPrefix("http")
        else { return url }
        let written = reference["gitTokenKey"] ?? ""
        let key = written.isEmpty ? "token" : written
        switch SecretValue.find(name: name, key: key, namespace: reference.namespace, in: secret) {
        case .failure(let problem): throw failure(problem.text)
        case .success(let token):
            let escaped = token.map { "%" + ($0 < 0x10 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
            return "\(url[..<mark.upperBound])git:\(escaped)@\(url[mark.upperBound...])"
        }
    }

    private func translate(
        _ problem: SingleFile.Problem,
        _ reference: ResolverReference,
        url: String,
        revision: String,
        path: String
    ) -> any Error {
        switch problem {
        case .missing: failure("error opening file \"\(path)\": file does not exist")
        case .isFolder: failure("error opening file \"\(path)\": read \(path): is a directory")
        case .leavesRepository:
            failure(
                "error opening file \"\(path)\": path \"\(path)\" attempts to escape the repository directory "
                    + "(possible path traversal attack)"
            )
        case .git(let error): translate(error, reference, url: url, revision: revision)
        }
    }

    private func translate(
        _ error: GitError,
        _ reference: ResolverReference,
        url: String,
        revision: String
    ) -> any Error {
        switch error {
        case .cancelled: CancellationError()
        case .notMirrored: ResolverError.notCached(reference: reference.summary)
        case .revisionNotFound:
            failure("git fetch error: fatal: couldn't find remote ref \(revision): exit status 128")
        case .repositoryNotFound:
            failure(
                "error resolving repository: git clone error: fatal: repository '\(url)/' not found: exit status 128"
            )
        case .authenticationRequired, .credentialsRefused:
            failure("error resolving repository: clone error: authentication required")
        case .unreachable(_, let message): unreachable(url, message)
        case .nameNotResolved(let host, _): unreachable(url, "no machine is known by the name \(host)")
        case .timedOut(let place, let seconds): unreachable(url, "\(place) did not answer within \(seconds) s")
        case .proxyFailed(let proxy, let message): unreachable(url, "the proxy \(proxy): \(message)")
        case .certificateNotTrusted(_, let message): unreachable(url, "its certificate is not trusted: \(message)")
        case .certificatesUnusable(_, let message): unreachable(url, "the certificates cannot be read: \(message)")
        case .programMissing(let name, _): unreachable(url, "there is no program \(name) in PATH")
        case .malformedAddress, .unsupportedTransport, .unsupportedSetting, .keyRefused, .hostKeyUnknown,
            .hostKeyChanged,
            .destinationInUse, .failed:
            failure("error resolving repository: \(error)")
        }
    }

    private func unreachable(_ url: String, _ cause: String) -> ResolverError {
        .unreachable(place: RemoteURL(url).masked, cause: cause)
    }
}
