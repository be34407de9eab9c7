import Git
import Planning
import Pods

/// What the first lines of a run say about where clones come from.
struct SourceLines {
    let source: RepositorySource

    /// The lines, without their label.
    /// - Parameter plans: The TaskRuns that the runs may bring, with their names for people.
    /// - Returns: At least two.
    func lines(for plans: [(name: String, plan: TaskRunPlan)]) -> [String] {
        var lines = [summary]
        if let remark = source.remark { lines.append(remark) }
        if source.state == .worktree {
            lines += source.changes.nestedRepositories.map { "the repository in \($0) is no submodule and is left out" }
        }
        lines += source.changes.missingSubmodules.map { path in
            "submodule \(path) is not checked out and stays empty; git submodule update --init brings it"
        }
        var fed: [String] = []
        for (name, plan) in plans {
            guard let line = line(about: plan, called: name), !fed.contains(line) else { continue }
            fed.append(line)
        }
        guard fed.isEmpty else { return lines + fed }
        return lines + ["no clone of this repository is carried out here: nothing is fed from it"]
    }

    private func line(about plan: TaskRunPlan, called name: String) -> String? {
        switch CloneTask.recognise(plan) {
        case .carriedOut(let request): return source.tree.feeds(request.url) ? line(about: request, called: name) : nil
        case .ownImage: return "\(name) clones in its own image, which nothing is fed to"
        case .notAClone: return nil
        }
    }

    private func line(about request: CloneTask.Request, called name: String) -> String {
        let revision = request.revision.isEmpty ? "" : " at \(request.revision)"
        // A refspec may bring more refs, which only the remote has.
        let refspec = request.refspec.isEmpty ? "" : " and fetch \(request.refspec), of which only that is here"
        return "\(name) is a git-clone task for this repository: fed from \(source.state.words), "
            + "not from the network; a cluster would clone \(request.url.masked)\(revision)\(refspec)"
    }

    // MARK: - The state

    /// Like `working tree: HEAD 3f2c1ab on main + 2 changed + 1 untracked (4 ignored left out)`.
    private var summary: String {
        let changes = source.changes
        switch source.state {
        case .worktree:
            let ignored = changes.ignored > 0 ? " (\(changes.ignored) ignored left out)" : ""
            return "working tree: \(head)"
                + more([
                    (changes.changed, "changed"), (changes.untracked, "untracked"),
                    (changes.changedSubmodules, "changed in submodules"),
                ]) + (changes.isClean ? ", nothing changed" : "") + ignored
        case .staged:
            return "index: \(head)" + more([(changes.staged, "staged")]) + leftOut([(changes.untracked, "untracked")])
        case .head: return head + leftOut([(changes.changed, "changed"), (changes.untracked, "untracked")])
        case .revision(let text):
            let commit = source.commit.map { source.tree.abbreviation(of: $0) } ?? ""
            return text.hasPrefix(commit) && !commit.isEmpty ? "revision \(commit)" : "revision \(text) (\(commit))"
        }
    }

    private var head: String {
        switch source.tree.head {
        case .commit(let id, let branch):
            "HEAD \(source.tree.abbreviation(of: id))" + (branch.map { " on \($0)" } ?? " (detached)")
        case .unborn(let branch): "no commit yet on \(branch)"
        }
    }

    private func more(_ counts: [(count: Int, what: String)]) -> String {
        counts.filter { $0.count > 0 }.map { " + \($0.count) \($0.what)" }.joined()
    }

    private func leftOut(_ counts: [(count: Int, what: String)]) -> String {
        let texts = counts.filter { $0.count > 0 }.map { "\($0.count) \($0.what)" }
        return texts.isEmpty ? "" : " (\(texts.joined(separator: " and ")) left out)"
    }
}
