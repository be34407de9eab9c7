import Docker
import Manifests
import Planning
import SystemPackage

/// The containers and volumes that a TaskRun becomes.
///
/// A value: nothing is asked of the engine and no file is touched to make it.
struct PodPlan: Sendable {
    /// What the plan depends on beside the TaskRun.
    struct Surroundings: Sendable {
        /// The images, by the names in the Task.
        var images: [String: PodImage]
        var keyed: KeyedValues
        var pod: PodIdentity
        var machine: MachineSize
        /// Whether the steps reach no network.
        var isHermetic = false
        var resultLimit = ResultLimit.each
        /// Labels of everything that is made.
        var labels: [String: String]
    }

    /// The hostname of the Pod.
    var hostname: String
    /// What the owner of the network is told: hosts, name servers, kernel settings.
    var network: HostConfiguration
    /// Whether a container that does nothing else owns the network and the hostname.
    var needsSandbox: Bool
    var steps: [PlannedContainer]
    var sidecars: [PlannedContainer]
    var volumes: [String: VolumeContent]
    /// What each step finds in its credentials folder.
    var credentials: [VolumeFile]
    /// The scripts for whoever stands at a breakpoint, by their names; none where there is no breakpoint.
    var debugScripts: [String: String] = [:]

    var containers: [PlannedContainer] { sidecars + steps }

    /// Plans the Pod of a TaskRun, or says why Tekton or Kubernetes would refuse it.
    init(_ taskRun: TaskRunPlan, _ surroundings: Surroundings) throws(Refusal) {
        let socket = SharedSocket(taskRun.podSpec)
        let template = PodTemplate(taskRun.podTemplate)
        let planner = ContainerPlanner(
            taskRun: taskRun,
            surroundings: surroundings,
            template: template,
            socket: socket
        )
        volumes = try Self.volumes(of: taskRun, template: template, socket: socket, surroundings)
        sidecars = try Self.list(taskRun.podSpec.sidecars) { (index, sidecar) throws(Refusal) in
            socket.replacedSidecars.contains(index) ? nil : try planner.sidecar(sidecar, index: index)
        }
        let hasSidecars = !sidecars.isEmpty
        steps = try Self.list(taskRun.podSpec.steps) { (index, step) throws(Refusal) in
            try planner.step(step, index: index, waitsForSidecars: hasSidecars)
        }
        credentials = try RunCredentials(of: taskRun, manifests: surroundings.keyed.manifests).files
        if !taskRun.breakpoints.isEmpty { debugScripts = DebugScripts.all }
        hostname = surroundings.pod.name
        network = Self.network(of: template)
        let all = sidecars + steps
        needsSandbox = network.networkMode != .host && (all.count > 1 || all.contains { $0.needsAddress })
        for mount in all.flatMap(\.mounts) {
            guard case .volume(let name, _) = mount.source, volumes[name] == nil else { continue }
            throw .podCreation("volumeMounts: no volume is named \"\(name)\"", pod: surroundings.pod.name)
        }
    }

    private static func list<Element>(
        _ elements: [Element],
        _ transform: (Int, Element) throws(Refusal) -> PlannedContainer?
    ) throws(Refusal) -> [PlannedContainer] {
        var planned: [PlannedContainer] = []
        for (index, element) in elements.enumerated() {
            if let container = try transform(index, element) { planned.append(container) }
        }
        return planned
    }

    private static func volumes(
        of taskRun: TaskRunPlan,
        template: PodTemplate,
        socket: SharedSocket,
        _ surroundings: Surroundings
    ) throws(Refusal) -> [String: VolumeContent] {
        let contents = VolumeContents(keyed: surroundings.keyed, pod: surroundings.pod)
        var volumes: [String: VolumeContent] = [:]
        let workspaces = try workspaceVolumes(of: taskRun, surroundings).values
        for volume in workspaces { volumes[volume.name] = volume.content }
        for volume in taskRun.podSpec.volumes + template.volumes where volumes[volume.name] == nil {
            guard !socket.volumes.contains(volume.name) else {
                volumes[volume.name] = .socketDirectory
                continue
            }
            let key = "\(taskRun.namespace)/\(taskRun.name)/\(volume.name)"
            volumes[volume.name] = try contents.content(of: volume.source, name: volume.name, templateKey: key)
        }
        return volumes
    }

    /// The volume of a workspace.
    struct BoundVolume: Sendable {
        var name: String
        var content: VolumeContent

        /// Whether its files are those of a Secret or ConfigMap.
        var isMadeOfValues: Bool { if case .files = content { true } else { false } }
    }

    /// The volumes that the workspaces become, by the names of the workspaces.
    static func workspaceVolumes(
        of taskRun: TaskRunPlan,
        _ surroundings: Surroundings
    ) throws(Refusal) -> [String: BoundVolume] {
        var volumes: [String: BoundVolume] = [:]
        for workspace in taskRun.workspaces {
            let (name, content) = try volume(of: workspace, in: taskRun, surroundings)
            volumes[workspace.name] = BoundVolume(name: name, content: content)
        }
        return volumes
    }

    private static func volume(
        of workspace: WorkspaceBinding,
        in taskRun: TaskRunPlan,
        _ surroundings: Surroundings
    ) throws(Refusal) -> (name: String, content: VolumeContent) {
        let name = taskRun.workspaceVolumes[workspace.name] ?? workspace.name
        if case .persistentVolumeClaim(let claim, _) = workspace.source, taskRun.temporaryClaims.contains(claim) {
            // The PipelineRun's Pods share it under the claim's name, which no other run has.
            return (name, .template("\(taskRun.namespace)/\(claim)"))
        }
        let content = try VolumeContents(keyed: surroundings.keyed, pod: surroundings.pod).content(
            of: workspace.source,
            name: name,
            templateKey: "\(taskRun.namespace)/\(taskRun.name)/\(workspace.name)"
        )
        return (name, content)
    }

    private static func network(of template: PodTemplate) -> HostConfiguration {
        var network = HostConfiguration()
        network.networkMode = template.usesHostNetwork ? .host : .bridge
        network.extraHosts = template.hostAliases
        network.dns = template.nameServers
        network.dnsSearch = template.searchDomains
        network.dnsOptions = template.resolverOptions
        network.sysctls = template.sysctls
        return network
    }
}
