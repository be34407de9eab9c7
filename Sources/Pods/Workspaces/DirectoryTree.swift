import Glibc
import SystemPackage

/// What is in a directory, at any depth; no link is followed.
enum DirectoryTree {
    /// Visits everything in a directory, a directory before what is in it; what cannot be read is left out.
    /// - Parameters:
    ///   - directory: Where to begin; it is not visited itself.
    ///   - body: Takes a path and its status, and says whether to go into it if it is a directory.
    static func visit(_ directory: FilePath, _ body: (FilePath, stat) -> Bool) {
        for name in names(in: directory) ?? [] {
            let path = directory.appending(name)
            var status = stat()
            guard lstat(path.string, &status) == 0, body(path, status) else { continue }
            if status.st_mode & S_IFMT == S_IFDIR { visit(path, body) }
        }
    }

    /// The names in a directory, nil if it cannot be read; `errno` says why.
    static func names(in directory: FilePath) -> [String]? {
        guard let stream = opendir(directory.string) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
