package import Docker
import Foundation
package import SystemPackage

/// What a command does on this machine and the engine that is not a run: removals through a container, and probes.
///
/// It has a lock of its own, so that a sweep finds what it leaves if it is killed.
package struct Housekeeping: Sendable {
    private let docker: DockerClient
    private let lock: OwnerLock
    private let removal: HostRemoval
    private let runID: String
    private let stateDirectory: FilePath

    /// Takes a lock in the state folder; ``finish()`` gives it up.
    package init(docker: DockerClient, stateDirectory: FilePath, entrypoint: FilePath) throws {
        self.docker = docker
        self.stateDirectory = stateDirectory
        runID = "keep-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        lock = try OwnerLock(runID: runID, stateDirectory: stateDirectory)
        let installation = EntrypointInstallation(
            docker: docker,
            source: entrypoint,
            stateDirectory: stateDirectory
        )
        removal = HostRemoval(
            docker: docker,
            entrypoint: installation,
            labels: Sweeper.labels(runID: runID, lock: lock.path)
        )
    }

    /// Removes a directory of this machine, also what containers made in it and the caller may not remove.
    package func remove(_ path: FilePath) async throws { try await removal.remove(path) }

    /// Removes the mirror of a repository, or what is left of one that was being made.
    /// - Returns: False while a clone uses it.
    package func removeMirror(_ path: FilePath) async throws -> Bool {
        guard let lock = UseLock.takeAlone(Self.mirrorLock(path), making: true) else { return false }
        try await removal.remove(path)
        withExtendedLifetime(lock) {}
        return true
    }

    /// Whether a clone uses a mirror.
    package static func isMirrorInUse(_ path: FilePath) -> Bool {
        let lock = mirrorLock(path)
        return HostFiles.exists(lock) && UseLock.takeAlone(lock) == nil
    }

    /// The file beside a mirror that clones lock while they use it; it stays where it is.
    private static func mirrorLock(_ path: FilePath) -> FilePath {
        let whole = [".new", ".old"].reduce(path.string) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
        return FilePath(whole + ".lock")
    }

    /// Whether containers see what lies in a folder of this machine: one is asked to remove a marker there.
    ///
    /// An engine on another machine, or in one that is not shared with this one, does not.
    package func containersSee(_ folder: FilePath) async throws -> Bool {
        let mark = ".probe-"
        for name in DirectoryTree.names(in: folder) ?? [] where name.hasPrefix(mark) {
            // Of one that was killed.
            guard !OwnerLock.isHeld(runID: String(name.dropFirst(mark.count)), stateDirectory: stateDirectory)
            else { continue }
            try await removal.remove(folder.appending(name))
        }
        let probe = folder.appending(mark + runID)
        try HostFiles.makeDirectories(probe, mode: 0o700)
        defer { rmdir(probe.string) }
        let marker = probe.appending("marker")
        try HostFiles.write([], to: marker)
        defer { unlink(marker.string) }
        do {
            try await removal.removeInContainer("marker", in: probe)
        } catch DockerError.refused(_, 400, _), DockerError.notFound {
            // The engine finds no such folder on its machine.
            return false
        }
        return !HostFiles.exists(marker)
    }

    /// Gives the lock up.
    package func finish() { lock.removeFile() }
}
