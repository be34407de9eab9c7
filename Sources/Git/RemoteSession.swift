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
    let verifiesCertificates: Bool
    let cancellation: Cancellation

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

    private func connect(_ remote: Handle) throws(LibraryError) {
        var callbacks = callbacks()
        var proxy = git_proxy_options()
        git_proxy_options_init(&proxy, UInt32(GIT_PROXY_OPTIONS_VERSION))
        proxy.type = GIT_PROXY_AUTO
        try check(git_remote_connect(remote.pointer, GIT_DIRECTION_FETCH, &callbacks, &proxy, nil))
    }

    private func list(_ remote: Handle) throws(LibraryError) -> [(name: String, id: git_oid)] {
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try check(git_remote_ls(&heads, &count, remote.pointer))
        return UnsafeBufferPointer(start: heads, count: count).compactMap { head in
            head.map { (String(cString: $0.pointee.name), $0.pointee.oid) }
        }
    }

    private func download(_ sources: [String], from remote: Handle) throws(LibraryError) {
        var options = git_fetch_options()
        git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
        options.callbacks = callbacks()
        options.update_fetchhead = 0
        options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        options.proxy_opts.type = GIT_PROXY_AUTO
        let pointer = remote.pointer
        let code = withStringArray(sources) { git_remote_download(pointer, $0, &options) }
        try check(code)
    }

    /// The callbacks borrow `cancellation`, which outlives every call made with them.
    private func callbacks() -> git_remote_callbacks {
        var callbacks = git_remote_callbacks()
        git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION))
        callbacks.payload = Unmanaged.passUnretained(cancellation).toOpaque()
        callbacks.transfer_progress = { _, payload in answer(payload) }
        callbacks.sideband_progress = { _, _, payload in answer(payload) }
        callbacks.pack_progress = { _, _, _, payload in answer(payload) }
        if !verifiesCertificates { callbacks.certificate_check = { _, _, _, _ in 0 } }
        return callbacks
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
        case .http, .https, .git: return
        case .local:
            guard access(addressForLibrary, F_OK) != 0 else { return }
            throw .repositoryNotFound(url: url.masked, message: String(cString: strerror(errno)))
        case .ssh: throw .unsupportedTransport(url: url.masked, scheme: "ssh")
        case .other(let scheme): throw .unsupportedTransport(url: url.masked, scheme: scheme)
        }
    }

    /// A path as git takes it, where `.git` may be left out.
    private var addressForLibrary: String {
        guard case .local(let path) = url.transport else { return url.text }
        let isThere = access(path, F_OK) == 0
        return isThere || access(path + ".git", F_OK) != 0 ? path : path + ".git"
    }

    private func connectionError(_ error: LibraryError) -> GitError {
        if cancellation.isCancelled { return .cancelled }
        let message = error.message.replacing(url.text, with: url.masked)
        if error.code == GIT_EAUTH.rawValue { return .authenticationRequired(url: url.masked, message: message) }
        let isMissing = error.code == GIT_ENOTFOUND.rawValue || message.hasSuffix("status code: 404")
        return isMissing
            ? .repositoryNotFound(url: url.masked, message: message)
            : .unreachable(url: url.masked, message: message)
    }
}

/// What a progress callback returns: not zero stops the call.
func answer(_ payload: UnsafeMutableRawPointer?) -> Int32 {
    guard let payload else { return 0 }
    return Unmanaged<Cancellation>.fromOpaque(payload).takeUnretainedValue().isCancelled ? -1 : 0
}
