import Docker
import Foundation
import Git
import Glibc
import Manifests
import Planning
import Pods
import Runs
import Synchronization
import SystemPackage
import YAML

/// One command's work: connects to the engine, runs everything that was prepared, and tells how it ended.
struct RunSession {
    let context: Context
    let prepared: PreparedRuns
    let engine: EngineOptions
    let output: OutputOptions

    struct Result {
        /// The runs and their children with Tekton's `.status`.
        var objects: [YAMLNode]
        var status: ExitStatus
        /// What kept drydock from doing its work.
        var failure: CommandFailure?
    }

    func run() async throws -> Result {
        let entrypoint = try EntrypointProgram.find()
        let docker = try await connect()
        do {
            let result = try await run(on: docker, entrypoint: entrypoint)
            await docker.shutdown()
            return result
        } catch {
            await docker.shutdown()
            throw error
        }
    }

    private func connect() async throws -> DockerClient {
        do {
            return try await DockerClient.connect(
                to: DockerHost.candidates(
                    environment: context.environment,
                    home: context.directories.home,
                    userID: getuid()
                )
            )
        } catch let error as DockerError {
            throw CommandFailure(.engineUnavailable, "\(error)")
        }
    }

    private func run(on docker: DockerClient, entrypoint: FilePath) async throws -> Result {
        let runID = Self.newRunID()
        let lock = try ownerLock(runID)
        defer { lock.removeFile() }
        let log = try eventLog(runID)
        let options = podOptions(runID: runID, lock: lock, entrypoint: entrypoint)
        let info = try await engineInfo(docker)
        await sweep(docker, entrypoint: entrypoint)
        RunPreface(context: context, prepared: prepared, engine: engine).tell(docker: docker, info: info)

        let control = RunControl()
        let interruption = Interruption(control: control, context: context)
        let runner = PodRunner(docker: docker, options: options)
        let view = HumanView(context: context, output: output, runCount: prepared.runs.count)
        let surroundings = RunSurroundings(
            manifests: prepared.manifests,
            runner: runner,
            limit: ParallelLimit(engine.maxParallel ?? max(4, 2 * info.processors)),
            control: control,
            masker: Masker(secrets: SecretValues.all(in: prepared.manifests)),
            sink: { event in
                log.append(event)
                if !view.handle(event), interruption.exitStatus == nil {
                    interruption.stopNow(.terminated, "nobody reads the output any more: stopping now")
                }
            }
        )
        var ended = await withTaskGroup(of: [EndedRun]?.self) { group in
            group.addTask {
                await interruption.listen()
                return nil
            }
            group.addTask {
                await view.refresh()
                return nil
            }
            group.addTask { await RunBatch(surroundings: surroundings).run(prepared.runs) }
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
        if !log.close() { context.say("drydock: the log of this run could not be written whole: \(log.path)") }
        return result(of: ended, interruption: interruption, masker: surroundings.masker)
    }

    private func result(of ended: [EndedRun], interruption: Interruption, masker: Masker) -> Result {
        var objects = ended.flatMap(\.objects)
        for index in objects.indices { objects[index] = RunObjects.masked(objects[index], by: masker) }
        let failure = ended.lazy.compactMap(\.failure).first.map { Self.commandFailure(for: $0) }
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

    private static func commandFailure(for error: any Error) -> CommandFailure {
        switch error {
        case let failure as CommandFailure: failure
        case let error as DockerError: CommandFailure(.engineUnavailable, "\(error)")
        case let error as Errno where error == .noSpace: CommandFailure(.cannotCreate, "the disk is full: \(error)")
        default: CommandFailure(.ioError, "\(error)")
        }
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
            try FileManager.default.createDirectory(
                atPath: folder.string,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            return try EventLog(path: folder.appending("events.jsonl"))
        } catch {
            throw CommandFailure(.cannotCreate, "cannot write to \(folder): \(error)")
        }
    }

    /// Removes what earlier runs left that were ended from outside; a run does not fail over it.
    private func sweep(_ docker: DockerClient, entrypoint: FilePath) async {
        let sweeper = Sweeper(docker: docker, stateDirectory: context.directories.state, entrypoint: entrypoint)
        do {
            let count = try await sweeper.sweep()
            if count > 0 { context.say("removed \(count) leftover\(count == 1 ? "" : "s") of earlier runs") }
        } catch {
            context.say("drydock: what an earlier run left could not be removed: \(error)")
        }
    }

    private func engineInfo(_ docker: DockerClient) async throws -> EngineInfo {
        do {
            return try await docker.info()
        } catch let error as DockerError {
            throw CommandFailure(.engineUnavailable, "\(error)")
        }
    }

    private func podOptions(runID: String, lock: OwnerLock, entrypoint: FilePath) -> PodOptions {
        let pullMode: PullMode =
            switch engine.pull {
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
            mirrors: MirrorCache(folder: context.directories.cache.appending("git")),
            manifests: prepared.manifests
        )
    }
}
