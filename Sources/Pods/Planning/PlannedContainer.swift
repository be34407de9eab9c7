import Docker
import Manifests
import SystemPackage

/// A container of a Pod, ready to be made but for where the Pod's files lie on this machine.
struct PlannedContainer: Sendable {
    enum Role: Sendable, Hashable {
        case step(Int)
        case sidecar
    }

    var role: Role
    /// The name in the Task, like `build`.
    var name: String
    /// The name of the container in a Pod, like `step-build`.
    var containerName: String
    var image: PodImage
    /// Everything but mounts and network.
    var configuration: ContainerConfiguration
    var mounts: [PlannedMount]
    /// The file in the Pod's scripts that the container runs, if it has a script.
    var script: PlannedScript?
    /// What must succeed before the steps begin; a sidecar that does not come up in its time is ended.
    var startupProbe: Probe?
    /// What must succeed next before the steps begin, however long it takes.
    var readinessProbe: Probe?
    /// The ports that the container names, for probes.
    var namedPorts: [String: Int] = [:]
    /// Whether the container reaches nothing, not even the others of its Pod.
    var hasNoNetwork = false
    /// Whether a failure of the step does not end the Task.
    var continuesOnError = false

    var hasProbes: Bool { startupProbe != nil || readinessProbe != nil }

    /// Whether the address of the Pod must be known before the container is made.
    var needsAddress: Bool {
        configuration.env.contains {
            $0.contains(PodIdentity.addressMark) || $0.contains(PodIdentity.hostAddressMark)
        }
    }
}

/// A file or directory that a container sees.
struct PlannedMount: Sendable, Hashable {
    enum Source: Sendable, Hashable {
        /// A path in the Pod's own directory.
        case pod(FilePath)
        /// A volume of the Pod, or a path in it that is made if it is missing.
        case volume(String, subPath: FilePath)
        case engineSocket
    }

    var source: Source
    var target: FilePath
    var isReadOnly = false
}

/// A script, as the file that runs.
struct PlannedScript: Sendable, Hashable {
    var name: String
    var text: String
}
