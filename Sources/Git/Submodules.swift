import CGit2
import SystemPackage

/// Checks out the submodules of a repository, and theirs, as `git submodule update --init --recursive` does.
struct Submodules {
    let filling: Filling

    /// - Returns: The paths, those of a submodule's own submodules after it.
    func checkOut(in repository: Handle, at root: FilePath, depth: Int = 0) throws(GitError) -> [String] {
        guard depth < 32 else {
            throw .failed(action: "checking out submodules in", subject: root.string, message: "they nest too deep")
        }
        var paths: [String] = []
        for name in try names(in: repository, at: root) {
            guard let path = try checkOut(name, in: repository, at: root, depth: depth, nested: &paths) else {
                continue
            }
            paths.insert(path, at: paths.count)
        }
        return paths
    }

    private func names(in repository: Handle, at root: FilePath) throws(GitError) -> [String] {
        final class Names { var all: [String] = [] }
        let names = Names()
        let code = withExtendedLifetime(names) {
            git_submodule_foreach(
                repository.pointer,
                { _, name, payload in
                    guard let name, let payload else { return 0 }
                    Unmanaged<Names>.fromOpaque(payload).takeUnretainedValue().all.append(String(cString: name))
                    return 0
                },
                Unmanaged.passUnretained(names).toOpaque()
            )
        }
        guard code >= 0 else {
            throw filling.failure(.last(code: code), "listing the submodules of", root.string)
        }
        return names.all.sorted()
    }

    private func checkOut(
        _ name: String,
        in repository: Handle,
        at root: FilePath,
        depth: Int,
        nested: inout [String]
    ) throws(GitError) -> String? {
        let path: String
        let url: RemoteURL
        let commit: String
        let inner: Handle
        do throws(LibraryError) {
            let pointer = repository.pointer
            let submodule = try Handle(freedBy: git_submodule_free) { git_submodule_lookup($0, pointer, name) }
            // Named in .gitmodules, but no longer or not yet in the tree.
            guard let id = git_submodule_index_id(submodule.pointer) else { return nil }
            guard git_submodule_update_strategy(submodule.pointer) != GIT_SUBMODULE_UPDATE_NONE else { return nil }
            commit = id.pointee.text
            path = String(cString: git_submodule_path(submodule.pointer))
            url = RemoteURL(try address(of: submodule, in: repository))
            if case .local = url.transport {
                throw LibraryError(code: GIT_ERROR.rawValue, category: 0, message: "transport 'file' not allowed")
            }
            try check(git_submodule_init(submodule.pointer, 1))
            try activate(name, in: repository)
            inner = try Handle(freedBy: git_repository_free) { [pointer = submodule.pointer] in
                git_submodule_repo_init($0, pointer, 1)
            }
            try check(git_repository_set_ident(inner.pointer, "drydock", "drydock@localhost"))
        } catch {
            throw filling.failure(error, "setting up submodule \(name) in", root.string)
        }
        var filling = filling
        filling.url = url
        _ = try filling.fill(inner, with: commit, at: root.appending(path), as: .head)
        let own = try Submodules(filling: filling).checkOut(in: inner, at: root.appending(path), depth: depth + 1)
        nested += own.map { "\(path)/\($0)" }
        return path
    }

    /// The address in `.gitmodules`, a relative one resolved against the repository's own remote.
    private func address(of submodule: Handle, in repository: Handle) throws(LibraryError) -> String {
        guard let written = git_submodule_url(submodule.pointer) else {
            throw LibraryError(code: GIT_ENOTFOUND.rawValue, category: 0, message: "it has no url in .gitmodules")
        }
        var buffer = git_buf()
        defer { git_buf_dispose(&buffer) }
        try check(git_submodule_resolve_url(&buffer, repository.pointer, written))
        return buffer.ptr.map { String(cString: $0) } ?? ""
    }

    /// `git submodule init` marks what it has set up.
    private func activate(_ name: String, in repository: Handle) throws(LibraryError) {
        let configuration = try Handle(freedBy: git_config_free) { [pointer = repository.pointer] in
            git_repository_config($0, pointer)
        }
        try check(git_config_set_bool(configuration.pointer, "submodule.\(name).active", 1))
    }
}
