import Docker
import Foundation
import Planning
import Runs
import Synchronization
import SystemPackage

/// A Pod on the engine, from its first container to the removal of its last.
///
/// All containers are made and started together; what orders the steps are the files that their entrypoints wait for.
final class PodExecution: Sendable {
    /// What became of the containers.
    struct Record: Sendable {
        var steps: [ContainerState] = []
        var sidecars: [ContainerState] = []
        /// Those of the sidecars that ended while a step was still to end.
        var sidecarsEndedEarly: [ContainerState] = []
        /// The steps' messages, in their order.
        var messages: [TerminationMessage] = []

        /// Whether a signal ended a step, as its shell or the engine tells it.
        var isEndedBySignal: Bool { steps.contains { ($0.termination?.exitCode ?? 0) > 128 } }
    }

    private struct State {
        var made: [String] = []
        var cancelledAt: Date?
        var isOver = false
        var hasEnded = false
    }

    /// How long a container has between being asked to end and being ended.
    static let grace = Duration.milliseconds(1500)

    let docker: DockerClient
    let plan: PodPlan
    let directory: PodDirectory
    let volumes: [String: VolumeDirectory]
    let sandboxImage: String?
    let entrypoint: EntrypointInstallation
    let labels: [String: String]
    let emit: @Sendable (PodEvent) -> Void
    /// Happens when the first step may begin.
    let ready = OneTimeEvent()
    /// Happens after the last step, when sidecars have nothing more to do.
    let stepsEnded = OneTimeEvent()
    /// Happens when nothing is to be waited for any more: the Pod is cancelled, or something broke.
    let stopped = OneTimeEvent()
    private let state = Mutex(State())

    init(
        docker: DockerClient,
        plan: PodPlan,
        directory: PodDirectory,
        volumes: [String: VolumeDirectory],
        sandboxImage: String?,
        entrypoint: EntrypointInstallation,
        labels: [String: String],
        emit: @escaping @Sendable (PodEvent) -> Void
    ) {
        self.docker = docker
        self.plan = plan
        self.directory = directory
        self.volumes = volumes
        self.sandboxImage = sandboxImage
        self.entrypoint = entrypoint
        self.labels = labels
        self.emit = emit
    }

    var cancelledAt: Date? { state.withLock { $0.cancelledAt } }

    /// Carries the Pod through to the end of its last container; ``remove()`` is to be called afterwards.
    ///
    /// Must not run in a task that is cancelled; ``cancel()`` stops it.
    func run() async throws -> Record {
        defer { state.withLock { $0.isOver = true } }
        let record = try await carryOut()
        state.withLock { $0.hasEnded = true }
        return record
    }

    /// Whether all containers have ended, so that none of them writes any more.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Removes all containers that were made.
    func remove() async throws {
        try await remove(state.withLock { $0.made }).get()
    }

    /// Stops all containers: asks them to end, and ends them after a while.
    func cancel() {
        let isFirst = state.withLock { state in
            defer { if state.cancelledAt == nil { state.cancelledAt = Date() } }
            return state.cancelledAt == nil
        }
        guard isFirst else { return }
        stopped.happen()
        Task {
            await signal("SIGTERM")
            // It is not waited for, so nothing can cancel it.
            try? await Task.sleep(for: Self.grace)
            await signal("SIGKILL")
        }
    }

    private func signal(_ signal: String) async {
        let made = state.withLock { $0.isOver ? [] : $0.made }
        await withTaskGroup(of: Void.self) { group in
            for id in made {
                // One that does not run or is gone needs no signal.
                group.addTask { [docker] in try? await docker.killContainer(id, signal: signal) }
            }
        }
    }

    // MARK: - Making

    private func carryOut() async throws -> Record {
        guard plan.needsSandbox else {
            let containers = try await make(network: plan.network.networkMode, address: nil)
            return try await runContainers(containers, address: plan.network.networkMode == .host ? "127.0.0.1" : nil)
        }
        try checkCancellation()
        let sandbox = try await makeSandbox()
        async let started: Void = docker.startContainer(sandbox)
        let needsAddress = plan.containers.contains { $0.needsAddress }
        let hasProbes = plan.sidecars.contains { $0.hasProbes }
        var address: String?
        if needsAddress {
            try await started
            address = try await docker.inspectContainer(sandbox)?.address
        }
        let containers = try await make(network: .container(sandbox), address: address)
        try await started
        if hasProbes, address == nil { address = try await docker.inspectContainer(sandbox)?.address }
        return try await runContainers(containers, address: address)
    }

    private func makeSandbox() async throws -> String {
        var configuration = ContainerConfiguration(image: sandboxImage ?? "")
        configuration.command = ["sandbox"]
        configuration.hostname = plan.hostname
        configuration.labels = labels
        configuration.host = plan.network
        do {
            return try await create(configuration)
        } catch DockerError.notFound {
            // Another drydock may have removed the image meanwhile.
            configuration.image = try await entrypoint.imageAnew()
            return try await create(configuration)
        }
    }

    private func create(_ configuration: ContainerConfiguration) async throws -> String {
        let id = try await docker.createContainer(configuration)
        state.withLock { $0.made.append(id) }
        return id
    }

    /// Makes all containers and listens to them, before any of them starts.
    private func make(network: NetworkMode, address: String?) async throws -> [PodContainer] {
        let planned = plan.containers
        try checkCancellation()
        let results = await withTaskGroup(of: (Int, Result<PodContainer, any Error>).self) { group in
            for (index, container) in planned.enumerated() {
                group.addTask { (index, await self.made(container, network: network, address: address)) }
            }
            // One that fails does not cancel the others: what the engine was asked to make has to be known.
            var made: [Result<PodContainer, any Error>?] = Array(repeating: nil, count: planned.count)
            for await (index, result) in group { made[index] = result }
            return made.compactMap(\.self)
        }
        return try results.map { try $0.get() }
    }

    private func made(
        _ container: PlannedContainer,
        network: NetworkMode,
        address: String?
    ) async -> Result<PodContainer, any Error> {
        do {
            let configuration = try configuration(of: container, network: network, address: address)
            guard case .step(let index) = container.role else {
                let id = try await create(configuration)
                return .success(PodContainer(plan: container, id: id, output: .engine(try await docker.attach(id))))
            }
            async let id = create(configuration)
            let pipes = Result { try StepPipes(directory.root.pushing(PodLayout.report(index))) }
            return .success(PodContainer(plan: container, id: try await id, output: .pipes(try pipes.get())))
        } catch {
            return .failure(error)
        }
    }

    /// Ends a Pod that is cancelled before any of its containers has started.
    private func checkCancellation() throws {
        if cancelledAt != nil { throw CancellationError() }
    }

    private func configuration(
        of container: PlannedContainer,
        network: NetworkMode,
        address: String?
    ) throws -> ContainerConfiguration {
        var configuration = container.configuration
        if container.hasNoNetwork {
            configuration.hostname = plan.hostname
            configuration.host.networkMode = .none
        } else if case .container = network {
            configuration.host.networkMode = network
        } else {
            // The only container of its Pod owns the network itself.
            configuration.hostname = network == .host ? nil : plan.hostname
            configuration.host.networkMode = network
            configuration.host.extraHosts = plan.network.extraHosts
            configuration.host.dns = plan.network.dns
            configuration.host.dnsSearch = plan.network.dnsSearch
            configuration.host.dnsOptions = plan.network.dnsOptions
            configuration.host.sysctls = plan.network.sysctls
        }
        if container.needsAddress {
            configuration.env = configuration.env.map { variable in
                variable
                    .replacing(PodIdentity.addressMark, with: address ?? "127.0.0.1")
                    .replacing(PodIdentity.hostAddressMark, with: Self.gateway(of: address) ?? "127.0.0.1")
            }
        }
        configuration.host.mounts = try container.mounts.map { try directory.mount($0, volumes: volumes) }
        return configuration
    }

    /// The machine as a bridge network's containers see it: the first address of the network.
    private static func gateway(of address: String?) -> String? {
        guard var parts = address?.split(separator: ".").map(String.init), parts.count == 4 else { return nil }
        parts[3] = "1"
        return parts.joined(separator: ".")
    }

    // MARK: - Running

    private func runContainers(_ containers: [PodContainer], address: String?) async throws -> Record {
        try checkCancellation()
        let sidecars = containers.filter { $0.plan.role == .sidecar }
        let steps = containers.filter { $0.plan.role != .sidecar }
        async let sidecarEnds = SidecarRun(execution: self, sidecars: sidecars, address: address).ends()
        do {
            let record = try await StepsRun(execution: self, steps: steps, waitsForReady: !sidecars.isEmpty).record()
            stepsEnded.happen()
            var complete = record
            let ends = try await sidecarEnds
            complete.sidecars = ends.map(\.state)
            complete.sidecarsEndedEarly = ends.filter(\.isEarly).map(\.state)
            return complete
        } catch {
            stepsEnded.happen()
            throw error
        }
    }

    // MARK: - Removing

    private func remove(_ ids: [String]) async -> Result<Void, any Error> {
        await withTaskGroup(of: Result<Void, any Error>.self) { group in
            for id in ids {
                group.addTask { [docker] in
                    do {
                        return .success(try await docker.removeContainer(id))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var all: Result<Void, any Error> = .success(())
            for await result in group {
                if case .failure = result { all = result }
            }
            return all
        }
    }
}
