import Docker
import Foundation
import Git
import Manifests
import Planning
import Pods
import Runs
import Synchronization
import SystemPackage
import Validation
import YAML

/// One command's work: connects to the engine, runs everything that was prepared, and tells how it ended.
struct RunSession {
    let context: Context
    let prepared: PreparedRuns
    let engine: EngineOptions
    let output: OutputOptions
    private let entrypoint: FilePath
    private let plans: [(name: String, plan: TaskRunPlan)]

    struct Result {
        /// The runs and their children with Tekton's `.status`.
        var objects: [YAMLNode]
        var status: ExitStatus
        /// What kept drydock from doing its work.
        var failure: CommandFailure?
    }

    /// Finds out all that can be known before an engine is there.
    init(context: Context, prepared: PreparedRuns, engine: EngineOptions, output: OutputOptions) throws {
        self.context = context
        self.prepared = prepared
        self.engine = engine
        self.output = output
        entrypoint = try EntrypointProgram.find()
        plans = ForeseenTaskRuns(of: prepared.runs, in: prepared.manifests).plans
    }

    func run(on docker: DockerClient) async throws -> Result {
        let access = EngineAccess(context: context)
        // What the user waits for comes first: an engine that is asked what it has starts containers more slowly.
        let (busy, calm) = AsyncStream<Never>.makeStream()
        let patience = Task {
            try? await Task.sleep(for: .milliseconds(500))
            calm.finish()
        }
        async let swept: Void = {
            for await _ in busy {}
            await access.tellSweep(docker, entrypoint: entrypoint)
        }()
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(
                try await carryOut(on: docker) {
                    Task {
                        // First of all the engine is to remove the step's container.
                        try? await Task.sleep(for: .milliseconds(20))
                        patience.cancel()
                    }
                }
            )
        } catch {
            result = .failure(error)
        }
        // Also what fails at once leaves nothing of earlier runs behind.
        patience.cancel()
        await swept
        return try result.get()
    }

    // Calls back whenever a step has ended.
    private func carryOut(
        on docker: DockerClient,
        onStepEnd: @escaping @Sendable () -> Void
    ) async throws -> Result {
        let offline = engine.isOffline ? offlineCheck : nil
        try await offline?.require(on: docker)
        let runID = Self.newRunID()
        let lock = try ownerLock(runID)
        defer { lock.removeFile() }
        let runner = PodRunner(docker: docker, options: podOptions(runID: runID, lock: lock))
        runner.anticipate(plans.map(\.plan))
        let log = try eventLog(runID)
        let processors = try await EngineAccess.processors(of: docker)
        RunPreface(
            context: context,
            prepared: prepared,
            engine: engine,
            plans: plans,
            offlineNotices: offline?.notices ?? []
        ).tell(docker: docker)

        let admission = prepared.apiFields.map { AdmissionSettings.installed(at: $0) } ?? .everything
        let control = RunControl()
        let interruption = Interruption(control: control, context: context)
        let view = HumanView(context: context, output: output, runCount: prepared.runs.count)
        let surroundings = RunSurroundings(
            manifests: prepared.manifests,
            runner: runner,
            limit: ParallelLimit(engine.maxParallel ?? max(4, 2 * processors)),
            control: control,
            masker: prepared.masker,
            sink: { event in
                let isRead = view.handle(event)
                log.append(event)
                if case .stepEnded = event.kind { onStepEnd() }
                if !isRead, interruption.exitStatus == nil {
                    interruption.stopNow(.terminated, "nobody reads the output any more: stopping now")
                }
            },
            customTasks: prepared.customTasks,
            specCheck: { [admission] in Validator.problem(ofPipelineSpec: $0, settings: admission) },
            resolve: { [references = prepared.references] in try await references.resolution(of: $0) }
        )
        var ended = await withTaskGroup(of: [EndedRun]?.self) { group in
            group.addTask { await RunBatch(surroundings: surroundings).run(prepared.runs) }
            group.addTask {
                await interruption.listen()
                return nil
            }
            group.addTask {
                await view.refresh()
                return nil
            }
            group.addTask {
                await QueueWatch(surroundings: surroundings).watch()
                return nil
            }
            var ended: [EndedRun] = []
            while let next = await group.next() {
                guard let next else { continue }
                ended = next
                break
            }
            group.cancelAll()
            return ended
        }
        view.end()
        do {
            try await runner.finish()
        } catch {
            ended.append(EndedRun(failure: error))
        }
        let isLogWhole = log.close()
        let result = result(of: ended, interruption: interruption, masker: surroundings.masker)
        if !isLogWhole, result.failure == nil {
            context.say("drydock: the log of this run could not be written whole: \(log.path)")
        }
        return result
    }

    private func result(of ended: [EndedRun], interruption: Interruption, masker: Masker) -> Result {
        var objects = ended.flatMap(\.objects)
        for index in objects.indices { objects[index] = RunObjects.masked(objects[index], by: masker) }
        let failure = ended.lazy.compactMap(\.failure).first.map { CommandFailure($0) }
        let conditions = ended.compactMap(\.condition)
        return Result(
            objects: objects,
            status: interruption.exitStatus ?? Self.status(of: conditions),
            failure: failure
        )
    }

    /// 0 if all succeeded, 124 if all that failed ran out of time, else 1.
    private static func status(of conditions: [Condition]) -> ExitStatus {
        let failed = conditions.filter { $0.status == .failed }
        guard !failed.isEmpty else { return .success }
        let timeouts: Set<String> = ["PipelineRunTimeout", "TaskRunTimeout"]
        return failed.allSatisfy { timeouts.contains($0.reason) } ? .timeout : .runFailed
    }

    // MARK: - What a run needs

    private static func newRunID() -> String {
        String(UInt64.random(in: .min ... .max), radix: 36)
    }

    private func ownerLock(_ runID: String) throws -> OwnerLock {
        do {
            return try OwnerLock(runID: runID, stateDirectory: context.directories.state)
        } catch {
            throw CommandFailure(.cannotCreate, "cannot write to \(context.directories.state): \(error)")
        }
    }

    private func eventLog(_ runID: String) throws -> EventLog {
        let folder = context.directories.state.appending("runs").appending(runID)
        do {
            try HostFiles.makeDirectories(folder.removingLastComponent(), mode: 0o700)
            try HostFiles.makeDirectories(folder, mode: 0o700)
            return try EventLog(path: folder.appending("events.jsonl"))
        } catch {
            throw CommandFailure(.cannotCreate, "cannot write to \(folder): \(error)")
        }
    }

    /// What must be here already.
    private var offlineCheck: OfflineCheck {
        OfflineCheck(
            needs: RunNeeds(prepared, clonesWithImage: engine.clone == .image),
            mirrors: context.directories.mirrors(isOffline: true)
        )
    }

    private func podOptions(runID: String, lock: OwnerLock) -> PodOptions {
        let pullMode: PullMode =
            switch engine.isOffline ? .never : engine.pull {
            case .always: .always
            case .missing: .missing
            case .never: .never
            case nil: .policy
            }
        return PodOptions(
            runID: runID,
            ownerLock: lock,
            stateDirectory: context.directories.state,
            dataDirectory: context.directories.data,
            project: ProjectID.of(prepared.firstPath),
            entrypoint: entrypoint,
            pullMode: pullMode,
            clonesWithImage: engine.clone == .image,
            // Larger results are a feature of beta.
            resultLimit: engine.hasNoResultLimit ? .none : prepared.apiFields == .stable ? .message : .each,
            // So is the hermetic mode of alpha.
            knowsHermeticMode: (prepared.apiFields ?? .alpha) == .alpha,
            mirrors: context.directories.mirrors(isOffline: engine.isOffline),
            source: prepared.source?.source,
            registryAuth: { [context] registry in
                await DockerConfiguration(environment: context.environment, home: context.directories.home)
                    .credentials(for: registry)
            },
            manifests: prepared.manifests
        )
    }
}
