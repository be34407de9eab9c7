package import Docker
import Foundation
import Glibc
package import SystemPackage

/// Removes what drydocks left behind that are no more.
///
/// Only what is proven to have lost its owner is touched: what carries the path of a lock file whose lock can be taken.
package struct Sweeper: Sendable {
    static let runLabel = "dev.drydock.run"
    /// The label of everything that drydocks make on the engine, with the path of their lock file.
    package static let ownerLabel = "dev.drydock.owner"

    private let docker: DockerClient
    private let stateDirectory: FilePath
    private let entrypoint: FilePath

    /// - Parameters:
    ///   - docker: The engine.
    ///   - stateDirectory: Where this caller's runs keep their files.
    ///   - entrypoint: The program that runs inside containers, for files that only a container may remove.
    package init(docker: DockerClient, stateDirectory: FilePath, entrypoint: FilePath) {
        self.docker = docker
        self.stateDirectory = stateDirectory
        self.entrypoint = entrypoint
    }

    /// The labels of everything that a run makes on the engine.
    static func labels(runID: String, lock: FilePath) -> [String: String] {
        [runLabel: runID, ownerLabel: lock.string]
    }

    /// The directory of a run's files.
    static func directory(ofRun runID: String, in stateDirectory: FilePath) -> FilePath {
        stateDirectory.appending("pods").appending(runID)
    }

    /// Removes the containers, volumes and networks of owners that are gone, and the files of this caller's runs.
    /// - Returns: How many objects of the engine were removed.
    /// - Throws: What kept something from being removed.
    @discardableResult
    package func sweep() async throws -> Int {
        let found = try await OwnedObjects.list(on: docker)
        let own = ownLockFiles()
        var count = 0
        for path in Set(found.byOwner.keys).union(own) {
            guard path.isAbsolute else { continue }
            let isOwn = own.contains(path)
            let lock = isOwn ? try await OwnerLock.takeOver(path) : OwnerLock.share(path)
            if let lock {
                count += try await remove(found.byOwner[path] ?? OwnedObjects.Group(), isOwn: isOwn, lock: lock)
            }
        }
        return count
    }

    private func remove(_ orphan: OwnedObjects.Group, isOwn: Bool, lock: OwnerLock) async throws -> Int {
        for id in orphan.containers { try await docker.removeContainer(id) }
        for name in orphan.volumes { try await docker.removeVolume(name, force: true) }
        for id in orphan.networks { try await docker.removeNetwork(id) }
        if isOwn, let name = lock.path.stem {
            let installation = EntrypointInstallation(
                docker: docker,
                source: entrypoint,
                stateDirectory: stateDirectory
            )
            let labels = Self.labels(runID: name, lock: lock.path)
            let removal = HostRemoval(docker: docker, entrypoint: installation, labels: labels)
            let directory = Self.directory(ofRun: name, in: stateDirectory)
            for handedOver in try HandedOverDirectory.recorded(in: directory) {
                try await handedOver.handOver(with: removal)
            }
            try await removal.remove(directory)
            lock.removeFile()
        }
        return orphan.containers.count + orphan.volumes.count + orphan.networks.count
    }

    private func ownLockFiles() -> Set<FilePath> {
        let folder = OwnerLock.folder(in: stateDirectory)
        // Without a folder there were no runs.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
        return Set(names.filter { $0.hasSuffix(".lock") }.map { folder.appending($0) })
    }
}
