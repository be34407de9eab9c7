import Docker
import Git
import Manifests
import Planning
import Runs
import SystemPackage
import YAML

extension PodRunner {
    /// Carries out a clone on this machine.
    /// - Returns: Nil if the Task's own image has to run.
    func clone(
        _ request: CloneTask.Request,
        plan: TaskRunPlan,
        retry: Int,
        draft: PodOutcomeDraft,
        emit: @escaping @Sendable (PodEvent) -> Void
    ) async throws -> PodOutcome? {
        guard let binding = plan.workspaces.first(where: { $0.name == request.workspace }) else { return nil }
        let source = try await source(for: request)
        let directory = runDirectory.appending("\(plan.namespace).\(plan.name).\(retry).clone")
        do {
            let surroundings = try await surroundings(of: plan, retry: retry, images: [:])
            let volumes = try volumes(of: plan, binding, isFed: source != nil, surroundings)
            guard let volume = volumes[binding.name], !volume.content.isReadOnly else { return nil }
            let credentials = try credentials(of: plan, isFed: source != nil)
            let scratch = directory.appending("scratch")
            try HostFiles.makeDirectories(scratch, mode: 0o700)
            let store = volumeStore(for: plan)
            let workspace = try await folder(of: binding, volume, in: store, directory)
            let template = PodTemplate(plan.podTemplate)
            var clone = CloneTask.Surroundings(
                credentials: credentials,
                groups: template.groups,
                mirrors: options.mirrors,
                source: source
            )
            for binding in plan.workspaces where request.materials.contains(binding.name) {
                guard let volume = volumes[binding.name] else { continue }
                clone.materials[binding.name] = CloneMaterial(
                    folder: try await folder(of: binding, volume, in: store, directory),
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

    /// The volumes of all workspaces; where something for the way to the remote is missing that a clone which is fed
    /// does not go, that of the checkout alone.
    private func volumes(
        of plan: TaskRunPlan,
        _ binding: WorkspaceBinding,
        isFed: Bool,
        _ surroundings: PodPlan.Surroundings
    ) throws -> [String: PodPlan.BoundVolume] {
        do {
            return try PodPlan.workspaceVolumes(of: plan, surroundings)
        } catch {
            guard isFed else { throw error }
            var reduced = plan
            reduced.workspaces = [binding]
            return try PodPlan.workspaceVolumes(of: reduced, surroundings)
        }
    }

    /// What a binding leads to on this machine.
    private func folder(
        of binding: WorkspaceBinding,
        _ volume: PodPlan.BoundVolume,
        in store: VolumeStore,
        _ directory: FilePath
    ) async throws -> FilePath {
        try await BlockingWork.run(named: "volume") {
            try store.directory(for: volume.content, name: volume.name, in: directory)
                .path(of: FilePath(binding.subPath).lexicallyNormalized())
        }
    }

    private func credentials(of plan: TaskRunPlan, isFed: Bool) throws -> [VolumeFile] {
        do {
            return try RunCredentials(of: plan, manifests: options.manifests).files
        } catch {
            guard isFed else { throw error }
            return []
        }
    }

    /// The user's own repository where the clone is one of it.
    private func source(for request: CloneTask.Request) async throws -> LocalSource? {
        guard let source = options.source else { return nil }
        return try await BlockingWork.run(named: "source") { source.feeds(request.url) ? source : nil }
    }
}
