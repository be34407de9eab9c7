import Foundation
import Manifests
import Planning
import YAML

/// A CustomRun that has come to its end.
struct FinishedCustomRun: Sendable {
    /// The CustomRun with its `.status`.
    var object: YAMLNode
    var outcome: TaskRunOutcome
}

/// Carries one CustomRun through: lets it be carried out, and ends it when its time is over.
struct CustomRunDriver: Sendable {
    let surroundings: RunSurroundings
    /// The name of the run that events are about.
    let run: String
    let pipelineTask: String
    let customRun: Document
    let stop: StopSignal

    /// Runs the CustomRun to its end.
    /// - Throws: Only what keeps drydock from doing its work.
    func drive() async throws -> FinishedCustomRun {
        let retries = max(0, customRun.spec["retries"]?.integer ?? 0)
        var attempts: [YAMLNode] = []
        var last = TaskRunOutcome(condition: ended("CustomRunCancelled", ""))
        for retry in 0...retries {
            let started = surroundings.now()
            emit(.taskRunStarted(task: pipelineTask, taskRun: customRun.metadata.name, retry: retry))
            let isFinal: Bool
            (last, isFinal) = try await attempt()
            attempts.append(status(of: last, from: started))
            let isLast = isFinal || last.condition.status == .succeeded || retry == retries
            emit(
                .taskRunEnded(
                    task: pipelineTask,
                    taskRun: customRun.metadata.name,
                    last.condition,
                    isLastAttempt: isLast
                )
            )
            if isLast { break }
        }
        var object = customRun.root
        var status = attempts.last ?? [:]
        if attempts.count > 1 { status["retriesStatus"] = YAMLNode(attempts.dropLast()) }
        object["status"] = status
        return FinishedCustomRun(object: object, outcome: last)
    }

    private func status(of outcome: TaskRunOutcome, from started: Date) -> YAMLNode {
        let now = surroundings.now()
        var status: YAMLNode = ["conditions": [outcome.condition.node(since: now)]]
        status["startTime"] = YAMLNode(started.kubernetesText)
        status["completionTime"] = YAMLNode(now.kubernetesText)
        if !outcome.results.isEmpty {
            status["results"] = YAMLNode(outcome.results.map { ["name": YAMLNode($0.name), "value": $0.value.node] })
        }
        return status
    }

    private enum Racer: Sendable {
        case outcome(TaskRunOutcome)
        case stopped(StopReason)
        case timeout
        case nothing
    }

    /// One attempt, and whether no other may follow however it ended.
    private func attempt() async throws -> (TaskRunOutcome, isFinal: Bool) {
        if let reason = stop.reason { return (cancelled(reason), true) }
        return try await withThrowingTaskGroup(of: Racer.self) { group in
            group.addTask { .outcome(try await carryOut()) }
            group.addTask { [stop] in await stop.wait().map { .stopped($0) } ?? .nothing }
            if let timeout {
                group.addTask {
                    do {
                        try await surroundings.sleep(timeout)
                        return .timeout
                    } catch {
                        return .nothing
                    }
                }
            }
            var end: (TaskRunOutcome, isFinal: Bool)?
            while let racer = try await group.next() {
                switch racer {
                case .outcome(let outcome):
                    group.cancelAll()
                    return end ?? (outcome, false)
                case .stopped(let reason): end = end ?? (cancelled(reason), true)
                case .timeout:
                    let name = customRun.metadata.name
                    let limit = customRun.spec["timeout"]?.string.flatMap { GoDuration($0) } ?? Self.defaultTimeout
                    let message = "CustomRun \"\(name)\" failed to finish within \"\(limit)\""
                    end = end ?? (TaskRunOutcome(condition: ended("CustomRunTimedOut", message)), false)
                case .nothing: continue
                }
                group.cancelAll()
            }
            preconditionFailure("the run's own end is one of the racers")
        }
    }

    private func carryOut() async throws -> TaskRunOutcome {
        let kind = CustomTaskRegistry.Kind(of: customRun)
        switch surroundings.customTasks.executor(of: kind) {
        case .expressions: return ExpressionRun.outcome(of: customRun)
        case .wait: return await wait()
        case .command(let arguments):
            return try await CustomTaskCommand(arguments: arguments).run(customRun)
        case nil:
            return TaskRunOutcome(condition: ended("CustomTaskUnknown", "nobody carries out \(kind) here"))
        }
    }

    private func wait() async -> TaskRunOutcome {
        let params = (customRun.spec["params"]?.elements ?? []).map { Param($0) }
        guard case .string(let text)? = params.last(where: { $0.name == "duration" })?.value else {
            return TaskRunOutcome(condition: ended("MissingDuration", "The duration param was not passed"))
        }
        guard let duration = GoDuration(text) else {
            return TaskRunOutcome(
                condition: ended("InvalidDuration", "The duration param was invalid: \"\(text)\" is no duration")
            )
        }
        // Whoever ends the wait early says what became of the run.
        try? await surroundings.sleep(.nanoseconds(duration.nanoseconds))
        return TaskRunOutcome(
            condition: Condition(
                status: .succeeded,
                reason: "DurationElapsed",
                message: "The wait duration has elapsed"
            )
        )
    }

    private static let defaultTimeout = GoDuration(seconds: 3600)

    /// `spec.timeout`, an hour if there is none, nil for no limit.
    private var timeout: Duration? {
        let duration = customRun.spec["timeout"]?.string.flatMap { GoDuration($0) } ?? Self.defaultTimeout
        return duration == .zero ? nil : .nanoseconds(duration.nanoseconds)
    }

    private func cancelled(_ reason: StopReason) -> TaskRunOutcome {
        let name = customRun.metadata.name
        return TaskRunOutcome(
            condition: ended(
                "CustomRunCancelled",
                "CustomRun \"\(name)\" was cancelled. \(reason.message(for: .customRun))"
            )
        )
    }

    private func ended(_ reason: String, _ message: String) -> Condition {
        Condition(status: .failed, reason: reason, message: message)
    }

    private func emit(_ kind: RunEvent.Kind) { surroundings.emit(kind, run: run) }
}
