import Glibc

/// A user and a group by their numbers; names cannot be looked up in another system's files.
struct Owner {
    let user: uid_t
    let group: gid_t

    /// Reads `UID:GID`.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let user = uid_t(parts[0]), let group = gid_t(parts[1]) else { return nil }
        self.user = user
        self.group = group
    }
}

/// Gives trees to another owner.
struct OwnerChange {
    let owner: Owner

    func run(_ paths: some Sequence<String>) -> Int32 {
        var succeeded = true
        for path in paths {
            let isChanged = Tree.visit(path, path: path) { directory, name, _, path in
                if fchownat(directory, name, owner.user, owner.group, AT_SYMLINK_NOFOLLOW) == 0 || errno == ENOENT {
                    return true
                }
                Log.note("\(SystemError("change the owner of", path))")
                return false
            }
            succeeded = succeeded && isChanged
        }
        return succeeded ? 0 : 1
    }
}
