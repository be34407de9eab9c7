import Glibc
import Synchronization
package import SystemPackage

/// A lock file that is held while its process lives: the proof that what carries its path still has an owner.
///
/// The lock is `flock`'s, so it goes with the process however that ends.
package final class OwnerLock: Sendable {
    package enum Failure: Error, CustomStringConvertible {
        case cannotOpen(FilePath, cause: Errno)
        case cannotLock(FilePath, cause: Errno)

        package var description: String {
            switch self {
            case .cannotOpen(let path, let cause): "cannot open the lock file \(path): \(cause)"
            case .cannotLock(let path, let cause): "cannot take the lock \(path): \(cause)"
            }
        }
    }

    package let path: FilePath
    private let descriptor: FileDescriptor
    private let mustStay = Atomic(false)

    /// Makes the lock file of a run and takes its lock.
    package init(runID: String, stateDirectory: FilePath) throws {
        let folder = Self.folder(in: stateDirectory)
        try HostFiles.makeDirectories(folder, mode: 0o700)
        path = folder.appending("\(runID).lock")
        descriptor = try Self.hold(path)
    }

    /// Opens the file and takes its lock, anew if a sweep that saw it without an owner removed it in between.
    private static func hold(_ path: FilePath) throws -> FileDescriptor {
        while true {
            let descriptor = try open(path, creating: true)
            guard flock(descriptor.rawValue, LOCK_EX) == 0 else {
                let cause = Errno(rawValue: errno)
                try descriptor.close()
                throw Failure.cannotLock(path, cause: cause)
            }
            var held = stat()
            var named = stat()
            if fstat(descriptor.rawValue, &held) == 0, stat(path.string, &named) == 0, held.st_ino == named.st_ino {
                return descriptor
            }
            try descriptor.close()
        }
    }

    private init(path: FilePath, descriptor: FileDescriptor) {
        self.path = path
        self.descriptor = descriptor
    }

    /// Takes the lock of an owner that is gone, together with others that sweep; nil if it lives or if that cannot be told.
    ///
    /// Enough for what may be removed twice, like the objects of an engine.
    static func share(_ path: FilePath) -> OwnerLock? {
        take(path, LOCK_SH)
    }

    /// Takes the lock of an owner that is gone, for itself alone; nil if it lives or if that cannot be told.
    ///
    /// Waits for those that share the lock: they hold it for as long as an engine takes to remove containers.
    static func takeOver(_ path: FilePath) async throws -> OwnerLock? {
        for _ in 0..<2_000 {
            if let lock = take(path, LOCK_EX) { return lock }
            guard take(path, LOCK_SH) != nil else { return nil }
            try await Task.sleep(for: .milliseconds(5))
        }
        return nil
    }

    private static func take(_ path: FilePath, _ mode: Int32) -> OwnerLock? {
        // A file that cannot be opened proves nothing: it may be another machine's.
        guard let descriptor = try? open(path, creating: false) else { return nil }
        guard flock(descriptor.rawValue, mode | LOCK_NB) == 0 else {
            // Nothing was written: closing cannot lose anything.
            try? descriptor.close()
            return nil
        }
        return OwnerLock(path: path, descriptor: descriptor)
    }

    /// Whether the drydock that made a run still lives.
    package static func isHeld(runID: String, stateDirectory: FilePath) -> Bool {
        let descriptor: FileDescriptor
        do {
            descriptor = try open(folder(in: stateDirectory).appending("\(runID).lock"), creating: false)
        } catch Failure.cannotOpen(_, cause: .noSuchFileOrDirectory) {
            return false
        } catch {
            // What cannot be told is taken for alive.
            return true
        }
        let isFree = flock(descriptor.rawValue, LOCK_SH | LOCK_NB) == 0
        // Nothing was written: closing cannot lose anything.
        try? descriptor.close()
        return !isFree
    }

    deinit {
        // The kernel drops the lock with the descriptor, whatever close says.
        try? descriptor.close()
    }

    /// Removes the lock file; the lock is held until the object goes.
    ///
    /// Does nothing after ``keepFile()``.
    package func removeFile() {
        if !isKept { unlink(path.string) }
    }

    /// Whether the file stays.
    var isKept: Bool { mustStay.load(ordering: .acquiring) }

    /// Lets the file stay: something is left that a later sweep can remove only with this proof.
    func keepFile() {
        mustStay.store(true, ordering: .releasing)
    }

    /// Where lock files lie.
    static func folder(in stateDirectory: FilePath) -> FilePath {
        stateDirectory.appending("locks")
    }

    private static func open(_ path: FilePath, creating: Bool) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path,
                .readWrite,
                options: creating ? [.create, .closeOnExec] : [.closeOnExec],
                permissions: .ownerReadWrite
            )
        } catch let cause as Errno {
            throw Failure.cannotOpen(path, cause: cause)
        }
    }
}
