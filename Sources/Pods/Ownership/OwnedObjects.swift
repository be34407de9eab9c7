import Docker
import SystemPackage

/// What drydocks made on an engine, by the lock file of each owner, whether that owner lives or not.
struct OwnedObjects: Sendable {
    /// The ids of what one owner made.
    struct Group: Sendable {
        var containers: [String] = []
        var volumes: [String] = []
        var networks: [String] = []
    }

    private(set) var byOwner: [FilePath: Group] = [:]

    /// Asks an engine.
    static func list(on docker: DockerClient) async throws -> OwnedObjects {
        async let containers = docker.listContainers(labels: [Sweeper.ownerLabel])
        async let volumes = docker.listVolumes(labels: [Sweeper.ownerLabel])
        async let networks = docker.listNetworks(labels: [Sweeper.ownerLabel])
        var objects = OwnedObjects()
        for container in try await containers { objects[container.labels].containers.append(container.id) }
        for volume in try await volumes { objects[volume.labels].volumes.append(volume.name) }
        for network in try await networks { objects[network.labels].networks.append(network.id) }
        return objects
    }

    private subscript(_ labels: [String: String]) -> Group {
        get { byOwner[owner(labels)] ?? Group() }
        set { byOwner[owner(labels)] = newValue }
    }

    private func owner(_ labels: [String: String]) -> FilePath { FilePath(labels[Sweeper.ownerLabel] ?? "") }
}
