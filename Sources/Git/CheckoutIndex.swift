import CGit2
package import SystemPackage

/// What a file is in its folder, as an index keeps it to see at a glance that a file is unchanged.
package struct FileStatus: Sendable, Hashable {
    /// A time of the file system, since 1970.
    package struct Time: Sendable, Hashable {
        package var seconds: Int
        package var nanoseconds: Int

        package init(seconds: Int, nanoseconds: Int) {
            self.seconds = seconds
            self.nanoseconds = nanoseconds
        }
    }

    package var changed: Time
    package var modified: Time
    package var device: UInt
    package var inode: UInt
    package var user: UInt32
    package var group: UInt32
    package var size: Int

    package init(changed: Time, modified: Time, device: UInt, inode: UInt, user: UInt32, group: UInt32, size: Int) {
        self.changed = changed
        self.modified = modified
        self.device = device
        self.inode = inode
        self.user = user
        self.group = group
        self.size = size
    }
}

/// The index of a checkout whose files were moved or given away.
package enum CheckoutIndex {
    /// Writes what the files are now, so that git need not read them to find them unchanged.
    /// - Parameters:
    ///   - index: The file, like `.git/index`.
    ///   - status: What a file is, by its path in the working tree; nil leaves its entry as it is.
    /// - Throws: That the file cannot be read or written.
    package static func update(_ index: FilePath, _ status: (String) -> FileStatus?) throws(GitError) {
        try Library.start()
        do throws(LibraryError) {
            let handle = try Handle(freedBy: git_index_free) { git_index_open($0, index.string) }
            for position in 0..<git_index_entrycount(handle.pointer) {
                guard let found = git_index_get_byindex(handle.pointer, position),
                    found.pointee.mode != GIT_FILEMODE_COMMIT.rawValue,
                    let status = status(String(cString: found.pointee.path))
                else { continue }
                var entry = found.pointee
                entry.update(from: status)
                try check(git_index_add(handle.pointer, &entry))
            }
            try check(git_index_write(handle.pointer))
        } catch {
            throw .failed(action: "writing", subject: index.string, message: error.message)
        }
    }
}

extension git_index_entry {
    /// The format has 32 bits for each number; more are cut off, as git does.
    fileprivate mutating func update(from status: FileStatus) {
        ctime = git_index_time(status.changed)
        mtime = git_index_time(status.modified)
        dev = UInt32(truncatingIfNeeded: status.device)
        ino = UInt32(truncatingIfNeeded: status.inode)
        uid = status.user
        gid = status.group
        file_size = UInt32(truncatingIfNeeded: status.size)
    }
}

extension git_index_time {
    fileprivate init(_ time: FileStatus.Time) {
        self.init(
            seconds: Int32(truncatingIfNeeded: time.seconds),
            nanoseconds: UInt32(truncatingIfNeeded: time.nanoseconds)
        )
    }
}
