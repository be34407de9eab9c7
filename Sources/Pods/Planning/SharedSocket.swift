import Docker
import Manifests
import Planning
import SystemPackage

/// How a Task that brings its own Docker daemon gets the engine's socket instead.
///
/// The daemon's sidecar is not started. The volume in which it would put its socket becomes a directory in which
/// `docker.sock` is the engine's, and steps that look for the daemon on its port are sent to that socket.
struct SharedSocket: Sendable, Hashable {
    /// Where every Docker client looks for the socket.
    static let path: FilePath = "/var/run/docker.sock"
    private static let folders: Set<FilePath> = ["/var/run", "/run"]
    private static let ports = [":2375", ":2376"]
    private static let variables: Set<String> = ["DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_TLS_CERTDIR"]

    /// The places in the Task's list of the sidecars that are not started.
    var replacedSidecars: Set<Int> = []
    /// The volumes that carry the socket.
    var volumes: Set<String> = []

    init(_ spec: TaskSpec) {
        let usedBySteps = Set(
            spec.steps.flatMap { Self.socketMounts(of: $0.container).map(\.name) }
        )
        for (index, sidecar) in spec.sidecars.enumerated() {
            let mounts = Self.socketMounts(of: sidecar.container)
            let servesSocket =
                sidecar.container.securityContext.isPrivileged
                && mounts.contains { usedBySteps.contains($0.name) }
            guard Self.isDaemon(sidecar.container) || servesSocket else { continue }
            replacedSidecars.insert(index)
            volumes.formUnion(mounts.map(\.name))
        }
    }

    var isUsed: Bool { !replacedSidecars.isEmpty }

    /// Where a step finds the engine's socket in its container.
    func socketPaths(in container: Container) -> [FilePath] {
        guard isUsed else { return [] }
        let mounted = container.volumeMounts
            .filter { volumes.contains($0.name) }
            .map { FilePath($0.mountPath).lexicallyNormalized().appending("docker.sock") }
        let isMounted = mounted.contains { Self.folders.contains($0.removingLastComponent()) }
        return mounted + (isSentToPort(container) && !isMounted ? [Self.path] : [])
    }

    /// The container with `DOCKER_HOST` at the socket if it was at the daemon's port.
    func redirected(_ container: Container) -> Container {
        guard isUsed, isSentToPort(container) else { return container }
        var container = container
        container.env.removeAll { Self.variables.contains($0.name) }
        for index in container.env.indices where container.env[index].name == "DOCKER_HOST" {
            container.env[index].value = .literal("unix://\(Self.path)")
        }
        return container
    }

    private func isSentToPort(_ container: Container) -> Bool {
        container.env.contains { variable in
            guard variable.name == "DOCKER_HOST", case .literal(let host) = variable.value else { return false }
            let address = host.hasPrefix("tcp://") ? host.dropFirst(6) : host[...]
            return Self.ports.contains { port in
                ["localhost", "127.0.0.1", "[::1]"].contains { address == $0 + port || address == $0 + port + "/" }
            }
        }
    }

    /// Whether a container's image and command make it a Docker daemon.
    private static func isDaemon(_ container: Container) -> Bool {
        let words = (container.command ?? []) + [container.script]
        let isOtherProgram = container.command != nil || !container.script.isEmpty
        if isOtherProgram, !words.contains(where: { $0.contains("dockerd") }) { return false }
        // A name that cannot be read is no daemon's.
        guard let image = try? ImageReference(parsing: container.image) else { return false }
        let name = image.repository.split(separator: "/").last ?? ""
        if name.contains("dind") { return true }
        guard name == "docker" else { return false }
        return (image.tag ?? "").contains("dind") || container.securityContext.isPrivileged
    }

    /// Whether a path of the machine is where an engine's socket usually is.
    static func isSocket(_ path: FilePath) -> Bool {
        folders.contains { $0.appending("docker.sock") == path }
    }

    private static func socketMounts(of container: Container) -> [VolumeMount] {
        container.volumeMounts.filter { folders.contains(FilePath($0.mountPath).lexicallyNormalized()) }
    }
}
