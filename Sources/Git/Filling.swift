import CGit2
import SystemPackage

/// Fills an empty repository with one revision and checks it out.
struct Filling {
    var url: RemoteURL
    let access: RemoteAccess
    let depth: Int
    let verifiesCertificates: Bool
    let cancellation: Cancellation

    /// What traces the fetch leaves.
    enum Traces {
        /// Those of `git fetch` and `git checkout FETCH_HEAD`.
        case fetchHead
        /// Only a detached `HEAD`, as in a submodule.
        case head
    }

    func fill(
        _ repository: Handle,
        with revision: String,
        at path: FilePath,
        as traces: Traces
    ) throws(GitError) -> CloneResult {
        let folder = FilePath(String(cString: git_repository_path(repository.pointer)))
        let session = RemoteSession(
            url: url,
            access: access,
            verifiesCertificates: verifiesCertificates,
            cancellation: cancellation
        )
        let found: FetchedRevision
        var boundary: [git_oid] = []
        if depth > 0 {
            (found, boundary) = try fetchShallow(revision, from: session, into: folder)
        } else {
            found = try session.fetch(revision, into: repository.pointer)
        }
        do throws(LibraryError) {
            let history = History(repository: repository.pointer, cancellation: cancellation)
            let commit = try history.commit(of: found.id)
            if !boundary.isEmpty {
                try write(boundary.map { $0.text + "\n" }.sorted().joined(), to: folder.appending("shallow"))
            }
            let tracked = found.trackedBranch
            if traces == .fetchHead {
                let line = "\(found.id.text)\t\t\(found.description(of: revision))\(url.nameInFetchHead)\n"
                try write(line, to: folder.appending("FETCH_HEAD"))
                if let tracked { try track(tracked, commit, fetchedAs: revision, in: repository) }
            }
            try checkOut(commit, in: repository, detachedFrom: traces == .fetchHead ? "FETCH_HEAD" : commit.text)
            let isGrafted = boundary.contains { $0.text == commit.text }
            return CloneResult(
                commit: commit.text,
                commitShort: try Abbreviation.shorten(
                    commit,
                    packedObjects: found.objectCount,
                    in: repository.pointer
                ),
                committerDate: String(try history.facts(of: commit).committerSeconds),
                decorations: (isGrafted ? ["grafted"] : []) + ["HEAD"] + (tracked.map { ["origin/\($0)"] } ?? []),
                submodules: []
            )
        } catch {
            throw failure(error, "checking out \(revision.isEmpty ? "HEAD" : revision) in", path.string)
        }
    }

    // MARK: - Fetching

    /// Fetches into a repository beside the objects, and keeps of it only what is `depth` commits deep.
    ///
    /// Every version of libgit2 can do that, on every transport.
    private func fetchShallow(
        _ revision: String,
        from session: RemoteSession,
        into folder: FilePath
    ) throws(GitError) -> (FetchedRevision, boundary: [git_oid]) {
        let whole = folder.appending("drydock-fetch")
        defer { removeTree(whole) }
        let store = try makeStore(at: whole)
        var found = try session.fetch(revision, into: store.pointer)
        do throws(LibraryError) {
            let packs = folder.appending("objects").appending("pack").string
            let history = History(repository: store.pointer, cancellation: cancellation)
            let copied = try history.copy(found.id, depth: depth, to: packs)
            found.objectCount = copied.objectCount
            return (found, copied.boundary)
        } catch {
            throw failure(error, "keeping \(depth) commits of", url.masked)
        }
    }

    private func makeStore(at path: FilePath) throws(GitError) -> Handle {
        do throws(LibraryError) {
            let store = try Handle(freedBy: git_repository_free) { git_repository_init($0, path.string, 1) }
            let configuration = try Handle(freedBy: git_config_free) { [pointer = store.pointer] in
                git_repository_config($0, pointer)
            }
            // Packing is a copy here: looking for similar objects would take longer than it saves.
            try check(git_config_set_int32(configuration.pointer, "core.bigFileThreshold", 1))
            return store
        } catch {
            throw failure(error, "making a repository in", path.string)
        }
    }

    // MARK: - What is left behind

    private func track(
        _ branch: String,
        _ commit: git_oid,
        fetchedAs revision: String,
        in repository: Handle
    ) throws(LibraryError) {
        var commit = commit
        _ = try Handle(freedBy: git_reference_free) { [pointer = repository.pointer] in
            git_reference_create(
                $0,
                pointer,
                "refs/remotes/origin/\(branch)",
                &commit,
                1,
                "fetch origin \(revision): storing head"
            )
        }
    }

    private func checkOut(
        _ commit: git_oid,
        in repository: Handle,
        detachedFrom name: String
    ) throws(LibraryError) {
        var commit = commit
        let pointer = repository.pointer
        let object = try Handle(freedBy: git_object_free) {
            git_object_lookup($0, pointer, &commit, GIT_OBJECT_COMMIT)
        }
        var options = git_checkout_options()
        git_checkout_options_init(&options, UInt32(GIT_CHECKOUT_OPTIONS_VERSION))
        options.checkout_strategy = GIT_CHECKOUT_FORCE.rawValue
        options.notify_flags = GIT_CHECKOUT_NOTIFY_UPDATED.rawValue
        options.notify_cb = { _, _, _, _, _, payload in answer(payload) }
        options.notify_payload = Unmanaged.passUnretained(cancellation).toOpaque()
        try check(git_checkout_tree(pointer, object.pointer, &options))
        // The name is what `git status` says that HEAD was detached at.
        let detached = try Handle(freedBy: git_annotated_commit_free) {
            git_annotated_commit_from_revspec($0, pointer, name)
        }
        try check(git_repository_set_head_detached_from_annotated(pointer, detached.pointer))
    }

    private func write(_ text: String, to path: FilePath) throws(LibraryError) {
        do {
            let file = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .truncate],
                permissions: FilePermissions(rawValue: 0o644)
            )
            try file.closeAfter { _ = try file.writeAll(text.utf8) }
        } catch {
            throw LibraryError(code: GIT_ERROR.rawValue, category: 0, message: "cannot write \(path): \(error)")
        }
    }

    func failure(_ error: LibraryError, _ action: String, _ subject: String) -> GitError {
        if cancellation.isCancelled { return .cancelled }
        return .failed(
            action: action,
            subject: subject,
            message: error.message.replacing(url.text, with: url.masked)
        )
    }
}

extension FetchedRevision {
    /// The branch, if it is one: git keeps a remote-tracking branch for it.
    fileprivate var trackedBranch: String? {
        guard case .reference(let name) = source, name.hasPrefix("refs/heads/") else { return nil }
        return String(name.dropFirst("refs/heads/".count))
    }

    /// What `FETCH_HEAD` says about it before the address.
    fileprivate func description(of revision: String) -> String {
        switch source {
        case .head: return ""
        case .commit: return "'\(revision)' of "
        case .reference(let name):
            for (prefix, kind) in [
                ("refs/heads/", "branch"), ("refs/tags/", "tag"), ("refs/remotes/", "remote-tracking branch"),
            ] where name.hasPrefix(prefix) {
                return "\(kind) '\(name.dropFirst(prefix.count))' of "
            }
            return "'\(name)' of "
        }
    }
}
