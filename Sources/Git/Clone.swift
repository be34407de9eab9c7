import CGit2
import SystemPackage

/// One clone, submodules and all: a chain of blocking calls.
struct Clone {
    let request: CloneRequest
    let cancellation: Cancellation

    /// Who writes into the logs of refs.
    static let identity = (name: "drydock", email: "drydock@localhost")

    private var remotes: Remotes {
        Remotes(
            access: request.access,
            verifiesCertificates: request.verifiesCertificates,
            mirrors: request.mirrors,
            cancellation: cancellation
        )
    }

    func perform() throws(GitError) -> CloneResult {
        try Library.start()
        if let source = request.source {
            return try LocalClone(request: request, source: source, cancellation: cancellation).perform()
        }
        if let problem = request.url.problem {
            throw .malformedAddress(url: request.url.masked, reason: problem)
        }
        let refspecs = try refspecs()
        let repository = try makeRepository()
        let fetched = try Filling(repository: repository, url: request.url, remotes: remotes).fetch(
            refspecs,
            configured: keepsFetchRefspec ? [.allBranches] : [],
            depth: request.depth,
            command: fetchCommand
        )
        var result = try checkOut(fetched, in: repository)
        if request.includesSubmodules {
            let submodules = Submodules(url: request.url, depth: request.depth, remotes: remotes)
            result.submodules = try submodules.checkOut(
                in: repository,
                at: FilePath(String(cString: git_repository_workdir(repository.pointer))),
                paths: request.submodulePaths
            )
        }
        return result
    }

    // MARK: - What git-init is told

    private var keepsFetchRefspec: Bool { request.keepsFetchRefspec || request.depth == 0 }

    func refspecs() throws(GitError) -> [Refspec] {
        do throws(Refspec.Malformed) {
            guard request.refspec.isEmpty else { return try Refspec.list(request.refspec) }
            guard let refspec = Refspec(request.revision) else { throw Refspec.Malformed(text: request.revision) }
            return [refspec]
        } catch {
            throw .failed(
                action: "fetching from",
                subject: request.url.masked,
                message: "'\(error.text)' is no refspec: SOURCE:DESTINATION, each a name or with one *"
            )
        }
    }

    /// git-init's own command, which the logs of refs tell.
    private var fetchCommand: String {
        var words = ["fetch"]
        if request.includesSubmodules { words.append("--recurse-submodules=yes") }
        if request.depth > 0 { words.append("--depth=\(request.depth)") }
        words += ["origin", "--update-head-ok", "--force"]
        words.append(request.refspec.isEmpty ? revision : request.refspec)
        return words.joined(separator: " ")
    }

    private var revision: String { request.revision.isEmpty ? "HEAD" : request.revision }

    // MARK: - The repository

    func makeRepository() throws(GitError) -> Handle {
        let path = request.destination.string
        do throws(LibraryError) {
            let repository = try Handle(freedBy: git_repository_free) { git_repository_init($0, path, 0) }
            try check(git_repository_set_ident(repository.pointer, Self.identity.name, Self.identity.email))
            let configuration = try repository.configuration()
            if !request.sparsePaths.isEmpty {
                try check(git_config_set_bool(configuration.pointer, "core.sparsecheckout", 1))
                try write(sparseText, to: request.destination.appending(".git/info/sparse-checkout"))
            }
            let url = request.url.text
            // Freed at once: it is only written into the configuration.
            _ = try Handle(freedBy: git_remote_free) { [pointer = repository.pointer] in
                git_remote_create($0, pointer, "origin", url)
            }
            for setting in request.settings {
                try check(git_config_set_string(configuration.pointer, setting.key, setting.value))
            }
            if !keepsFetchRefspec { try check(git_config_delete_entry(configuration.pointer, "remote.origin.fetch")) }
            return repository
        } catch {
            throw error.code == GIT_EEXISTS.rawValue
                ? .destinationInUse(request.destination)
                : remotes.failure(error, "making the repository", path, request.url)
        }
    }

    /// The lines of `info/sparse-checkout`.
    private var sparseText: String { request.sparsePaths.map { $0 + "\n" }.joined() }

    var sparsePatterns: SparsePatterns? { request.sparsePaths.isEmpty ? nil : SparsePatterns(sparseText) }

    // MARK: - The checkout

    private func checkOut(_ fetched: Filling.Result, in repository: Handle) throws(GitError) -> CloneResult {
        do throws(LibraryError) {
            let history = History(repository: repository.pointer)
            let commit: git_oid
            let head: Checkout.Head
            if request.refspec.isEmpty {
                commit = try history.commit(of: fetched.head.oid)
                head = .detached(at: "FETCH_HEAD")
            } else {
                (commit, head) = try find(request.revision, in: repository, history)
            }
            let checkout = Checkout(repository: repository, cancellation: cancellation)
            try checkout.write(
                ObjectID(commit),
                patterns: sparsePatterns
            )
            // Without a revision, git-init first makes HEAD what the remote's is called here, which is not there.
            try checkout.setHead(head, ObjectID(commit), from: request.revision.isEmpty ? "(invalid)" : "master")
            return CloneResult(
                commit: commit.text,
                commitShort: try Abbreviation.shorten(
                    commit,
                    packedObjects: fetched.objectCount,
                    in: repository.pointer
                ),
                committerDate: String(try history.committerSeconds(of: commit)),
                decorations: try decorations(of: ObjectID(commit), head, fetched, in: repository),
                submodules: []
            )
        } catch {
            if error.code == GIT_ENOTFOUND.rawValue, !request.refspec.isEmpty, !cancellation.isCancelled {
                throw .revisionNotFound(
                    revision: "'\(request.revision)', after '\(request.refspec)' is fetched,",
                    url: request.url.masked
                )
            }
            throw remotes.failure(error, "checking out \(revision) in", request.destination.string, request.url)
        }
    }

    /// Looks a revision up as `git checkout` does: a branch is what `HEAD` then is.
    private func find(
        _ revision: String,
        in repository: Handle,
        _ history: History
    ) throws(LibraryError) -> (git_oid, Checkout.Head) {
        var id = git_oid()
        if git_reference_name_to_id(&id, repository.pointer, "refs/heads/\(revision)") == 0 {
            return (try history.commit(of: id), .branch(revision))
        }
        guard !revision.isEmpty else {
            throw LibraryError(code: GIT_ENOTFOUND.rawValue, category: 0, message: "no revision")
        }
        let object = try Handle(freedBy: git_object_free) { [pointer = repository.pointer] in
            git_revparse_single($0, pointer, revision)
        }
        return (try history.commit(of: git_object_id(object.pointer).pointee), .detached(at: revision))
    }

    /// The names that `git show --pretty=%D` prints.
    private func decorations(
        of commit: ObjectID,
        _ head: Checkout.Head,
        _ fetched: Filling.Result,
        in repository: Handle
    ) throws(LibraryError) -> [String] {
        var names = fetched.boundary.contains(commit) ? ["grafted"] : []
        var current: String?
        if case .branch(let branch) = head {
            names.append("HEAD -> \(branch)")
            current = "refs/heads/\(branch)"
        } else {
            names.append("HEAD")
        }
        let refs = try LocalSupply.refs(of: repository).refs
        for ref in refs.reversed() where (ref.peeled ?? ref.id) == commit && ref.name != current {
            for (prefix, label) in [("refs/heads/", ""), ("refs/remotes/", ""), ("refs/tags/", "tag: ")]
            where ref.name.hasPrefix(prefix) {
                names.append(label + ref.name.dropFirst(prefix.count))
            }
        }
        return names
    }
}
