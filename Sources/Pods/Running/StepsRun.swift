import Docker
import Entrypoint
import Foundation
import Glibc
import Planning
import Runs
import SystemPackage

/// The steps of a Pod while they run.
struct StepsRun: Sendable {
    let execution: PodExecution
    let steps: [PodContainer]
    /// Whether the first step is held back until the sidecars are ready.
    let waitsForReady: Bool

    /// What a step waits for before it is heard: how the one before it ended.
    private final class Turn: Sendable {
        let began = OneTimeEvent()
        let passed = OneTimeEvent()
    }

    /// Starts all steps together and gathers how they end.
    func record() async throws -> PodExecution.Record {
        let turns = steps.map { _ in Turn() }
        if let first = turns.first, !waitsForReady { begin(0, first) }
        return try await withThrowingTaskGroup(of: (Int, ContainerState, TerminationMessage).self) { group in
            for (index, step) in steps.enumerated() {
                group.addTask {
                    let next = index + 1 < turns.count ? turns[index + 1] : nil
                    do {
                        let (state, message) = try await self.run(step, index, turn: turns[index], next: next)
                        return (index, state, message)
                    } catch {
                        execution.stopped.happen()
                        throw error
                    }
                }
            }
            if waitsForReady, let first = turns.first {
                await execution.ready.wait(orEither: execution.stopped)
                if execution.ready.hasHappened { begin(0, first) }
                // A Pod that is stopped before it is ready has no first step to begin.
                first.passed.happen()
            }
            var states: [ContainerState?] = Array(repeating: nil, count: steps.count)
            var messages: [TerminationMessage?] = Array(repeating: nil, count: steps.count)
            for try await (index, state, message) in group {
                states[index] = state
                messages[index] = message
            }
            return PodExecution.Record(
                steps: states.compactMap(\.self),
                messages: messages.compactMap(\.self)
            )
        }
    }

    private func begin(_ index: Int, _ turn: Turn) {
        execution.emit(.stepStarted(name: steps[index].plan.name))
        turn.began.happen()
    }

    private func run(
        _ step: PodContainer,
        _ index: Int,
        turn: Turn,
        next: Turn?
    ) async throws -> (ContainerState, TerminationMessage) {
        var refusal: String?
        // Its first line may be there before the engine says that it has started.
        if turn.began.hasHappened { listen(to: step) }
        do {
            try await execution.docker.startContainer(step.id)
            // The signals may have come before there was anything to end.
            if execution.cancelledAt != nil { await stop(step) }
        } catch let error as DockerError {
            guard let message = error.refusedStart else { throw error }
            // An engine that is being stopped refuses as well, and that is no failure of a step.
            _ = try await execution.docker.ping()
            refusal = message
        }
        // What comes after the step before is told after it, however early it was written.
        await turn.passed.wait(orEither: turn.began)
        if refusal == nil, turn.began.hasHappened { listen(to: step) }
        let (state, record) = try await end(of: step, index, refusal: refusal)
        step.ended.happen()
        execution.emit(.stepEnded(state))
        if let next {
            if record.letsNextRun, execution.cancelledAt == nil {
                begin(index + 1, next)
            }
            next.passed.happen()
        }
        return (state, record.message)
    }

    /// Hands on what a step writes from now on.
    private func listen(to step: PodContainer) {
        guard case .pipes(let pipes) = step.output, !pipes.isRead else { return }
        pipes.read { stream, bytes in
            execution.emit(.output(step: step.plan.name, stream: stream, bytes: Array(bytes)))
        }
    }

    private func stop(_ step: PodContainer) async {
        // It may have ended by itself.
        try? await execution.docker.killContainer(step.id)
    }

    private func end(
        of step: PodContainer,
        _ index: Int,
        refusal: String?
    ) async throws -> (ContainerState, StepRecord) {
        guard let refusal else {
            let exit = try await exit(of: step)
            let record = try record(of: index)
            let isOOMKilled =
                exit.code == 137
                ? try await execution.docker.inspectContainer(step.id)?.state.isOOMKilled ?? false : false
            let state = record.state(
                of: step.plan,
                exit: exit,
                isOOMKilled: isOOMKilled,
                cancelledAt: execution.cancelledAt,
                now: Date()
            )
            return (state, record)
        }
        if case .pipes(let pipes) = step.output, pipes.isRead { pipes.finish() }
        let record = try record(of: index)
        let now = Date()
        let state = step.plan.terminated(
            exitCode: 128,
            reason: "StartError",
            message: refusal,
            startedAt: now,
            finishedAt: now,
            as: "Error"
        )
        return (state, record)
    }

    /// How a step's container ended: as the engine says, or where the step ended well, as it says itself.
    ///
    /// Its own word comes sooner: the engine has yet to take the container's network apart.
    private func exit(of step: PodContainer) async throws -> ContainerExit {
        guard case .pipes(let pipes) = step.output else {
            return try await execution.docker.waitContainer(step.id, condition: .notRunning)
        }
        let exit = try await withThrowingTaskGroup(of: ContainerExit?.self) { group in
            group.addTask { [docker = execution.docker] in
                try await docker.waitContainer(step.id, condition: .notRunning)
            }
            group.addTask {
                await pipes.ended.wait()
                return try pipes.exitCode() == 0 ? ContainerExit(code: 0) : nil
            }
            defer { group.cancelAll() }
            while let next = try await group.next() {
                if let exit = next { return exit }
            }
            preconditionFailure("a wait for a container ends with its exit code or an error")
        }
        if pipes.isRead {
            pipes.finish()
            await pipes.ended.wait()
        }
        if pipes.isRead, !pipes.wereUsed { try await readFromEngine(step) }
        return exit
    }

    /// Hands on what the engine has of a step that had no way to its pipes.
    private func readFromEngine(_ step: PodContainer) async throws {
        for try await frame in try await execution.docker.logs(step.id) {
            execution.emit(.output(step: step.plan.name, stream: .init(frame.stream), bytes: frame.bytes))
        }
    }

    /// Reads what the step left, and lets those after it end if it could not tell them itself.
    private func record(of index: Int) throws -> StepRecord {
        let root = execution.directory.root
        let done = root.pushing(PodLayout.run(index)).appending("out")
        let failed = FilePath("\(done).err")
        let largeResults = root.pushing(PodLayout.report(index)).appending(StepReport.results)
        let message = TerminationMessage(
            parsing: try HostFiles.read(root.pushing(PodLayout.termination(index)), limit: 1 << 16) ?? [],
            largeResults: try HostFiles.read(largeResults, limit: 1 << 28) ?? []
        )
        if message.hasLargeResults {
            let limit = ResultLimit.greatestSize
            execution.emit(
                .notice(
                    "the results of step '\(steps[index].plan.name)' take more than \(limit) bytes together: "
                        + "a cluster needs the setting results-from: sidecar-logs for them"
                )
            )
        }
        if let moment = Self.modification(of: done) {
            return StepRecord(message: message, finishedAt: moment, letsNextRun: true)
        }
        if let moment = Self.modification(of: failed) {
            return StepRecord(message: message, finishedAt: moment, letsNextRun: false)
        }
        try HostFiles.write([], to: failed)
        return StepRecord(message: message, finishedAt: nil, letsNextRun: false)
    }

    private static func modification(of path: FilePath) -> Date? {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return nil }
        return Date(
            timeIntervalSince1970: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1_000_000_000
        )
    }
}

extension DockerError {
    /// The engine's words if it could not start a container, nil if it is something else that went wrong.
    var refusedStart: String? {
        switch self {
        case .refused(_, _, let message), .notFound(_, let message), .conflict(_, let message): message
        default: nil
        }
    }
}

extension Runs.OutputStream {
    init(_ stream: Docker.OutputStream) {
        switch stream {
        case .stdout: self = .stdout
        case .stderr: self = .stderr
        }
    }
}
