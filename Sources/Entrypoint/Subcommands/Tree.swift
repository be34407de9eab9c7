import Glibc

/// A walk through a directory tree that never follows a link out of it.
enum Tree {
    /// Visits what is below a name in an open directory, then the name itself; returns whether every visit succeeded.
    ///
    /// A visit gets the open directory, the name in it, its status, and its path for messages.
    static func visit(
        _ name: String,
        in directory: Int32 = AT_FDCWD,
        path: String,
        _ body: (_ directory: Int32, _ name: String, _ status: stat, _ path: String) -> Bool
    ) -> Bool {
        var status = stat()
        guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno != ENOENT else { return true }
            Log.note("\(SystemError("look at", path))")
            return false
        }
        var succeeded = true
        if status.st_mode & S_IFMT == S_IFDIR {
            let child = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if child >= 0 {
                for entry in entries(of: child) where !visit(entry, in: child, path: "\(path)/\(entry)", body) {
                    succeeded = false
                }
                close(child)
            } else {
                Log.note("\(SystemError("open", path))")
                succeeded = false
            }
        }
        return body(directory, name, status, path) && succeeded
    }

    private static func entries(of directory: Int32) -> [String] {
        // A stream closes its descriptor, and the caller keeps its own.
        names(of: fdopendir(dup(directory)))
    }

    /// The names in a directory; none if it cannot be read.
    static func names(in directory: String) -> [String] { names(of: opendir(directory)) }

    private static func names(of stream: OpaquePointer?) -> [String] {
        guard let stream else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." {
                names.append(name)
            }
        }
        return names
    }
}
