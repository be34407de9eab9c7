import Foundation
import Glibc
import SystemPackage

/// A run's private copy of a directory of this machine, made when the first Pod of the run asks for it.
struct DirectoryCopy {
    private let source: FilePath
    private let target: FilePath

    init(of source: FilePath, in folder: FilePath) {
        self.source = source
        let name = source.string.utf8.map { $0 == UInt8(ascii: "/") ? "-" : String(UnicodeScalar($0)) }.joined()
        target = folder.appending(name)
    }

    /// The path of the finished copy.
    func path() throws -> FilePath {
        if HostFiles.exists(target) { return target }
        try HostFiles.makeDirectories(target.removingLastComponent(), mode: 0o700)
        // Pods that begin together may both copy; the first to finish gives the name.
        let draft = FilePath("\(target)~\(UUID().uuidString)")
        try copy(source, to: draft)
        if rename(draft.string, target.string) != 0 {
            let cause = Errno(rawValue: errno)
            try? FileManager.default.removeItem(atPath: draft.string)  // it goes with the run's directory in any case
            guard HostFiles.exists(target) else {
                throw HostFileError(action: "copy to", path: target, cause: cause)
            }
        }
        return target
    }

    /// Copies a tree; in the copy every user may write, whoever a step runs as.
    private func copy(_ source: FilePath, to target: FilePath) throws {
        var status = stat()
        guard lstat(source.string, &status) == 0 else {
            throw HostFileError(action: "read", path: source, cause: Errno(rawValue: errno))
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            try HostFiles.makeDirectory(target, mode: 0o777)
            for name in try FileManager.default.contentsOfDirectory(atPath: source.string) {
                try copy(source.appending(name), to: target.appending(name))
            }
        case S_IFLNK:
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: source.string)
            try HostFiles.makeSymlink(target, to: FilePath(link))
        case S_IFREG:
            try FileManager.default.copyItem(atPath: source.string, toPath: target.string)
            try HostFiles.setMode((status.st_mode & 0o7777) | 0o666, of: target)
        default:
            break  // sockets, pipes and devices are no content
        }
    }
}
