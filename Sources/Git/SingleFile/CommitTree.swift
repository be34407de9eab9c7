import CGit2

/// The files of a commit, read from the repository's objects.
struct CommitTree {
    let repository: Handle
    let commit: git_oid

    /// More links than that on one way go round in a circle, as the kernel sees it.
    private static let linkLimit = 40

    /// The content of a file; links are followed as long as they stay inside.
    func file(at path: String) throws(LibraryError) -> Result<[UInt8], SingleFile.Problem> {
        var names = Self.names(in: path)
        var links = 0
        search: while true {
            var tree = try rootTree()
            for (index, name) in names.enumerated() {
                guard let entry = git_tree_entry_byname(tree.pointer, name) else { return .failure(.missing) }
                var id = git_tree_entry_id(entry).pointee
                let rest = names[(index + 1)...]
                switch git_tree_entry_filemode(entry) {
                case GIT_FILEMODE_TREE:
                    guard !rest.isEmpty else { return .failure(.isFolder) }
                    tree = try Handle(freedBy: git_tree_free) { [pointer = repository.pointer] in
                        git_tree_lookup($0, pointer, &id)
                    }
                case GIT_FILEMODE_LINK:
                    links += 1
                    let target = String(decoding: try content(of: id), as: UTF8.self)
                    guard links <= Self.linkLimit else { return .failure(.missing) }
                    guard let next = Self.joined(names[..<index], target) else { return .failure(.leavesRepository) }
                    names = next + rest
                    continue search
                case GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB_EXECUTABLE:
                    guard rest.isEmpty else { return .failure(.missing) }
                    return .success(try content(of: id))
                default: return .failure(.missing)
                }
            }
            return .failure(.isFolder)
        }
    }

    private static func names(in path: String) -> [String] {
        path.split(separator: "/").map(String.init).filter { $0 != "." }
    }

    /// A link's target against the folder that it is in; nil if it leads out of the repository.
    private static func joined(_ folder: ArraySlice<String>, _ target: String) -> [String]? {
        guard !target.hasPrefix("/") else { return nil }
        var names = Array(folder)
        for name in Self.names(in: target) {
            guard name == ".." else {
                names.append(name)
                continue
            }
            guard names.popLast() != nil else { return nil }
        }
        return names
    }

    private func rootTree() throws(LibraryError) -> Handle {
        var id = self.commit
        let commit = try Handle(freedBy: git_commit_free) { [pointer = repository.pointer] in
            git_commit_lookup($0, pointer, &id)
        }
        return try Handle(freedBy: git_tree_free) { git_commit_tree($0, commit.pointer) }
    }

    private func content(of id: git_oid) throws(LibraryError) -> [UInt8] {
        var id = id
        let blob = try Handle(freedBy: git_blob_free) { [pointer = repository.pointer] in
            git_blob_lookup($0, pointer, &id)
        }
        return Array(
            UnsafeRawBufferPointer(
                start: git_blob_rawcontent(blob.pointer),
                count: Int(git_blob_rawsize(blob.pointer))
            )
        )
    }
}
