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
    private let docker: DockerClient
    private let options: PodOptions
    private let images: ImageStore
    private let entrypoint: EntrypointInstallation
    private let facts: EngineFacts
    private let removal: HostRemoval
    private let claims = ClaimLocks()
    /// Where the files of this run lie; only the caller can enter it.
    private let runDirectory: FilePath
    private let labels: [String: String]
    private let tidying = Tidying()

    package init(docker: DockerClient, options: PodOptions) {
        self.docker = docker
        self.options = options
        images = ImageStore(docker: docker, mode: options.pullMode, auth: options.registryAuth)
        entrypoint = EntrypointInstallation(
            docker: docker,
            source: options.entrypoint,
            stateDirectory: options.stateDirectory
        )
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
        let draft = PodOutcomeDraft(plan, retry: retry)
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
            try await withoutCancellation { [removal, runDirectory, tidying] in
                let tidied = await tidying.end()
                try await removal.remove(runDirectory)
                try tidied.get()
            }
        } catch {
            options.ownerLock.keepFile()
            throw error
        }
        options.ownerLock.removeFile()
    }

    // MARK: - Clones

    /// Carries out a clone on this machine.
    /// - Returns: Nil if the Task's own image has to run.
    private func clone(
        _ request: CloneTask.Request,
        plan: TaskRunPlan,
        retry: Int,
        draft: PodOutcomeDraft,
        emit: @escaping @Sendable (PodEvent) -> Void
    ) async throws -> PodOutcome? {
        guard let binding = plan.workspaces.first(where: { $0.name == request.workspace }) else { return nil }
        let directory = runDirectory.appending("\(plan.namespace).\(plan.name).\(retry).clone")
        do {
            let surroundings = try await surroundings(of: plan, retry: retry, images: [:])
            let volumes = try PodPlan.workspaceVolumes(of: plan, surroundings)
            guard let volume = volumes[binding.name], !volume.content.isReadOnly else { return nil }
            let credentials = try RunCredentials(of: plan, manifests: options.manifests).files
            let scratch = directory.appending("scratch")
            try HostFiles.makeDirectories(scratch, mode: 0o700)
            let store = try volumeStore(for: plan)
            func folder(of binding: WorkspaceBinding, _ volume: PodPlan.BoundVolume) async throws -> FilePath {
                try await BlockingWork.run(named: "volume") {
                    try store.directory(for: volume.content, name: volume.name, in: directory)
                        .path(of: FilePath(binding.subPath).lexicallyNormalized())
                }
            }
            let workspace = try await folder(of: binding, volume)
            let template = PodTemplate(plan.podTemplate)
            var clone = CloneTask.Surroundings(
                credentials: credentials,
                groups: template.groups,
                mirrors: options.mirrors,
                source: try await source(for: request)
            )
            for binding in plan.workspaces where request.materials.contains(binding.name) {
                guard let volume = volumes[binding.name] else { continue }
                clone.materials[binding.name] = CloneMaterial(
                    folder: try await folder(of: binding, volume),
                    isMadeOfValues: volume.isMadeOfValues,
                    group: plan.podTemplate["securityContext"]?["fsGroup"]?.integer
                )
            }
            let isHandedOver = if case .directory(_, .readWrite) = volume.content { true } else { false }
            let place = CloneRun.Place(
                workspace: workspace,
                scratch: scratch,
                isHandedOver: isHandedOver,
                surroundings: clone
            )
            let run = CloneRun(request: request, plan: plan, docker: docker, removal: removal, emit: emit)
            let record = try await run.record(at: place)
            try await withoutCancellation { [removal] in try await removal.remove(directory) }
            return record.map { draft.ended($0) }
        } catch {
            try await withoutCancellation { [removal] in try await removal.remove(directory) }
            if let refusal = error as? Refusal { return draft.refused(refusal) }
            if Task.isCancelled || error is CancellationError { return draft.cancelledBeforeStart() }
            throw error
        }
    }

    /// The user's own repository where the clone is one of it.
    private func source(for request: CloneTask.Request) async throws -> LocalSource? {
        guard let source = options.source else { return nil }
        return try await BlockingWork.run(named: "source") { source.feeds(request.url) ? source : nil }
    }

    // MARK: - Before anything starts

    private struct ImageProblem: Error {
        var container: String
        var image: String
        var failure: ImageStore.Failure
    }

    /// The images of all containers that will start, by their names in the Task.
    private func images(
        for plan: TaskRunPlan,
        emit: @escaping @Sendable (PodEvent) -> Void
    ) async throws -> [String: PodImage] {
        var wanted: [String: NeededImage] = [:]
        for image in NeededImage.all(of: plan) {
            guard let earlier = wanted[image.reference] else {
                wanted[image.reference] = image
                continue
            }
            // One that has it pulled decides; else the first is named if there is no such image.
            if earlier.pullPolicy != "Always", image.pullPolicy == "Always" { wanted[image.reference] = image }
        }
        return try await withThrowingTaskGroup(of: PodImage.self) { group in
            for (reference, needed) in wanted {
                group.addTask { [images] in
                    do {
                        return try await images.image(reference, policy: needed.pullPolicy) { progress in
                            emit(.pulling(image: reference, progress: progress))
                        }
                    } catch let failure as ImageStore.Failure {
                        throw ImageProblem(container: needed.container, image: reference, failure: failure)
                    }
                }
            }
            var found: [String: PodImage] = [:]
            for try await image in group { found[image.reference] = image }
            return found
        }
    }

    private func surroundings(
        of plan: TaskRunPlan,
        retry: Int,
        images: [String: PodImage]
    ) async throws -> PodPlan.Surroundings {
        let needsProcessors = (plan.spec.steps.map(\.container) + plan.spec.sidecars.map(\.container))
            .contains { $0.resources.limits["cpu"] != nil }
        return PodPlan.Surroundings(
            images: images,
            keyed: KeyedValues(manifests: options.manifests, namespace: plan.namespace),
            pod: PodIdentity(
                plan,
                retry: retry,
                uid: UUID().uuidString.lowercased(),
                nodeName: ProcessInfo.processInfo.hostName
            ),
            processors: needsProcessors ? try await facts.processors() : 1,
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
        let directory = PodDirectory(
            root: runDirectory.appending("\(plan.namespace).\(plan.name).\(retry)"),
            engineSocket: engineSocket
        )
        let execution: PodExecution
        let handedOver: [HandedOverDirectory]
        do {
            let volumes = try await prepare(directory, for: pod, plan: plan)
            handedOver = HandedOverDirectory.all(in: pod.volumes)
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
            try await withoutCancellation { [removal, tidying] in
                let outcome: Result<PodOutcome, any Error>
                do {
                    outcome = .success(draft.ended(try await execution.run()))
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
        _ handedOver: [HandedOverDirectory],
        with removal: HostRemoval
    ) async -> Result<Void, any Error> {
        var result: Result<Void, any Error> = .success(())
        do { try await execution.remove() } catch { result = .failure(error) }
        for directory in handedOver {
            do { try await directory.handOver(with: removal) } catch { result = .failure(error) }
        }
        do { try await removal.remove(execution.directory.root) } catch { result = .failure(error) }
        return result
    }

    private func prepare(
        _ directory: PodDirectory,
        for pod: PodPlan,
        plan: TaskRunPlan
    ) async throws -> [String: VolumeDirectory] {
        try directory.prepare(for: pod, entrypoint: try await entrypoint.path())
        let store = try volumeStore(for: plan)
        var volumes: [String: VolumeDirectory] = [:]
        for (name, content) in pod.volumes {
            volumes[name] = try store.directory(for: content, name: name, in: directory.root)
        }
        return volumes
    }

    private func volumeStore(for plan: TaskRunPlan) throws -> VolumeStore {
        let project = options.dataDirectory.appending("claims").appending(options.project)
        try HostFiles.makeDirectories(project, mode: 0o700)
        return VolumeStore(
            runDirectory: runDirectory,
            claims: project.appending(plan.namespace),
            engineSocket: engineSocket,
            useClaim: { [claims, options, namespace = plan.namespace] name in
                try claims.use(
                    ClaimPlace(
                        dataDirectory: options.dataDirectory,
                        project: options.project,
                        namespace: namespace,
                        name: name
                    )
                )
            }
        )
    }

    private var engineSocket: FilePath {
        if case .unix(let path) = docker.host.address { path } else { SharedSocket.path }
    }
}
