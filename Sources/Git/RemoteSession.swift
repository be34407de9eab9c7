import CGit2
import Foundation

/// A ref or commit of a remote, found and downloaded.
struct FetchedRevision {
    enum Source {
        /// The remote's `HEAD`.
        case head
        /// A full name like `refs/heads/main`.
        case reference(String)
        /// A commit asked for by its 40 digits.
        case commit
    }

    /// What the remote has under that name: a commit, or an annotated tag.
    var id: git_oid
    var source: Source
    /// How many objects the download brought.
    var objectCount = 0
}

/// A conversation with one remote, for one fetch.
struct RemoteSession {
    let url: RemoteURL
    let cancellation: Cancellation
    private let conversation: Conversation

    /// - Parameters:
    ///   - url: As it was asked for; what the home's configuration makes of it is seen to here.
    ///   - access: The home and the environment that git would have.
    ///   - verifiesCertificates: What the repository's own `http.sslVerify` says.
    ///   - cancellation: Ends it.
    init(
        url: RemoteURL,
        access: RemoteAccess = RemoteAccess(),
        verifiesCertificates: Bool,
        cancellation: Cancellation
    ) {
        self.url = url
        self.cancellation = cancellation
        conversation = Conversation(
            url: url,
            access: access,
            verifiesCertificates: verifiesCertificates,
            cancellation: cancellation
        )
    }

    /// Brings a revision and all that it is made of into a repository, without touching its refs.
    func fetch(_ revision: String, into repository: OpaquePointer) throws(GitError) -> FetchedRevision {
        try requireTransport()
        let remote: Handle
        let offered: [(name: String, id: git_oid)]
        do throws(LibraryError) {
            let address = addressForLibrary
            remote = try Handle(freedBy: git_remote_free) { git_remote_create_anonymous($0, repository, address) }
            try connect(remote)
            offered = try list(remote)
        } catch {
            throw connectionError(error)
        }
        guard var found = find(revision, in: offered) else {
            throw .revisionNotFound(revision: revision.isEmpty ? "HEAD" : revision, url: url.masked)
        }
        do throws(LibraryError) {
            try download(found, offered: offered, from: remote, into: repository)
        } catch {
            if cancellation.isCancelled { throw .cancelled }
            if case .commit = found.source, !contains(repository, found.id) {
                throw .revisionNotFound(revision: revision, url: url.masked)
            }
            throw connectionError(error)
        }
        if let statistics = git_remote_stats(remote.pointer) {
            found.objectCount = Int(statistics.pointee.total_objects)
        }
        git_remote_disconnect(remote.pointer)
        return found
    }

    /// Looks a revision up in the order in which `git fetch` does.
    private func find(_ revision: String, in offered: [(name: String, id: git_oid)]) -> FetchedRevision? {
        if let id = git_oid(text: revision) { return FetchedRevision(id: id, source: .commit) }
        let revision = revision.isEmpty ? "HEAD" : revision
        for prefix in ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"] {
            guard let match = offered.first(where: { $0.name == prefix + revision }) else { continue }
            return FetchedRevision(id: match.id, source: match.name == "HEAD" ? .head : .reference(match.name))
        }
        return nil
    }

    private func download(
        _ found: FetchedRevision,
        offered: [(name: String, id: git_oid)],
        from remote: Handle,
        into repository: OpaquePointer
    ) throws(LibraryError) {
        switch found.source {
        case .head: return try download(["HEAD"], from: remote)
        case .reference(let name): return try download([name], from: remote)
        case .commit: break
        }
        if let tip = offered.first(where: { $0.id.text == found.id.text && !$0.name.hasSuffix("^{}") }) {
            return try download([tip.name], from: remote)
        }
        do throws(LibraryError) {
            try download([found.id.text], from: remote)
            if contains(repository, found.id) { return }
        } catch {
            // Not every server hands out a commit by its digits alone; it may still be part of a branch or tag.
            guard !cancellation.isCancelled else { throw error }
        }
        git_remote_disconnect(remote.pointer)
        try connect(remote)
        try download(offered.map(\.name).filter { $0.hasPrefix("refs/") && !$0.hasSuffix("^{}") }, from: remote)
        guard contains(repository, found.id) else {
            throw LibraryError(code: GIT_ENOTFOUND.rawValue, category: 0, message: "no such commit")
        }
    }

    // MARK: - Calls

    private func connect(_ remote: Handle) throws(LibraryError) { try conversation.connect(remote) }

    private func list(_ remote: Handle) throws(LibraryError) -> [(name: String, id: git_oid)] {
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try check(git_remote_ls(&heads, &count, remote.pointer))
        return UnsafeBufferPointer(start: heads, count: count).compactMap { head in
            head.map { (String(cString: $0.pointee.name), $0.pointee.oid) }
        }
    }

    private func download(_ sources: [String], from remote: Handle) throws(LibraryError) {
        try conversation.download(sources, from: remote)
    }

    private func contains(_ repository: OpaquePointer, _ id: git_oid) -> Bool {
        var id = id
        guard let objects = try? Handle(freedBy: git_odb_free, { git_repository_odb($0, repository) }) else {
            // Without its object database a repository has no objects.
            return false
        }
        return git_odb_refresh(objects.pointer) == 0 && git_odb_exists(objects.pointer, &id) == 1
    }

    // MARK: - Addresses and errors

    private func requireTransport() throws(GitError) {
        switch url.transport {
        case .http, .https, .git, .ssh: return
        case .local:
            guard access(addressForLibrary, F_OK) != 0 else { return }
            throw .repositoryNotFound(url: url.masked, message: String(cString: strerror(errno)))
        case .other(let scheme): throw .unsupportedTransport(url: url.masked, scheme: scheme)
        }
    }

    private var addressForLibrary: String {
        guard case .local(let path) = url.transport else { return url.text }
        return Conversation.repository(path)
    }

    private func connectionError(_ error: LibraryError) -> GitError { conversation.error(error) }
}

/// What a progress callback returns: not zero stops the call.
func answer(_ payload: UnsafeMutableRawPointer?) -> Int32 {
    guard let payload else { return 0 }
    return Unmanaged<Cancellation>.fromOpaque(payload).takeUnretainedValue().isCancelled ? -1 : 0
}
