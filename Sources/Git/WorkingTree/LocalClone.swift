import CGit2
import SystemPackage

/// A clone that is fed from a repository of this machine's user instead of its remote: a chain of blocking calls.
///
/// What the remote would have under the revision is not looked up. The destination gets what a clone of the remote
/// would leave, with the state that was asked for as its commit:
/// - of files that differ from `HEAD` a commit is made in the destination, on top of `HEAD` and with the time of
///   `HEAD`, so that the same files make the same commit each time;
/// - `depth` counts that commit too.
///
/// In the user's repository nothing is written.
struct LocalClone {
    let request: CloneRequest
    let source: LocalSource
    let cancellation: Cancellation

    /// Commits that are copied without looking for similar objects: quick, and as large as their files.
    private static let deepestWithoutDeltas = 50

    /// - Returns: What is checked out.
    /// - Throws: What is missing in the user's repository, or cannot be done from it.
    func perform() throws(GitError) -> CloneResult {
        guard Library.isReady else {
            throw .failed(action: "starting", subject: "libgit2", message: "it does not start")
        }
        try refuseWhatIsNotDone()
        let repository = try Clone(request: request, cancellation: cancellation).makeRepository()
        do throws(LibraryError) {
            return try fill(repository)
        } catch {
            throw cancellation.isCancelled
                ? .cancelled : error.inUserRepository("cloning \(source.state.words) of", source.root)
        }
    }

    private func refuseWhatIsNotDone() throws(GitError) {
        for (what, isAsked) in [
            ("a sparse checkout", !request.sparsePaths.isEmpty), ("a refspec", !request.refspec.isEmpty),
        ] where isAsked {
            throw .failed(
                action: "cloning \(source.state.words) of",
                subject: source.root.string,
                message: "\(what) is only done with the remote; use --source none"
            )
        }
    }

    private func fill(_ repository: Handle) throws(LibraryError) -> CloneResult {
        let user = try UserRepository(
            .at(source.root),
            configuration: source.configuration,
            packsWithDeltas: !(1...Self.deepestWithoutDeltas).contains(request.depth)
        )
        let filling = LocalFilling(
            user: user,
            repository: repository,
            path: request.destination,
            depth: request.depth,
            includesSubmodules: request.includesSubmodules,
            cancellation: cancellation
        )
        let asked = AskedRevision(request.revision, in: user.pointer)
        let filled = try filling.fill(with: try state(in: user)) { (commit) throws(LibraryError) in
            let line = "\(commit.text)\t\t\(asked.description)\(request.url.nameInFetchHead)\n"
            try filling.write(line, to: "FETCH_HEAD")
            if let branch = asked.branch { try track(branch, commit, in: repository) }
            return "FETCH_HEAD"
        }
        let isGrafted = filled.boundary.contains { $0.text == filled.commit.text }
        return CloneResult(
            commit: filled.commit.text,
            commitShort: try Abbreviation.shorten(
                filled.commit,
                packedObjects: filled.objectCount,
                in: repository.pointer
            ),
            committerDate: String(try filling.committerSeconds(of: filled.commit)),
            decorations: (isGrafted ? ["grafted"] : []) + ["HEAD"] + (asked.branch.map { ["origin/\($0)"] } ?? []),
            submodules: filled.submodules
        )
    }

    private func state(in user: UserRepository) throws(LibraryError) -> LocalFilling.State {
        switch source.state {
        case .worktree: return .worktree
        case .staged: return .staged
        case .head, .revision:
            let text = if case .revision(let text) = source.state { text } else { "HEAD" }
            guard let commit = try user.commit(of: text) else {
                throw LibraryError(code: GIT_ENOTFOUND.rawValue, category: 0, message: "there is no commit \(text)")
            }
            return .commit(commit)
        }
    }

    private func track(_ branch: String, _ commit: git_oid, in repository: Handle) throws(LibraryError) {
        var commit = commit
        let name = "refs/remotes/origin/\(branch)"
        let message = "fetch origin \(request.revision): storing head"
        _ = try Handle(freedBy: git_reference_free) { [pointer = repository.pointer] in
            git_reference_create($0, pointer, name, &commit, 1, message)
        }
    }
}

extension LocalSource.State {
    /// What is taken, for people.
    package var words: String {
        switch self {
        case .worktree: "the working tree"
        case .staged: "the index"
        case .head: "HEAD"
        case .revision(let text): text
        }
    }
}
