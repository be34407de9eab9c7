import CGit2
import SystemPackage

/// Checks out the submodules of a repository, and theirs, as `git submodule update --init --recursive` does.
struct Submodules {
    /// The repository that they are in.
    let url: RemoteURL
    /// How many commits deep their history goes; 0 for all of it.
    let depth: Int
    let remotes: Remotes

    /// A submodule as the index and `.gitmodules` have it.
    private struct Submodule {
        var name: String
        var path: String
        var commit: ObjectID
        var url: RemoteURL
        var isShallow: Bool
        var update: String?
    }

    /// - Parameters:
    ///   - repository: The repository that they are in.
    ///   - root: Its working tree.
    ///   - paths: Which of them; none for all.
    ///   - level: How many repositories that one is in.
    /// - Returns: The paths, those of a submodule's own submodules after it.
    /// - Throws: That one cannot be had.
    func checkOut(
        in repository: Handle,
        at root: FilePath,
        paths: [String] = [],
        level: Int = 0
    ) throws(GitError) -> [String] {
        guard level < 32 else {
            throw .failed(action: "checking out submodules in", subject: root.string, message: "they nest too deep")
        }
        let submodules: [Submodule]
        do throws(LibraryError) {
            submodules = try list(in: repository, at: root, paths)
            let configuration = try repository.configuration()
            for submodule in submodules { try setUp(submodule, configuration) }
        } catch {
            throw remotes.failure(error, "setting up the submodules of", root.string, url)
        }
        var done: [String] = []
        for submodule in submodules where submodule.update != "none" {
            let inner = try checkOut(submodule, in: repository, at: root)
            done.append(submodule.path)
            let nested = Submodules(url: submodule.url, depth: depth, remotes: remotes)
            done += try nested.checkOut(in: inner, at: root.appending(submodule.path), level: level + 1)
                .map { "\(submodule.path)/\($0)" }
        }
        return done
    }

    // MARK: - What there is

    private func list(
        in repository: Handle,
        at root: FilePath,
        _ paths: [String]
    ) throws(LibraryError) -> [Submodule] {
        let index = try Handle(freedBy: git_index_free) { [pointer = repository.pointer] in
            git_repository_index($0, pointer)
        }
        var links: [(path: String, commit: ObjectID)] = []
        for position in 0..<git_index_entrycount(index.pointer) {
            guard let entry = git_index_get_byindex(index.pointer, position)?.pointee,
                entry.mode == GIT_FILEMODE_COMMIT.rawValue
            else { continue }
            links.append((String(cString: entry.path), ObjectID(entry.id)))
        }
        links = try Self.choose(links, by: paths)
        guard !links.isEmpty else { return [] }
        let settings = try ModuleSettings(in: repository, index)
        return try links.map { path, commit throws(LibraryError) in
            guard let module = settings.module(at: path), let written = module.url else {
                throw .submodule("there is no url for submodule path '\(path)' in .gitmodules")
            }
            guard let address = url.resolving(written) else {
                throw .submodule("the url '\(written)' of submodule '\(path)' leads out of \(url.masked)")
            }
            if case .local = address.transport { throw .submodule("transport 'file' not allowed") }
            if let update = module.update, !["checkout", "rebase", "merge", "none"].contains(update) {
                throw .submodule("'\(update)' is no way to update submodule '\(path)'")
            }
            try requireFolder(path, in: root)
            return Submodule(
                name: module.name,
                path: path,
                commit: commit,
                url: address,
                isShallow: module.isShallow,
                update: module.update
            )
        }
    }

    /// Those that the paths of `git submodule update` name.
    private static func choose(
        _ links: [(path: String, commit: ObjectID)],
        by paths: [String]
    ) throws(LibraryError) -> [(path: String, commit: ObjectID)] {
        guard !paths.isEmpty else { return links }
        let globs = paths.map { path in
            var plain = path[...]
            while plain.hasPrefix("./") { plain = plain.dropFirst(2) }
            while plain.hasSuffix("/") { plain.removeLast() }
            return (path, String(plain), Wildmatch(Array(plain.utf8), stopsAtSlashes: false))
        }
        func isNamed(_ link: String, _ plain: String, _ glob: Wildmatch) -> Bool {
            plain.isEmpty || plain == "." || link == plain || link.hasPrefix(plain + "/")
                || glob.matches(Array(link.utf8)[...])
        }
        for (path, plain, glob) in globs where !links.contains(where: { isNamed($0.path, plain, glob) }) {
            throw .submodule("pathspec '\(path)' did not match a submodule")
        }
        return links.filter { link in globs.contains { isNamed(link.path, $0.1, $0.2) } }
    }

    /// A symbolic link on the way would lead somewhere else.
    private func requireFolder(_ path: String, in root: FilePath) throws(LibraryError) {
        var folder = root
        for component in path.split(separator: "/") {
            folder.append(String(component))
            guard !isSymbolicLink(folder) else { throw .submodule("'\(path)' contains a symbolic link") }
        }
    }

    // MARK: - What is done

    /// Does what `git submodule init` does.
    private func setUp(_ submodule: Submodule, _ configuration: Handle) throws(LibraryError) {
        let key = "submodule.\(submodule.name)"
        try check(git_config_set_bool(configuration.pointer, "\(key).active", 1))
        try check(git_config_set_string(configuration.pointer, "\(key).url", submodule.url.text))
        if let update = submodule.update {
            try check(git_config_set_string(configuration.pointer, "\(key).update", update))
        }
    }

    private func checkOut(
        _ submodule: Submodule,
        in repository: Handle,
        at root: FilePath
    ) throws(GitError) -> Handle {
        let folder = FilePath(String(cString: git_repository_path(repository.pointer)))
            .appending("modules").appending(submodule.name)
        let inner = try perform(submodule, in: root) { () throws(LibraryError) in
            try makeRepository(folder, root.appending(submodule.path), submodule.url)
        }
        let cloned = try Filling(repository: inner, url: submodule.url, remotes: remotes).clone(
            needing: submodule.commit,
            depth: submodule.isShallow ? 1 : depth,
            fetchDepth: depth
        )
        try perform(submodule, in: root) { () throws(LibraryError) in
            let checkout = Checkout(repository: inner, cancellation: remotes.cancellation)
            try checkout.write(cloned.head)
            try checkout.setHead(.detached(at: cloned.head.text), cloned.head, from: nameOfHead(in: folder))
        }
        return inner
    }

    private func perform<Value>(
        _ submodule: Submodule,
        in root: FilePath,
        _ work: () throws(LibraryError) -> Value
    ) throws(GitError) -> Value {
        do throws(LibraryError) {
            return try work()
        } catch {
            throw remotes.failure(error, "checking out submodule \(submodule.path) in", root.string, submodule.url)
        }
    }

    /// Makes a repository below `.git/modules`, to which the `.git` file of the working tree leads.
    private func makeRepository(
        _ folder: FilePath,
        _ tree: FilePath,
        _ url: RemoteURL
    ) throws(LibraryError) -> Handle {
        var options = git_repository_init_options()
        git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
        options.flags =
            GIT_REPOSITORY_INIT_NO_DOTGIT_DIR.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
            | GIT_REPOSITORY_INIT_RELATIVE_GITLINK.rawValue
        let repository = try Handle(freedBy: git_repository_free) { made in
            tree.string.withCString { workdir in
                options.workdir_path = workdir
                return git_repository_init_ext(made, folder.string, &options)
            }
        }
        try tidy(repository, folder, tree)
        try check(git_repository_set_ident(repository.pointer, Clone.identity.name, Clone.identity.email))
        let text = url.text
        // Freed at once: it is only written into the configuration.
        _ = try Handle(freedBy: git_remote_free) { [pointer = repository.pointer] in
            git_remote_create($0, pointer, "origin", text)
        }
        return repository
    }

    /// git writes both ways between a repository and its working tree without a slash at the end.
    private func tidy(_ repository: Handle, _ folder: FilePath, _ tree: FilePath) throws(LibraryError) {
        func trimmed(_ text: some StringProtocol) -> String {
            String(text.reversed().drop { $0 == "/" || $0 == "\n" }.reversed())
        }
        let link = tree.appending(".git")
        try write(trimmed(text(of: link) ?? "") + "\n", to: link)
        let configuration = try repository.configuration()
        var buffer = git_buf()
        defer { git_buf_dispose(&buffer) }
        try check(git_config_get_string_buf(&buffer, configuration.pointer, "core.worktree"))
        let path = buffer.ptr.map { String(cString: $0) } ?? ""
        try check(git_config_set_string(configuration.pointer, "core.worktree", trimmed(path)))
    }

    private func nameOfHead(in folder: FilePath) -> String {
        let head = text(of: folder.appending("HEAD"))?.prefix { $0 != "\n" } ?? ""
        return String(head.hasPrefix("ref: refs/heads/") ? head.dropFirst("ref: refs/heads/".count) : head)
    }
}

extension LibraryError {
    /// What git says about submodules.
    fileprivate static func submodule(_ message: String) -> LibraryError {
        LibraryError(code: GIT_ERROR.rawValue, category: Int32(GIT_ERROR_SUBMODULE.rawValue), message: message)
    }
}
