import CGit2
import Foundation
import SystemPackage

/// An open file that is closed when nobody has it any more.
final class OwnedDescriptor {
    let descriptor: FileDescriptor

    /// Makes a file anew, whatever was there.
    init(creating path: FilePath, permissions: FilePermissions) throws(LibraryError) {
        descriptor = try Self.open(path, [.create, .truncate], permissions)
    }

    /// Opens a file for writing, and makes it if it is missing.
    init(writing path: FilePath, permissions: FilePermissions) throws(LibraryError) {
        descriptor = try Self.open(path, .create, permissions)
    }

    deinit {
        // What was written to it has been reported; nothing else can be done.
        try? descriptor.close()
    }

    private static func open(
        _ path: FilePath,
        _ options: FileDescriptor.OpenOptions,
        _ permissions: FilePermissions
    ) throws(LibraryError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path,
                .writeOnly,
                options: [options, .closeOnExec],
                permissions: permissions
            )
        } catch {
            throw .writing(path, error)
        }
    }

    func write(_ bytes: [UInt8], to path: FilePath) throws(LibraryError) {
        do { try descriptor.writeAll(bytes) } catch { throw .writing(path, error) }
    }
}

extension LibraryError {
    /// That a file of this machine cannot be written.
    static func writing(_ path: FilePath, _ error: any Error) -> LibraryError {
        LibraryError(
            code: GIT_ERROR.rawValue,
            category: Int32(GIT_ERROR_OS.rawValue),
            message: "cannot write \(path): \(error)"
        )
    }

    /// Whether it is about a file that cannot be written, and not about what was read.
    var isAboutWriting: Bool { category == Int32(GIT_ERROR_OS.rawValue) }

    static let cancelled = LibraryError(code: GIT_EUSER.rawValue, category: 0, message: "cancelled")
}

/// Puts a file in the place of another.
func rename(_ path: FilePath, to destination: FilePath) throws(LibraryError) {
    guard Foundation.rename(path.string, destination.string) == 0 else {
        throw .writing(destination, Errno(rawValue: errno))
    }
}

/// Writes a text file at once: others see the old one or the new one.
func replace(_ path: FilePath, with text: String) throws(LibraryError) {
    let draft = FilePath(path.string + ".new")
    try write(text, to: draft)
    try rename(draft, to: path)
}

/// Writes a text file.
func write(_ text: String, to path: FilePath) throws(LibraryError) {
    let file = try OwnedDescriptor(creating: path, permissions: FilePermissions(rawValue: 0o644))
    try file.write(Array(text.utf8), to: path)
}
