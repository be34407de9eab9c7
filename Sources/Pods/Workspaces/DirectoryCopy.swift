import Crypto
import Foundation
import Glibc
import SystemPackage

/// A run's private copy of a directory of this machine, made when the first Pod of the run asks for it.
///
/// Links are copied as links. In the copy every user may write, whoever a step runs as.
struct DirectoryCopy {
    private let source: FilePath
    private let folder: FilePath
    private let target: FilePath

    /// - Parameters:
    ///   - source: The directory, or a link to it.
    ///   - folder: Where the run's copies lie; what of it lies in the source is not copied.
    init(of source: FilePath, in folder: FilePath) {
        self.source = source
        self.folder = folder
        let digest = SHA256.hash(data: Array(source.string.utf8))
        target = folder.appending(digest.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    /// The path of the finished copy.
    func path() throws -> FilePath {
        if HostFiles.exists(target) { return target }
        try HostFiles.makeDirectories(folder, mode: 0o700)
        // Pods that begin together may both copy; the first to finish gives the name.
        let draft = folder.appending("draft-\(UUID().uuidString)")
        do {
            try copyDirectory(source, to: draft)
            guard rename(draft.string, target.string) != 0 else { return target }
            let cause = Errno(rawValue: errno)
            guard HostFiles.exists(target) else {
                throw HostFileError(action: "copy to", path: target, cause: cause)
            }
        } catch {
            try? FileManager.default.removeItem(atPath: draft.string)  // it goes with the run's directory in any case
            throw error
        }
        try? FileManager.default.removeItem(atPath: draft.string)  // likewise
        return target
    }

    private func copyDirectory(_ source: FilePath, to target: FilePath) throws {
        try HostFiles.makeDirectory(target, mode: 0o777)
        guard let names = DirectoryTree.names(in: source) else {
            throw HostFileError(action: "read", path: source, cause: Errno(rawValue: errno))
        }
        for name in names {
            try Task.checkCancellation()
            try copy(source.appending(name), to: target.appending(name))
        }
    }

    private func copy(_ source: FilePath, to target: FilePath) throws {
        var status = stat()
        guard lstat(source.string, &status) == 0 else {
            if errno == ENOENT { return }  // it went while the rest was copied
            throw HostFileError(action: "read", path: source, cause: Errno(rawValue: errno))
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            if !isOwnFolder(status) { try copyDirectory(source, to: target) }
        case S_IFLNK:
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: source.string)
            try HostFiles.makeSymlink(target, to: FilePath(link))
        case S_IFREG:
            try copyFile(source, to: target, status)
        default:
            break  // sockets, pipes and devices are no content
        }
    }

    /// Copies a file with its mode and its time, by which tools see that it has not changed.
    private func copyFile(_ source: FilePath, to target: FilePath, _ status: stat) throws {
        do {
            let input = try FileDescriptor.open(source, .readOnly, options: [.noFollow, .closeOnExec])
            defer { try? input.close() }  // nothing was written to it
            let output = try FileDescriptor.open(
                target,
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite
            )
            try output.closeAfter {
                var count = 1
                while count > 0 {
                    try Task.checkCancellation()
                    count = sendfile(output.rawValue, input.rawValue, nil, 1 << 24)
                    guard count >= 0 else { throw Errno(rawValue: errno) }
                }
                guard fchmod(output.rawValue, (status.st_mode & 0o777) | 0o666) == 0,
                    futimens(output.rawValue, [status.st_atim, status.st_mtim]) == 0
                else { throw Errno(rawValue: errno) }
            }
        } catch let cause as Errno {
            throw HostFileError(action: "copy", path: source, cause: cause)
        }
    }

    /// Whether a directory is the one that the copies are made in: copying it would never end.
    private func isOwnFolder(_ status: stat) -> Bool {
        var own = stat()
        return stat(folder.string, &own) == 0 && own.st_dev == status.st_dev && own.st_ino == status.st_ino
    }
}
