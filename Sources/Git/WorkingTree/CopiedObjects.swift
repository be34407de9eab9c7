import CGit2
import SystemPackage

/// Objects of a repository that are copied into another one, as a pack.
final class CopiedObjects {
    private let repository: OpaquePointer
    private let objects: Handle
    private let builder: Handle
    private let cancellation: Cancellation
    private var seen: Set<ObjectName> = []

    init(of repository: OpaquePointer, cancellation: Cancellation) throws(LibraryError) {
        self.repository = repository
        self.cancellation = cancellation
        objects = try Handle(freedBy: git_odb_free) { git_repository_odb($0, repository) }
        builder = try Handle(freedBy: git_packbuilder_free) { git_packbuilder_new($0, repository) }
        git_packbuilder_set_threads(builder.pointer, 0)
        let payload = Unmanaged.passUnretained(cancellation).toOpaque()
        try check(git_packbuilder_set_callbacks(builder.pointer, { _, _, _, payload in answer(payload) }, payload))
    }

    var count: Int { git_packbuilder_object_count(builder.pointer) }

    /// Whether the repository has an object.
    func holds(_ id: git_oid) -> Bool {
        var id = id
        return git_odb_exists_ext(objects.pointer, &id, UInt32(GIT_ODB_LOOKUP_NO_REFRESH.rawValue)) == 1
    }

    /// Adds one object that the repository has.
    func insert(_ id: git_oid) throws(LibraryError) {
        guard seen.insert(ObjectName(id)).inserted else { return }
        var id = id
        try check(git_packbuilder_insert(builder.pointer, &id, nil))
    }

    /// Adds a tree with all in it.
    func insertTree(_ id: git_oid) throws(LibraryError) {
        guard !seen.contains(ObjectName(id)) else { return }
        try stopIfCancelled()
        try insert(id)
        var id = id
        let tree = try Handle(freedBy: git_tree_free) { [repository] in git_tree_lookup($0, repository, &id) }
        for index in 0..<git_tree_entrycount(tree.pointer) {
            guard let entry = git_tree_entry_byindex(tree.pointer, index),
                let child = git_tree_entry_id(entry)?.pointee
            else { continue }
            switch git_tree_entry_type(entry) {
            case GIT_OBJECT_TREE: try insertTree(child)
            case GIT_OBJECT_COMMIT: break
            default: try insert(child)
            }
        }
    }

    /// Adds the newest commits with all their files.
    /// - Parameters:
    ///   - commit: What the history ends with.
    ///   - depth: How many commits deep; 0 for all.
    ///   - shallow: The commits whose parents the repository lacks.
    /// - Returns: The commits whose parents are left out, as `shallow` lists them.
    /// - Throws: That an object is missing, or that it is cancelled.
    func insertHistory(
        endingWith commit: git_oid,
        depth: Int,
        shallow: Set<ObjectName>
    ) throws(LibraryError) -> [git_oid] {
        var boundary: [git_oid] = []
        var generation = [commit]
        var distance = 1
        while !generation.isEmpty {
            var next: [git_oid] = []
            for id in generation where !seen.contains(ObjectName(id)) {
                try stopIfCancelled()
                try insert(id)
                var id = id
                let commit = try Handle(freedBy: git_commit_free) { [repository] in
                    git_commit_lookup($0, repository, &id)
                }
                if let tree = git_commit_tree_id(commit.pointer)?.pointee { try insertTree(tree) }
                if distance == depth || shallow.contains(ObjectName(id)) {
                    boundary.append(id)
                } else {
                    next += (0..<git_commit_parentcount(commit.pointer)).compactMap {
                        git_commit_parent_id(commit.pointer, $0)?.pointee
                    }
                }
            }
            generation = next
            distance += 1
        }
        return boundary
    }

    /// Writes the pack into a folder `objects/pack`.
    func write(to folder: FilePath) throws(LibraryError) {
        guard count > 0 else { return }
        let payload = Unmanaged.passUnretained(cancellation).toOpaque()
        try check(
            git_packbuilder_write(builder.pointer, folder.string, 0, { _, payload in answer(payload) }, payload)
        )
    }

    private func stopIfCancelled() throws(LibraryError) {
        guard cancellation.isCancelled else { return }
        throw LibraryError(code: GIT_EUSER.rawValue, category: 0, message: "cancelled")
    }
}
