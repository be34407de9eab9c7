import Foundation
import SystemPackage

/// A lock that processes take on a file, kept as long as it lives.
///
/// Waiting for it blocks the thread.
final class FileLock {
    enum Kind {
        /// Others may have it shared too.
        case shared
        /// Nobody else has it.
        case exclusive

        fileprivate var operation: Int32 {
            switch self {
            case .shared: LOCK_SH
            case .exclusive: LOCK_EX
            }
        }
    }

    private let file: OwnedDescriptor
    private let path: FilePath

    /// - Parameters:
    ///   - path: The file, made if it is missing; it is never removed.
    ///   - kind: Whether others may have it too.
    /// - Throws: That it cannot be made or taken.
    init(_ path: FilePath, _ kind: Kind) throws(LibraryError) {
        self.path = path
        file = try OwnedDescriptor(writing: path, permissions: FilePermissions(rawValue: 0o600))
        try change(to: kind)
    }

    /// Takes it the other way; somebody else may have it in between.
    func change(to kind: Kind) throws(LibraryError) {
        while flock(file.descriptor.rawValue, kind.operation) != 0 {
            guard errno == EINTR else { throw .writing(path, Errno(rawValue: errno)) }
        }
    }

    /// Takes it alone if nobody else has it; otherwise it is lost.
    func takeAlone() -> Bool { flock(file.descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 }
}
