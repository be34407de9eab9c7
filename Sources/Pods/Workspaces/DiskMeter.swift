import Glibc
package import SystemPackage

/// Measures what files take on the disk; a file with several names counts once.
package struct DiskMeter {
    private struct Inode: Hashable {
        var device: UInt64
        var number: UInt64
    }

    private var seen: Set<Inode> = []
    /// Whether there was something that the caller may not look into.
    package private(set) var isIncomplete = false

    package init() {}

    /// The bytes that a file, or a directory with all that is in it, takes; 0 if it is not there.
    package mutating func size(of path: FilePath) -> Int64 {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return 0 }
        var sum = bytes(of: status)
        guard status.st_mode & S_IFMT == S_IFDIR else { return sum }
        if access(path.string, R_OK | X_OK) != 0 { isIncomplete = true }
        // The walk's closure cannot change this value itself.
        var meter = self
        DirectoryTree.visit(path) { path, status in
            sum += meter.bytes(of: status)
            if status.st_mode & S_IFMT == S_IFDIR, access(path.string, R_OK | X_OK) != 0 { meter.isIncomplete = true }
            return true
        }
        self = meter
        return sum
    }

    private mutating func bytes(of status: stat) -> Int64 {
        if status.st_nlink > 1, status.st_mode & S_IFMT != S_IFDIR {
            let inode = Inode(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
            guard seen.insert(inode).inserted else { return 0 }
        }
        return Int64(status.st_blocks) * 512
    }
}
