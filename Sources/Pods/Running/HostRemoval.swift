import Docker
import Foundation
import SystemPackage

/// Removes directories of this machine, also what containers made in them and the caller may not remove.
struct HostRemoval: Sendable {
    let docker: DockerClient
    let entrypoint: EntrypointInstallation
    let labels: [String: String]

    /// Removes what can be removed of a tree; ``remove(_:)`` sees to the rest.
    func begin(_ path: FilePath) async {
        try? FileManager.default.removeItem(atPath: path.string)
    }

    /// Removes a tree.
    /// - Throws: If something of it is left.
    func remove(_ path: FilePath) async throws {
        guard HostFiles.exists(path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path.string)
            return
        } catch {
            guard HostFiles.exists(path) else { return }
        }
        guard let name = path.lastComponent else { return }
        try await removeInContainer(name, in: path.removingLastComponent())
        guard HostFiles.exists(path) else { return }
        throw HostFileError(action: "remove", path: path, cause: .notPermitted)
    }

    /// Has a container remove what is in a directory of this machine; whether it did is for the caller to see.
    func removeInContainer(_ name: FilePath.Component, in directory: FilePath) async throws {
        _ = try await run(["remove", FilePath("/mnt").appending(name).string], mounting: directory, at: "/mnt")
    }

    /// Gives files of this machine to a user.
    func changeOwner(of paths: [FilePath], in directory: FilePath, to user: UInt32, group: UInt32) async throws {
        let inContainer = paths.map { path in
            var target = FilePath("/mnt")
            target.components.append(contentsOf: path.components.dropFirst(directory.components.count))
            return target.string
        }
        let code = try await run(["chown", "\(user):\(group)"] + inContainer, mounting: directory, at: "/mnt")
        guard code == 0 else {
            throw HostFileError(action: "give files to user \(user) in", path: directory, cause: .notPermitted)
        }
    }

    /// Runs a small task of the entrypoint in a container of its own, and tells its exit code.
    private func run(_ arguments: [String], mounting directory: FilePath, at target: FilePath) async throws -> Int {
        var configuration = ContainerConfiguration(image: try await entrypoint.image())
        configuration.command = arguments
        configuration.labels = labels
        configuration.host.networkMode = .none
        configuration.host.mounts = [.bind(source: directory, target: target)]
        return try await withoutCancellation { [docker, entrypoint, configuration] in
            let id: String
            do {
                id = try await docker.createContainer(configuration)
            } catch DockerError.notFound {
                var again = configuration
                again.image = try await entrypoint.imageAnew()
                id = try await docker.createContainer(again)
            }
            let exit: Result<ContainerExit, any Error>
            do {
                try await docker.startContainer(id)
                exit = .success(try await docker.waitContainer(id))
            } catch {
                exit = .failure(error)
            }
            do {
                try await docker.removeContainer(id)
            } catch  where (try? exit.get()) == nil {
                // What went wrong first is what is told.
            }
            return try exit.get().code
        }
    }
}
