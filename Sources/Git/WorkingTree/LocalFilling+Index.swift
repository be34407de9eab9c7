import CGit2
import Glibc
import SystemPackage

// The index of files that were copied, and what a sparse checkout leaves out of them.

extension LocalFilling {
    /// Writes an index of files that are there.
    func writeIndex(_ entries: [TreeEntry]) throws(LibraryError) {
        let file = folder.appending("index")
        let index = try Handle(freedBy: git_index_free) { git_index_open($0, file.string) }
        try check(git_index_clear(index.pointer))
        for entry in entries {
            let isSkipped = isLeftOut(entry)
            var status = stat()
            guard isSkipped || lstat(path.pushing(entry.path).string, &status) == 0 else { continue }
            let code = entry.path.withPlatformString { name in
                var new = git_index_entry()
                new.path = name
                new.mode = entry.mode.rawValue
                new.id = entry.id
                if isSkipped {
                    new.flags_extended |= UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue)
                } else if entry.mode != .submodule {
                    new.note(status)
                }
                return git_index_add(index.pointer, &new)
            }
            try check(code)
        }
        try check(git_index_write(index.pointer))
    }

    private func isLeftOut(_ entry: TreeEntry) -> Bool {
        guard let patterns, entry.mode != .submodule else { return false }
        return !patterns.includes(entry.path.string)
    }

    /// Removes what a sparse checkout does not have, and directories that are empty then.
    func removeFiles(leftOutOf entries: [TreeEntry]) throws(LibraryError) {
        for entry in entries where isLeftOut(entry) {
            let file = path.pushing(entry.path)
            guard unlink(file.string) == 0 || errno == ENOENT else {
                throw LibraryError(
                    code: GIT_ERROR.rawValue,
                    category: 0,
                    message: "cannot remove \(file): \(Errno(rawValue: errno))"
                )
            }
            var parent = file.removingLastComponent()
            while parent != path, rmdir(parent.string) == 0 { parent = parent.removingLastComponent() }
        }
    }
}

extension git_index_entry {
    fileprivate mutating func note(_ status: stat) {
        ctime = git_index_time(
            seconds: Int32(truncatingIfNeeded: status.st_ctim.tv_sec),
            nanoseconds: UInt32(truncatingIfNeeded: status.st_ctim.tv_nsec)
        )
        mtime = git_index_time(
            seconds: Int32(truncatingIfNeeded: status.st_mtim.tv_sec),
            nanoseconds: UInt32(truncatingIfNeeded: status.st_mtim.tv_nsec)
        )
        dev = UInt32(truncatingIfNeeded: status.st_dev)
        ino = UInt32(truncatingIfNeeded: status.st_ino)
        uid = status.st_uid
        gid = status.st_gid
        file_size = UInt32(truncatingIfNeeded: status.st_size)
    }
}
