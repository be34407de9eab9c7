import CGit2
import SystemPackage

/// Brings what a fetch, or a clone, of a remote brings into a repository that is empty so far.
struct Filling {
    let repository: Handle
    let url: RemoteURL
    let remotes: Remotes

    /// What came, and what was written down about it.
    struct Result {
        /// What `FETCH_HEAD` begins with, or a commit that was asked for.
        var head: ObjectID
        var boundary: Set<ObjectID>
        var objectCount: Int
    }

    /// The repository's own folder.
    var folder: FilePath { FilePath(String(cString: git_repository_path(repository.pointer))) }

    // MARK: - git fetch

    /// Does what `git fetch` does.
    /// - Parameters:
    ///   - refspecs: What is fetched.
    ///   - configured: What the remote is set up with.
    ///   - depth: How many commits deep; 0 for all.
    ///   - command: What the logs of refs say.
    /// - Returns: What came.
    /// - Throws: That something is not there, or cannot be brought.
    func fetch(
        _ refspecs: [Refspec],
        configured: [Refspec],
        depth: Int,
        command: String
    ) throws(GitError) -> Result {
        let (plan, selection) = try remotes.withSupply(of: url, folder: folder) {
            supply throws(Remotes.Failure) -> (FetchPlan, ObjectSelection) in
            var plan = try remotes.plan(refspecs, configured: configured, offered: supply.refs, by: url)
            try supply.bring(plan.entries, tags: plan.followsTags)
            var selection = ObjectSelection(
                supply.repository,
                grafts: supply.grafts,
                cancellation: remotes.cancellation
            )
            do throws(LibraryError) {
                try selection.add(Portion(tips: plan.entries.map(\.id), depth: depth))
                if plan.followsTags {
                    let objects = selection.objects
                    let missing = supply.repository.missing(supply.refs.tags.map(\.id))
                    let tags = supply.refs.tags.filter { !missing.contains($0.id) }
                    let followed = plan.follow(tags) { objects.contains($0) }
                    for tag in followed { try selection.addTag(tag.id) }
                }
                try copy(selection, from: supply)
            } catch {
                throw .unreadable(error)
            }
            return (plan, selection)
        }
        do throws(LibraryError) {
            try writeShallow(selection.boundary)
            for entry in plan.entries {
                guard let name = entry.destination else { continue }
                try makeReference(name, entry.id, message: "\(command): \(entry.action)")
            }
            let text = plan.fetchHead(address: url.nameInFetchHead) { isCommit($0) }
            try write(text, to: folder.appending("FETCH_HEAD"))
        } catch {
            throw remotes.failure(error, "writing the refs of", folder.string, url)
        }
        return Result(
            head: plan.entries.first?.id ?? .zero,
            boundary: selection.boundary,
            objectCount: selection.objects.count
        )
    }

    // MARK: - git clone

    /// Does what `git clone --no-checkout` does, and fetches a commit that does not come with it.
    /// - Parameters:
    ///   - commit: The commit that is needed.
    ///   - depth: How many commits deep the clone is, of the remote's `HEAD` alone; 0 for all, of every branch and tag.
    ///   - fetchDepth: How many commits deep the commit is fetched.
    /// - Returns: What came.
    /// - Throws: That something is not there, or cannot be brought.
    func clone(needing commit: ObjectID, depth: Int, fetchDepth: Int) throws(GitError) -> Result {
        let (refs, fetched, selection) = try remotes.withSupply(of: url, folder: folder) {
            supply throws(Remotes.Failure) -> (RemoteRefs, Bool, ObjectSelection) in
            var refs = supply.refs.cloned(isSingleBranch: depth > 0)
            try supply.bring(refs.wanted, tags: true)
            var selection = ObjectSelection(
                supply.repository,
                grafts: supply.grafts,
                cancellation: remotes.cancellation
            )
            do throws(LibraryError) { try selection.add(Portion(tips: refs.all.map(\.id), depth: depth)) } catch {
                throw .unreadable(error)
            }
            let isFetched = !selection.commits.contains(commit)
            if isFetched { try supply.bring([FetchPlan.Entry(commit)], tags: false) }
            do throws(LibraryError) {
                if depth > 0 {
                    let tags = supply.refs.tags.filter { selection.objects.contains($0.peeled ?? $0.id) }
                    for tag in tags { try selection.addTag(tag.id) }
                    refs.add(tags)
                }
                if isFetched { try selection.add(Portion(tips: [commit], depth: fetchDepth)) }
                try copy(selection, from: supply)
            } catch {
                throw .unreadable(error)
            }
            return (refs, isFetched, selection)
        }
        do throws(LibraryError) {
            try writeShallow(selection.boundary)
            try writeClone(refs, isSingleBranch: depth > 0)
            if fetched {
                let line = "\(commit.text)\t\t'\(commit.text)' of \(url.nameInFetchHead)\n"
                try write(line, to: folder.appending("FETCH_HEAD"))
            }
        } catch {
            throw remotes.failure(error, "writing the refs of", folder.string, url)
        }
        return Result(head: commit, boundary: selection.boundary, objectCount: selection.objects.count)
    }

    /// Writes down the refs of a clone, and its `HEAD`.
    private func writeClone(_ refs: RemoteRefs, isSingleBranch: Bool) throws(LibraryError) {
        let message = "clone: from \(url.anonymous)"
        let kept = refs.refs.map { ref in
            var ref = ref
            if let branch = ref.branch { ref.name = "refs/remotes/origin/\(branch)" }
            return ref
        }
        if !kept.isEmpty {
            try write(PackedRefs.text(RemoteRefs(refs: kept).refs), to: folder.appending("packed-refs"))
        }
        let configuration = try repository.configuration()
        let branch = refs.headBranch?.branch
        if isSingleBranch {
            if let branch {
                let refspec = "+refs/heads/\(branch):refs/remotes/origin/\(branch)"
                try check(git_config_set_string(configuration.pointer, "remote.origin.fetch", refspec))
            } else {
                try check(git_config_delete_entry(configuration.pointer, "remote.origin.fetch"))
            }
        }
        guard let head = refs.head else { return }
        guard let branch else {
            try write(head.text + "\n", to: folder.appending("HEAD"))
            return try repository.log("HEAD", head, message)
        }
        try write("ref: refs/heads/\(branch)\n", to: folder.appending("HEAD"))
        try makeReference("refs/heads/\(branch)", head, message: message)
        // Freed at once.
        _ = try Handle(freedBy: git_reference_free) { [pointer = repository.pointer] in
            git_reference_symbolic_create(
                $0,
                pointer,
                "refs/remotes/origin/HEAD",
                "refs/remotes/origin/\(branch)",
                1,
                message
            )
        }
        try repository.log("refs/remotes/origin/HEAD", head, message)
        try check(git_config_set_string(configuration.pointer, "branch.\(branch).remote", "origin"))
        try check(git_config_set_string(configuration.pointer, "branch.\(branch).merge", "refs/heads/\(branch)"))
    }

    // MARK: - Objects and refs

    private func copy(_ selection: ObjectSelection, from supply: any Supply) throws(LibraryError) {
        try PackCopy.copy(
            selection.objects,
            from: supply.repository,
            to: folder.appending("objects").appending("pack"),
            cancellation: remotes.cancellation
        )
    }

    private func writeShallow(_ boundary: Set<ObjectID>) throws(LibraryError) {
        guard !boundary.isEmpty else { return }
        try write(boundary.sorted().map { $0.text + "\n" }.joined(), to: folder.appending("shallow"))
    }

    private func makeReference(_ name: String, _ id: ObjectID, message: String) throws(LibraryError) {
        var id = id.oid
        // Freed at once.
        _ = try Handle(freedBy: git_reference_free) { [pointer = repository.pointer] in
            git_reference_create($0, pointer, name, &id, 1, message)
        }
    }

    private func isCommit(_ id: ObjectID) -> Bool {
        let history = History(repository: repository.pointer)
        do throws(LibraryError) {
            _ = try history.commit(of: id.oid)
            return true
        } catch {
            return false
        }
    }
}

extension RemoteRef {
    /// Its name without `refs/heads/`; nil if it is no branch.
    fileprivate var branch: String? {
        name.hasPrefix("refs/heads/") ? String(name.dropFirst("refs/heads/".count)) : nil
    }
}

extension RemoteRefs {
    /// The refs that a clone takes: all branches and tags, or the branch of `HEAD` alone.
    fileprivate func cloned(isSingleBranch: Bool) -> RemoteRefs {
        let refs = isSingleBranch ? headBranch.map { [$0] } ?? [] : refs.filter { $0.branch != nil } + tags
        let branch = headBranch
        // A branch that is not there leaves HEAD with nothing.
        let head = headTarget == nil || branch != nil ? head : nil
        return RemoteRefs(refs: refs, head: head, headTarget: branch?.name)
    }

    fileprivate var wanted: [FetchPlan.Entry] {
        all.map { FetchPlan.Entry($0, destination: nil, mark: .merge) }
    }

    fileprivate mutating func add(_ tags: [RemoteRef]) {
        self = RemoteRefs(refs: refs + tags, head: head, headTarget: headTarget)
    }
}

extension Handle {
    /// The configuration of the repository that this is.
    func configuration() throws(LibraryError) -> Handle {
        try Handle(freedBy: git_config_free) { [pointer] in git_repository_config($0, pointer) }
    }

    /// Adds a line to the log of a ref of the repository that this is.
    func log(_ name: String, _ id: ObjectID, _ message: String) throws(LibraryError) {
        var id = id.oid
        let log = try Handle(freedBy: git_reflog_free) { [pointer] in git_reflog_read($0, pointer, name) }
        var user: UnsafeMutablePointer<git_signature>?
        try check(git_signature_now(&user, Clone.identity.name, Clone.identity.email))
        defer { git_signature_free(user) }
        try check(git_reflog_append(log.pointer, &id, user, message))
        try check(git_reflog_write(log.pointer))
    }
}
