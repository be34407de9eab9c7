import CGit2
import SystemPackage

/// A clone that is fed from a repository of this machine's user instead of its remote: a chain of blocking calls.
///
/// What the remote would have under the revision is not looked up. The destination gets what a clone of the remote
/// would leave, with the state that was asked for as its commit:
/// - of files that differ from `HEAD` a commit is made in the destination, on top of `HEAD` and with the time of
///   `HEAD`, so that the same files make the same commit each time;
/// - `depth` counts that commit too.
/// - a refspec keeps it under the name that it gives the revision; other refs stay with the remote.
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
        try Library.start()
        let clone = Clone(request: request, cancellation: cancellation)
        let refspecs = request.refspec.isEmpty ? [] : try clone.refspecs()
        let repository = try clone.makeRepository()
        do throws(LibraryError) {
            return try fill(repository, refspecs, clone.sparsePatterns)
        } catch {
            throw cancellation.isCancelled
                ? .cancelled : error.inUserRepository("cloning \(source.state.words) of", source.root)
        }
    }

    private func fill(
        _ repository: Handle,
        _ refspecs: [Refspec],
        _ patterns: SparsePatterns?
    ) throws(LibraryError) -> CloneResult {
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
            patterns: patterns,
            cancellation: cancellation
        )
        let asked = AskedRevision(request.revision, in: user.pointer)
        let kept = self.kept(asked, refspecs)
        let head: Checkout.Head =
            kept.contains("refs/heads/\(request.revision)") ? .branch(request.revision) : .detached(at: "FETCH_HEAD")
        let filled = try filling.fill(with: try state(in: user)) { (commit) throws(LibraryError) in
            let line = "\(commit.text)\t\t\(asked.description)\(request.url.nameInFetchHead)\n"
            try filling.write(line, to: "FETCH_HEAD")
            for name in kept { try keep(name, commit, in: repository) }
            return head
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
            decorations: (isGrafted ? ["grafted"] : []) + decorations(head, kept),
            submodules: filled.submodules
        )
    }

    /// The refs that the commit is kept as: those that the refspecs have for the revision, or its remote-tracking branch.
    private func kept(_ asked: AskedRevision, _ refspecs: [Refspec]) -> [String] {
        guard !refspecs.isEmpty else { return asked.branch.map { ["refs/remotes/origin/\($0)"] } ?? [] }
        var kept: [String] = []
        for refspec in refspecs {
            let sources = ["", "refs/", "refs/heads/", "refs/tags/"].map { $0 + request.revision }
            for source in sources + [refspec.source] {
                guard let name = refspec.destination(of: source), !name.contains("*"), !kept.contains(name) else {
                    continue
                }
                kept.append(name)
                break
            }
        }
        return kept
    }

    private func decorations(_ head: Checkout.Head, _ kept: [String]) -> [String] {
        var first = "HEAD"
        var others = kept
        if case .branch(let branch) = head {
            first += " -> \(branch)"
            others.removeAll { $0 == "refs/heads/\(branch)" }
        }
        let prefixes = [("refs/heads/", ""), ("refs/remotes/", ""), ("refs/tags/", "tag: ")]
        return [first]
            + others.compactMap { name in
                prefixes.first { name.hasPrefix($0.0) }.map { $0.1 + name.dropFirst($0.0.count) }
            }
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

    private func keep(_ name: String, _ commit: git_oid, in repository: Handle) throws(LibraryError) {
        var commit = commit
        let message = "fetch origin \(request.refspec.isEmpty ? request.revision : request.refspec): storing head"
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
