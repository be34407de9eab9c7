import CGit2
import SystemPackage

/// Checks a commit out into a working tree that has no files of it so far.
struct Checkout {
    let repository: Handle
    let cancellation: Cancellation

    /// What `HEAD` is afterwards.
    enum Head {
        /// No branch; the name is what `git status` says that it was detached at.
        case detached(at: String)
        case branch(String)
    }

    /// Writes the files and the index.
    /// - Parameters:
    ///   - commit: What is checked out.
    ///   - patterns: Which of its files; nil for all.
    /// - Throws: What kept it from it.
    func write(_ commit: ObjectID, patterns: SparsePatterns? = nil) throws(LibraryError) {
        var commit = commit.oid
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
        guard let patterns else {
            try check(git_checkout_tree(pointer, object.pointer, &options))
            return
        }
        let paths = try writeIndex(of: object, patterns)
        // No path would mean all paths.
        guard !paths.isEmpty else { return }
        options.checkout_strategy |= GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH.rawValue
        let code = withStringArray(paths) { array in
            options.paths = array.pointee
            return git_checkout_tree(pointer, object.pointer, &options)
        }
        try check(code)
    }

    /// Writes an index of all files in which those that the patterns leave out are marked as skipped.
    /// - Returns: The paths of the others.
    private func writeIndex(of commit: Handle, _ patterns: SparsePatterns) throws(LibraryError) -> [String] {
        let index = try Handle(freedBy: git_index_free) { [pointer = repository.pointer] in
            git_repository_index($0, pointer)
        }
        let tree = try Handle(freedBy: git_object_free) { git_object_peel($0, commit.pointer, GIT_OBJECT_TREE) }
        try check(git_index_read_tree(index.pointer, tree.pointer))
        var paths: [String] = []
        for position in 0..<git_index_entrycount(index.pointer) {
            guard let found = git_index_get_byindex(index.pointer, position) else { continue }
            let path = String(cString: found.pointee.path)
            if patterns.includes(path) {
                paths.append(path)
            } else {
                var entry = found.pointee
                entry.flags_extended |= UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue)
                try check(git_index_add(index.pointer, &entry))
            }
        }
        try check(git_index_write(index.pointer))
        return paths
    }

    /// Makes `HEAD` what it is after `git checkout`, with its log.
    /// - Parameters:
    ///   - head: What it becomes.
    ///   - commit: The commit that this is.
    ///   - old: What it was, as the log says.
    /// - Throws: That it cannot be written.
    func setHead(_ head: Head, _ commit: ObjectID, from old: String) throws(LibraryError) {
        let folder = FilePath(String(cString: git_repository_path(repository.pointer)))
        let name: String
        switch head {
        case .detached(let place):
            name = place
            try replace(folder.appending("HEAD"), with: commit.text + "\n")
        case .branch(let branch):
            name = branch
            try replace(folder.appending("HEAD"), with: "ref: refs/heads/\(branch)\n")
        }
        try repository.log("HEAD", commit, "checkout: moving from \(old) to \(name)")
    }
}
