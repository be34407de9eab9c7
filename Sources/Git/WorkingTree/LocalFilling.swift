import CGit2
import Foundation
import SystemPackage

/// Fills an empty repository with one state of a user's repository and checks it out.
struct LocalFilling {
    let user: UserRepository
    let repository: Handle
    /// The working tree of the repository.
    let path: FilePath
    let depth: Int
    let includesSubmodules: Bool
    /// Which files are checked out; nil for all.
    var patterns: SparsePatterns?
    let cancellation: Cancellation

    enum State {
        case worktree
        case staged
        case commit(git_oid)
    }

    struct Filled {
        var commit: git_oid
        /// The commits whose parents are left out.
        var boundary: [git_oid]
        var objectCount: Int
        var submodules: [String] = []
    }

    /// Fills it.
    /// - Parameters:
    ///   - state: What is taken.
    ///   - trace: Leaves what a fetch leaves, and returns what `HEAD` becomes.
    /// - Returns: What is there now.
    /// - Throws: What is missing or cannot be written.
    func fill(
        with state: State,
        tracing trace: (git_oid) throws(LibraryError) -> Checkout.Head
    ) throws(LibraryError) -> Filled {
        let selection = try CopiedObjects(of: user.pointer, cancellation: cancellation)
        var submodules: [LocalSubmodules.CheckedOut] = []
        var copied: [TreeEntry]?
        let made: (commit: git_oid, boundary: [git_oid])
        switch state {
        case .commit(let id):
            let shallow = try user.shallowCommits()
            made = (id, try selection.insertHistory(endingWith: id, depth: depth, shallow: shallow))
        case .staged:
            made = try commit(try stagedEntries(), message: "Staged changes", selection)
        case .worktree:
            var entries = try copyFiles(selection)
            submodules = try LocalSubmodules(filling: self, takesFiles: true).checkOut(entries)
            for submodule in submodules { entries[submodule.index].id = submodule.commit }
            try takeHeads(ofSubmodulesIn: &entries, except: Set(submodules.map(\.index)))
            made = try commit(entries, message: "Uncommitted changes", selection)
            copied = entries
        }
        try selection.write(to: folder.appending("objects").appending("pack"))
        try refreshObjects()
        if !made.boundary.isEmpty {
            try write(made.boundary.map { $0.text + "\n" }.sorted().joined(), to: "shallow")
        }
        let head = try trace(made.commit)
        let checkout = Checkout(repository: repository, cancellation: cancellation)
        if let copied {
            try removeFiles(leftOutOf: copied)
            try writeIndex(copied)
        } else {
            try checkout.write(ObjectID(made.commit), patterns: patterns)
        }
        try checkout.setHead(head, ObjectID(made.commit), from: "master")
        if copied == nil, includesSubmodules {
            submodules = try LocalSubmodules(filling: self, takesFiles: false).checkOut(try links(in: made.commit))
        }
        return Filled(
            commit: made.commit,
            boundary: made.boundary,
            objectCount: selection.count,
            submodules: submodules.flatMap { [$0.path] + $0.nested }
        )
    }

    private func copyFiles(_ selection: CopiedObjects) throws(LibraryError) -> [TreeEntry] {
        guard let root = user.root else {
            throw LibraryError(code: GIT_EBAREREPO.rawValue, category: 0, message: "it is bare and has no working tree")
        }
        var copy = WorkingTreeCopy(
            source: user,
            root: root,
            destination: repository,
            target: path,
            selection: selection,
            cancellation: cancellation
        )
        let entries = try copy.copy()
        // Submodules are looked up in it.
        if entries.contains(where: { $0.mode == .submodule }) { try writeIndex(entries) }
        return entries
    }

    private func stagedEntries() throws(LibraryError) -> [TreeEntry] {
        let files = try user.indexedFiles()
        if let file = files.first(where: { $0.stage > 0 }) {
            throw LibraryError(
                code: GIT_EUNMERGED.rawValue,
                category: 0,
                message: "\(file.path) is in conflict; git add it when it is resolved"
            )
        }
        return files.filter { !$0.isIntended }.map { TreeEntry(path: $0.path, mode: $0.mode, id: $0.id) }
    }

    /// A submodule that is not cloned still names the commit that is checked out in the user's tree.
    private func takeHeads(
        ofSubmodulesIn entries: inout [TreeEntry],
        except done: Set<Int>
    ) throws(LibraryError) {
        guard let root = user.root else { return }
        for index in entries.indices where entries[index].mode == .submodule && !done.contains(index) {
            let place = root.pushing(entries[index].path)
            guard access(place.appending(".git").string, F_OK) == 0 else { continue }
            let submodule = try UserRepository(.at(place), configuration: .none)
            if let head = try submodule.headCommit() { entries[index].id = head }
        }
    }

    // MARK: - The commit

    /// The commit for files: `HEAD` if they are its own, else one that is made of them.
    private func commit(
        _ entries: [TreeEntry],
        message: String,
        _ selection: CopiedObjects
    ) throws(LibraryError) -> (commit: git_oid, boundary: [git_oid]) {
        let trees = try TreeObjects(entries)
        let head = try user.headCommit()
        let shallow = try user.shallowCommits()
        if let head, try CommitPart.tree(of: head, in: user.pointer).text == trees.root.text {
            return (head, try selection.insertHistory(endingWith: head, depth: depth, shallow: shallow))
        }
        let objects = try Handle(freedBy: git_odb_free) { [pointer = repository.pointer] in
            git_repository_odb($0, pointer)
        }
        for entry in entries where entry.mode != .submodule {
            var id = entry.id
            if selection.holds(id) {
                try selection.insert(id)
            } else if git_odb_exists(objects.pointer, &id) != 1 {
                throw LibraryError(
                    code: GIT_ENOTFOUND.rawValue,
                    category: 0,
                    message: "object not found: \(id.text) of \(entry.path)"
                )
            }
        }
        for tree in trees.all {
            var id = tree.id
            if selection.holds(id) {
                try selection.insert(id)
            } else {
                try check(git_odb_write(&id, objects.pointer, tree.content, tree.content.count, GIT_OBJECT_TREE))
            }
        }
        let made = try writeCommit(tree: trees.root, parent: head, message: message, to: objects)
        guard depth != 1, let head else { return (made, depth == 1 ? [made] : []) }
        let rest = depth == 0 ? 0 : depth - 1
        return (made, try selection.insertHistory(endingWith: head, depth: rest, shallow: shallow))
    }

    private func writeCommit(
        tree: git_oid,
        parent: git_oid?,
        message: String,
        to objects: Handle
    ) throws(LibraryError) -> git_oid {
        let seconds = try parent.map { (id) throws(LibraryError) in try CommitPart.seconds(of: id, in: user.pointer) }
        let signature = "drydock <drydock@localhost> \(seconds ?? 0) +0000"
        var text = "tree \(tree.text)\n"
        if let parent { text += "parent \(parent.text)\n" }
        text += "author \(signature)\ncommitter \(signature)\n\n\(message)\n"
        var id = git_oid()
        let bytes = Array(text.utf8)
        try check(git_odb_write(&id, objects.pointer, bytes, bytes.count, GIT_OBJECT_COMMIT))
        return id
    }

    func committerSeconds(of commit: git_oid) throws(LibraryError) -> Int64 {
        try CommitPart.seconds(of: commit, in: repository.pointer)
    }

    // MARK: - What is left behind

    /// The folder of the repository that is filled.
    var folder: FilePath { FilePath(String(cString: git_repository_path(repository.pointer))) }

    func write(_ text: String, to name: String) throws(LibraryError) {
        let file = folder.appending(name)
        try readingFiles(file) { try Data(text.utf8).write(to: URL(filePath: file.string)) }
    }

    private func refreshObjects() throws(LibraryError) {
        let objects = try Handle(freedBy: git_odb_free) { [pointer = repository.pointer] in
            git_repository_odb($0, pointer)
        }
        try check(git_odb_refresh(objects.pointer))
    }

    /// The submodules that a commit which is checked out names.
    private func links(in commit: git_oid) throws(LibraryError) -> [TreeEntry] {
        let index = try Handle(freedBy: git_index_free) { [pointer = repository.pointer] in
            git_repository_index($0, pointer)
        }
        return (0..<git_index_entrycount(index.pointer)).compactMap { position in
            guard let entry = git_index_get_byindex(index.pointer, position)?.pointee,
                entry.mode == IndexedFile.Mode.submodule.rawValue
            else { return nil }
            return TreeEntry(path: FilePath(platformString: entry.path), mode: .submodule, id: entry.id)
        }
    }
}

/// Single facts about a commit.
enum CommitPart {
    static func tree(of id: git_oid, in repository: OpaquePointer) throws(LibraryError) -> git_oid {
        let commit = try lookUp(id, in: repository)
        guard let tree = git_commit_tree_id(commit.pointer) else {
            throw LibraryError(code: GIT_ENOTFOUND.rawValue, category: 0, message: "the commit \(id.text) has no tree")
        }
        return tree.pointee
    }

    /// When it was committed, since 1970.
    static func seconds(of id: git_oid, in repository: OpaquePointer) throws(LibraryError) -> Int64 {
        git_commit_time(try lookUp(id, in: repository).pointer)
    }

    private static func lookUp(_ id: git_oid, in repository: OpaquePointer) throws(LibraryError) -> Handle {
        var id = id
        return try Handle(freedBy: git_commit_free) { git_commit_lookup($0, repository, &id) }
    }
}
