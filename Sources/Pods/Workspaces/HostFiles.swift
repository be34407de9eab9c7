import Glibc
package import SystemPackage

/// A file operation of this machine that failed.
package struct HostFileError: Error, Sendable, CustomStringConvertible {
    package var action: String
    package var path: FilePath
    package var cause: Errno

    package var description: String { "cannot \(action) \(path): \(cause)" }
}

/// Files and directories of this machine with exact modes, whatever the umask.
package enum HostFiles {
    /// Makes a directory, and those above it that are missing.
    ///
    /// Those above get the mode `0755`; one that is there keeps its own.
    /// - Throws: ``HostFileError``.
    package static func makeDirectories(_ path: FilePath, mode: UInt32 = 0o755) throws {
        if isDirectory(path) { return }
        let parent = path.removingLastComponent()
        if parent != path, !parent.isEmpty { try makeDirectories(parent) }
        try makeDirectory(path, mode: mode_t(mode))
    }

    /// Makes a directory whose parent is there.
    ///
    /// One that is there already keeps its mode.
    static func makeDirectory(_ path: FilePath, mode: mode_t) throws {
        guard mkdir(path.string, mode) == 0 else {
            let cause = Errno(rawValue: errno)
            if cause == .fileExists, isDirectory(path) { return }
            throw HostFileError(
                action: "make the directory",
                path: path,
                cause: cause == .fileExists ? .notDirectory : cause
            )
        }
        try setMode(mode, of: path)
    }

    /// Writes a whole file with a mode; one that is there is written anew.
    static func write(_ bytes: some Sequence<UInt8>, to path: FilePath, mode: mode_t = 0o644) throws {
        do {
            let descriptor = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: .ownerReadWrite
            )
            try descriptor.closeAfter {
                _ = try descriptor.writeAll(bytes)
                guard fchmod(descriptor.rawValue, mode) == 0 else { throw Errno(rawValue: errno) }
            }
        } catch let cause as Errno {
            throw HostFileError(action: "write", path: path, cause: cause)
        }
    }

    /// Writes a file that appears with all its content at once.
    static func writeAtomically(_ bytes: some Sequence<UInt8>, to path: FilePath, mode: mode_t = 0o644) throws {
        let name = path.lastComponent?.string ?? "file"
        let draft = path.removingLastComponent().appending(".\(name).\(getpid())")
        do {
            try write(bytes, to: draft, mode: mode)
            guard rename(draft.string, path.string) == 0 else {
                throw HostFileError(action: "write", path: path, cause: Errno(rawValue: errno))
            }
        } catch {
            unlink(draft.string)
            throw error
        }
    }

    /// The bytes of a file, at most as many as a limit; nil if it is not there.
    /// - Throws: ``HostFileError``.
    package static func read(_ path: FilePath, limit: Int = 1 << 20) throws -> [UInt8]? {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow])
            return try descriptor.closeAfter {
                var bytes: [UInt8] = []
                while bytes.count < limit {
                    let chunk = try [UInt8](unsafeUninitializedCapacity: min(65_536, limit - bytes.count)) {
                        buffer,
                        count in
                        count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                    }
                    if chunk.isEmpty { break }
                    bytes += chunk
                }
                return bytes
            }
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch let cause as Errno {
            throw HostFileError(action: "read", path: path, cause: cause)
        }
    }

    static func setMode(_ mode: mode_t, of path: FilePath) throws {
        guard chmod(path.string, mode) == 0 else {
            throw HostFileError(action: "set the mode of", path: path, cause: Errno(rawValue: errno))
        }
    }

    static func makeSymlink(_ path: FilePath, to target: FilePath) throws {
        guard symlink(target.string, path.string) == 0 || errno == EEXIST else {
            throw HostFileError(action: "make the link", path: path, cause: Errno(rawValue: errno))
        }
    }

    /// What a symbolic link says, nil where there is none.
    static func target(ofSymlink path: FilePath) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path.string, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes a named pipe that every user may write to.
    static func makePipe(_ path: FilePath) throws {
        guard mkfifo(path.string, 0o622) == 0, chmod(path.string, 0o622) == 0 else {
            throw HostFileError(action: "make the pipe", path: path, cause: Errno(rawValue: errno))
        }
    }

    /// A path that is absolute and without links; nil if it leads to nothing.
    package static func resolved(_ path: FilePath) -> FilePath? {
        guard let text = realpath(path.string, nil) else { return nil }
        defer { free(text) }
        return FilePath(platformString: text)
    }

    /// Whether a path leads to a directory.
    package static func isDirectory(_ path: FilePath) -> Bool { kind(of: path) == S_IFDIR }

    /// Whether a path leads to something.
    package static func exists(_ path: FilePath) -> Bool { kind(of: path) != nil }

    /// The type bits of what a path leads to, nil if there is nothing.
    static func kind(of path: FilePath) -> mode_t? {
        var status = stat()
        return stat(path.string, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
