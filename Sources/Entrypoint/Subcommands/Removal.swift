import Glibc

/// Removes trees that the caller of drydock may not, because a container's root made them.
enum Removal {
    static func run(_ paths: [String]) -> Int32 {
        var succeeded = true
        for path in paths {
            let isGone = Tree.visit(path, path: path) { directory, name, status, path in
                let isDirectory = status.st_mode & S_IFMT == S_IFDIR
                if unlinkat(directory, name, isDirectory ? AT_REMOVEDIR : 0) == 0 || errno == ENOENT {
                    return true
                }
                Log.note("\(SystemError("remove", path))")
                return false
            }
            succeeded = succeeded && isGone
        }
        return succeeded ? 0 : 1
    }
}
