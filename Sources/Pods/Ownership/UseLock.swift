import Glibc
import SystemPackage

/// A lock on something of this machine that runs share while they use it, and that whoever removes it takes alone.
///
/// The lock is `flock`'s, so it goes with the process however that ends.
final class UseLock: Sendable {
    /// The file that is locked; it may stand for something else.
    let path: FilePath
    private let descriptor: FileDescriptor

    private init(path: FilePath, descriptor: FileDescriptor) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        // The kernel drops the lock with the descriptor, whatever close says.
        try? descriptor.close()
    }

    /// Takes part in the use, waiting while somebody removes it.
    ///
    /// A removal holds the lock for the moment of a rename or an unlink.
    /// - Parameters:
    ///   - path: The file.
    ///   - isMade: Whether the file is made if it is not there.
    /// - Returns: The lock, until it is let go; nil if there is no file and none is made.
    /// - Throws: ``HostFileError``.
    static func share(_ path: FilePath, making isMade: Bool) throws -> UseLock? {
        while true {
            let descriptor: FileDescriptor
            do {
                descriptor = try open(path, making: isMade)
            } catch Errno.noSuchFileOrDirectory where !isMade {
                return nil
            } catch let cause as Errno {
                throw HostFileError(action: "open the lock", path: path, cause: cause)
            }
            let lock = UseLock(path: path, descriptor: descriptor)
            while flock(descriptor.rawValue, LOCK_SH) != 0 {
                let cause = Errno(rawValue: errno)
                guard cause == .interrupted else {
                    throw HostFileError(action: "take the lock", path: path, cause: cause)
                }
            }
            // A file that was removed meanwhile locks nothing.
            if lock.isNamed { return lock }
        }
    }

    /// Takes the lock alone, for a removal; nil while anybody uses it, or if there is no file and none is made.
    static func takeAlone(_ path: FilePath, making isMade: Bool = false) -> UseLock? {
        // A file that cannot be opened is not this caller's to remove.
        guard let descriptor = try? open(path, making: isMade) else { return nil }
        let lock = UseLock(path: path, descriptor: descriptor)
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0, lock.isNamed else { return nil }
        return lock
    }

    /// Whether the path still names the file that is locked.
    private var isNamed: Bool {
        var held = stat()
        var named = stat()
        return fstat(descriptor.rawValue, &held) == 0 && stat(path.string, &named) == 0
            && held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }

    private static func open(_ path: FilePath, making isMade: Bool) throws -> FileDescriptor {
        try FileDescriptor.open(
            path,
            .readOnly,
            options: isMade ? [.create, .closeOnExec] : [.closeOnExec],
            permissions: .ownerReadWrite
        )
    }
}
