import Foundation
import Glibc
import SystemPackage

/// A file that appears with all its content at once: what is half written has no name, and goes with the process.
struct WholeFile {
    /// Linux' `O_TMPFILE`: a file in a folder without a name there.
    private static let namelessFlags: Int32 = 0o20000000 | O_DIRECTORY

    private let target: FilePath
    private let descriptor: FileDescriptor
    /// Its name meanwhile, on file systems that know no files without one.
    private let draft: FilePath?

    /// Begins a file beside the one that it will become.
    init(_ target: FilePath) throws {
        self.target = target
        let parent = target.removingLastComponent()
        let folder = parent.isEmpty ? FilePath(".") : parent
        let nameless = Glibc.open(folder.string, Self.namelessFlags | O_WRONLY | O_CLOEXEC, 0o644)
        if nameless >= 0 {
            descriptor = FileDescriptor(rawValue: nameless)
            draft = nil
            return
        }
        let cause = Errno(rawValue: errno)
        guard [.notSupported, .isDirectory, .invalidArgument].contains(cause) else { throw cause }
        let name = ".\(target.lastComponent?.string ?? "file").\(getpid())"
        let path = folder.appending(name)
        descriptor = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        draft = path
    }

    func write(_ bytes: [UInt8]) throws { try descriptor.writeAll(bytes) }

    /// Gives the file its name.
    ///
    /// Unless it is replacing one, a file of that name is an error, also if it came meanwhile.
    func finish(isReplacing: Bool) throws {
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
        let source = draft?.string ?? "/proc/self/fd/\(descriptor.rawValue)"
        guard isReplacing else {
            try link(source, to: target)
            abandon()
            return
        }
        if let draft {
            try rename(draft)
        } else {
            let name = ".\(target.lastComponent?.string ?? "file").\(getpid())"
            let named = target.removingLastComponent().appending(name)
            unlink(named.string)
            try link(source, to: named)
            do { try rename(named) } catch {
                unlink(named.string)
                throw error
            }
        }
        try descriptor.close()
    }

    /// Gives the file up.
    func abandon() {
        if let draft { unlink(draft.string) }
        // What was not named is gone, whatever close says.
        try? descriptor.close()
    }

    private func link(_ source: String, to path: FilePath) throws {
        guard linkat(AT_FDCWD, source, AT_FDCWD, path.string, AT_SYMLINK_FOLLOW) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    private func rename(_ path: FilePath) throws {
        guard Glibc.rename(path.string, target.string) == 0 else { throw Errno(rawValue: errno) }
    }
}
