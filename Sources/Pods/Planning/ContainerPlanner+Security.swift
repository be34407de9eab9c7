import Docker
import Manifests
import Planning
import SystemPackage

extension ContainerPlanner {
    /// The least memory that an engine accepts as a limit.
    private static let smallestMemory: Double = 6 * 1_048_576

    /// User, rights, limits, labels and working directory of a container.
    func configuration(
        of container: Container,
        name: String,
        image: PodImage
    ) throws(Refusal) -> ContainerConfiguration {
        let context = container.securityContext
        var configuration = ContainerConfiguration(image: image.id)
        configuration.labels = surroundings.labels
        configuration.labels["dev.drydock.taskrun"] = "\(taskRun.namespace)/\(taskRun.name)"
        configuration.labels["dev.drydock.container"] = name
        configuration.user = try user(of: context, image: image, name: name)
        configuration.disablesHealthcheck = true
        if !container.workingDir.isEmpty {
            configuration.workingDir = FilePath("/workspace").pushing(FilePath(container.workingDir)).string
        }
        configuration.host.privileged = context.isPrivileged
        configuration.host.readonlyRootfs = context.isRootReadOnly
        configuration.host.capAdd = context.addedCapabilities
        configuration.host.capDrop = context.droppedCapabilities
        configuration.host.groupAdd = template.groups.map { String($0) }
        let seccomp = context.seccompProfile.isEmpty ? template.securityContext.seccompProfile : context.seccompProfile
        if seccomp == "Unconfined" { configuration.host.securityOpt.append("seccomp=unconfined") }
        if context.allowPrivilegeEscalation == false { configuration.host.securityOpt.append("no-new-privileges") }
        if let memory = container.resources.limits["memory"].flatMap({ Quantity($0) }), memory.value > 0 {
            let limit = Int64(max(memory.value, Self.smallestMemory))
            configuration.host.memory = limit
            // A Pod gets no swap on top of it.
            configuration.host.memorySwap = limit
        }
        if let processors = container.resources.limits["cpu"].flatMap({ Quantity($0) }),
            processors.value > 0, processors.value < Double(surroundings.machine.processors)
        {
            configuration.host.nanoCPUs = Int64(max(processors.value, 0.01) * 1e9)
        }
        return configuration
    }

    /// The user as the engine takes it, nil for the image's own.
    private func user(of context: SecurityContext, image: PodImage, name: String) throws(Refusal) -> String? {
        let user = context.runAsUser ?? template.securityContext.runAsUser
        let group = context.runAsGroup ?? template.securityContext.runAsGroup
        if context.runAsNonRoot ?? template.securityContext.runAsNonRoot ?? false {
            let place = "(pod: \"\(surroundings.pod.name)_\(taskRun.namespace)\", container: \(name))"
            if user == 0 { throw .configuration("container's runAsUser breaks non-root policy \(place)") }
            if user == nil, image.runsAsRoot {
                throw .configuration("container has runAsNonRoot and image will run as root \(place)")
            }
            let imageUser = image.user.prefix { $0 != ":" }
            if user == nil, Int(imageUser) == nil {
                throw .configuration(
                    "container has runAsNonRoot and image has non-numeric user (\(imageUser)), "
                        + "cannot verify user is non-root \(place)"
                )
            }
        }
        switch (user, group) {
        case (let user?, let group?): return "\(user):\(group)"
        case (let user?, nil): return "\(user)"
        case (nil, let group?):
            let own = image.user.prefix { $0 != ":" }
            return "\(own.isEmpty ? "0" : String(own)):\(group)"
        case (nil, nil): return nil
        }
    }
}
