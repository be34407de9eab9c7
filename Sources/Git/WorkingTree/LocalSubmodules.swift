import CGit2
import Foundation
import SystemPackage

/// Checks out submodules from where the user has them, as `git submodule update --init --recursive` does from afar.
///
/// One that the user has not checked out stays an empty folder.
struct LocalSubmodules {
    let filling: LocalFilling
    /// Whether their files are taken as they stand, else the commit that the repository around them names.
    let takesFiles: Bool
    var depth = 0

    struct CheckedOut {
        /// Which of the entries it is.
        var index: Int
        var path: String
        var commit: git_oid
        /// The paths of its own submodules.
        var nested: [String]
    }

    func checkOut(_ entries: [TreeEntry]) throws(LibraryError) -> [CheckedOut] {
        guard filling.includesSubmodules else { return [] }
        var all: [CheckedOut] = []
        for (index, entry) in entries.enumerated() where entry.mode == .submodule {
            guard let filled = try checkOut(entry) else { continue }
            let path = entry.path.string
            all.append(
                CheckedOut(
                    index: index,
                    path: path,
                    commit: filled.commit,
                    nested: filled.submodules.map { "\(path)/\($0)" }
                )
            )
        }
        return all
    }

    private func checkOut(_ entry: TreeEntry) throws(LibraryError) -> LocalFilling.Filled? {
        let path = entry.path.string
        let pointer = filling.repository.pointer
        let submodule = try Handle(freedBy: git_submodule_free) { git_submodule_lookup($0, pointer, path) }
        guard git_submodule_update_strategy(submodule.pointer) != GIT_SUBMODULE_UPDATE_NONE else { return nil }
        guard git_submodule_url(submodule.pointer) != nil else {
            throw LibraryError(
                code: GIT_ENOTFOUND.rawValue,
                category: 0,
                message: "submodule \(path) has no url in .gitmodules"
            )
        }
        let name = String(cString: git_submodule_name(submodule.pointer))
        guard let user = try repository(of: entry, called: name) else { return nil }
        try check(git_submodule_init(submodule.pointer, 1))
        try activate(name)
        let inner = try Handle(freedBy: git_repository_free) { [pointer = submodule.pointer] in
            git_submodule_repo_init($0, pointer, 1)
        }
        try check(git_repository_set_ident(inner.pointer, "drydock", "drydock@localhost"))
        let state = takesFiles && user.root != nil ? LocalFilling.State.worktree : .commit(entry.id)
        if case .commit(let id) = state, try user.commit(of: id.text) == nil {
            throw LibraryError(
                code: GIT_ENOTFOUND.rawValue,
                category: 0,
                message: "submodule \(path) has no commit \(id.text) here; fetch it there with git fetch"
            )
        }
        let filling = LocalFilling(
            user: user,
            repository: inner,
            path: filling.path.pushing(entry.path),
            depth: filling.depth,
            includesSubmodules: true,
            cancellation: filling.cancellation
        )
        return try filling.fill(with: state) { (commit) throws(LibraryError) in .detached(at: commit.text) }
    }

    /// The repository of a submodule in the user's tree, else the one that is kept for it.
    private func repository(of entry: TreeEntry, called name: String) throws(LibraryError) -> UserRepository? {
        var places = filling.user.root.map { [$0.pushing(entry.path)] } ?? []
        if !takesFiles { places.append(filling.user.commonFolder.appending("modules").pushing(FilePath(name))) }
        for place in places {
            do throws(LibraryError) {
                return try UserRepository(.at(place), configuration: filling.user.configuration)
            } catch {
                guard error.code == GIT_ENOTFOUND.rawValue else { throw error }
            }
        }
        return nil
    }

    /// `git submodule init` marks what it has set up.
    private func activate(_ name: String) throws(LibraryError) {
        let configuration = try Handle(freedBy: git_config_free) { [pointer = filling.repository.pointer] in
            git_repository_config($0, pointer)
        }
        try check(git_config_set_bool(configuration.pointer, "submodule.\(name).active", 1))
    }
}
