package import Docker
import Foundation
import Git
import Glibc
import Manifests
package import Planning
package import Runs
import SystemPackage
import YAML

/// Carries out TaskRuns on a Docker engine.
package final class PodRunner: TaskRunner {
    let docker: DockerClient
    let options: PodOptions
    let images: ImageStore
    private let entrypoint: EntrypointInstallation
    private let facts: EngineFacts
    let removal: HostRemoval
    private let claims = ClaimLocks()
    /// Where the files of this run lie; only the caller can enter it.
    let runDirectory: FilePath
    private let labels: [String: String]
    private let tidying = Tidying()
    let frames: PodFrames

    package init(docker: DockerClient, options: PodOptions) {
        self.docker = docker
        self.options = options
        images = ImageStore(docker: docker, mode: options.pullMode, auth: options.registryAuth)
        entrypoint = EntrypointInstallation(
            docker: docker,
            source: options.entrypoint,
            stateDirectory: options.stateDirectory
        )
        frames = PodFrames(entrypoint: entrypoint)
        facts = EngineFacts(docker: docker)
        labels = Sweeper.labels(runID: options.runID, lock: options.ownerLock.path)
        removal = HostRemoval(docker: docker, entrypoint: entrypoint, labels: labels)
        runDirectory = Sweeper.directory(ofRun: options.runID, in: options.stateDirectory)
    }

    package func run(
        _ plan: TaskRunPlan,
        retry: Int,
        emit: @escaping @Sendable (PodEvent) -> Void
    ) async throws -> PodOutcome {
        do {
            return try await attempt(plan, retry: retry, emit: emit)
        } catch {
            // Something may be left, above all where the engine went away.
            options.ownerLock.keepFile()
            throw error
        }
    }

    private func attempt(
        _ plan: TaskRunPlan,
        retry: Int,
        emit: @escaping @Sendable (PodEvent) -> Void
    ) async throws -> PodOutcome {
        let draft = PodOutcomeDraft(plan, retry: retry, resultLimit: options.resultLimit)
        if !options.clonesWithImage, case .carriedOut(let request) = CloneTask.recognise(plan),
            let outcome = try await clone(request, plan: plan, retry: retry, draft: draft, emit: emit)
        {
            return outcome
        }
        let pod: PodPlan
        do {
            let images = try await images(for: plan, emit: emit)
            pod = try PodPlan(plan, try await surroundings(of: plan, retry: retry, images: images))
        } catch let failure as ImageProblem {
            return draft.imagePullFailed(container: failure.container, image: failure.image, failure.failure)
        } catch let refusal as Refusal {
            return draft.refused(refusal)
        } catch is CancellationError {
            return draft.cancelledBeforeStart()
        } catch  where Task.isCancelled {
            return draft.cancelledBeforeStart()
        }
        return try await carryOut(pod, plan: plan, retry: retry, draft: draft, emit: emit)
    }

    /// Removes what this run left on the machine; to be called once, after the last TaskRun has ended.
    package func finish() async throws {
        do {
            try await withoutCancellation { try await self.removeEverything() }
        } catch {
            options.ownerLock.keepFile()
            throw error
        }
        options.ownerLock.removeFile()
    }

    private func removeEverything() async throws {
        await frames.end()
        let tidied = await tidying.end()
        if case .failure = tidied { options.ownerLock.keepFile() }
        if await !isStillUsed() { try await removal.remove(runDirectory) }
        try tidied.get()
    }

    /// Whether containers are left that may write to this run's files: those stay, for the sweep to end both.
    private func isStillUsed() async -> Bool {
        guard options.ownerLock.isKept else { return false }
        do {
            return try await !docker.listContainers(labels: labels.map { "\($0)=\($1)" }).isEmpty
        } catch {
            // An engine that cannot be asked may still run them.
            return true
        }
    }

    // MARK: - Before anything starts

    func surroundings(
        of plan: TaskRunPlan,
        retry: Int,
        images: [String: PodImage]
    ) async throws -> PodPlan.Surroundings {
        let needsMachine = (plan.podSpec.steps.map(\.container) + plan.podSpec.sidecars.map(\.container))
            .contains { MachineSize.matters(to: $0) }
        return PodPlan.Surroundings(
            images: images,
            keyed: KeyedValues(manifests: options.manifests, namespace: plan.namespace),
            pod: PodIdentity(
                plan,
                retry: retry,
                uid: UUID().uuidString.lowercased(),
                nodeName: ProcessInfo.processInfo.hostName
            ),
            machine: needsMachine ? try await facts.machine() : MachineSize(processors: 1, memory: 0),
            isHermetic: plan.isHermetic && options.knowsHermeticMode,
            resultLimit: options.resultLimit,
            labels: labels
        )
    }

    // MARK: - On the engine

    private func carryOut(
        _ pod: PodPlan,
        plan: TaskRunPlan,
        retry: Int,
        draft: PodOutcomeDraft,
        emit: @escaping @Sendable (PodEvent) -> Void
    ) async throws -> PodOutcome {
        let directory = directory(of: plan, retry: retry)
        let execution: PodExecution
        let handedOver: [(directory: HandedOverDirectory, record: FilePath)]
        do {
            let volumes = try await prepare(directory, for: pod, plan: plan)
            handedOver = try HandedOverDirectory.all(in: pod.volumes).map { ($0, try $0.record(in: runDirectory)) }
            execution = PodExecution(
                docker: docker,
                plan: pod,
                directory: directory,
                volumes: volumes,
                sandboxImage: pod.needsSandbox ? try await entrypoint.image() : nil,
                entrypoint: entrypoint,
                labels: labels,
                emit: emit
            )
        } catch {
            try await withoutCancellation { [removal] in try await removal.remove(directory.root) }
            if let refusal = error as? Refusal { return draft.refused(refusal) }
            if Task.isCancelled { return draft.cancelledBeforeStart() }
            throw error
        }
        return try await withTaskCancellationHandler {
            try await withoutCancellation { [docker, removal, tidying] in
                let outcome: Result<PodOutcome, any Error>
                do {
                    let record = try await execution.run()
                    // An engine that is being stopped ends containers as well, and that is no failure of a step.
                    if record.isEndedBySignal { _ = try await docker.ping() }
                    outcome = .success(draft.ended(record))
                } catch let error as DockerError where error.refusedStart != nil {
                    outcome = .success(draft.notCreated(error.refusedStart ?? ""))
                } catch let refusal as Refusal {
                    outcome = .success(draft.refused(refusal))
                } catch is CancellationError {
                    outcome = .success(draft.cancelledBeforeStart())
                } catch {
                    outcome = .failure(error)
                }
                // What follows this TaskRun need not wait for it, unless it may come upon the same files.
                if case .success = outcome, handedOver.isEmpty {
                    tidying.add { await Self.tidy(execution, handedOver, with: removal) }
                    return try outcome.get()
                }
                let tidied = await Self.tidy(execution, handedOver, with: removal)
                // What went wrong first is what is told.
                let ended = try outcome.get()
                try tidied.get()
                return ended
            }
        } onCancel: {
            execution.cancel()
        }
    }

    /// Removes the containers, gives away what is the caller's and removes the rest, each even if another fails.
    private static func tidy(
        _ execution: PodExecution,
        _ handedOver: [(directory: HandedOverDirectory, record: FilePath)],
        with removal: HostRemoval
    ) async -> Result<Void, any Error> {
        var result: Result<Void, any Error> = .success(())
        // What has ended writes no more: its files can go while the engine takes the containers apart.
        async let begun: Void = execution.hasEnded ? removal.begin(execution.directory.root) : ()
        do { try await execution.remove() } catch { result = .failure(error) }
        for (directory, record) in handedOver {
            do {
                try await directory.handOver(with: removal)
                unlink(record.string)
            } catch {
                result = .failure(error)
            }
        }
        await begun
        do { try await removal.remove(execution.directory.root) } catch { result = .failure(error) }
        return result
    }

    private func prepare(
        _ directory: PodDirectory,
        for pod: PodPlan,
        plan: TaskRunPlan
    ) async throws -> [String: VolumeDirectory] {
        try await frames.finish(directory, for: plan)
        try directory.prepare(for: pod)
        let store = volumeStore(for: plan)
        var volumes: [String: VolumeDirectory] = [:]
        for (name, content) in pod.volumes {
            volumes[name] = try store.directory(for: content, name: name, in: directory.root)
        }
        return volumes
    }

    func volumeStore(for plan: TaskRunPlan) -> VolumeStore {
        VolumeStore(
            runDirectory: runDirectory,
            engineSocket: engineSocket,
            useClaim: { [claims, options, namespace = plan.namespace] name in
                let place = ClaimPlace(
                    dataDirectory: options.dataDirectory,
                    project: options.project(),
                    namespace: namespace,
                    name: name
                )
                let project = place.directory.removingLastComponent().removingLastComponent()
                try HostFiles.makeDirectories(project, mode: 0o700)
                try claims.use(place)
                return place.directory
            }
        )
    }

    func directory(of plan: TaskRunPlan, retry: Int) -> PodDirectory {
        PodDirectory(
            root: runDirectory.appending("\(plan.namespace).\(plan.name).\(retry)"),
            engineSocket: engineSocket
        )
    }

    private var engineSocket: FilePath {
        if case .unix(let path) = docker.host.address { path } else { SharedSocket.path }
    }
}
