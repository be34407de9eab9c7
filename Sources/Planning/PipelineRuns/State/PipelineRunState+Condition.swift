import Foundation
import Manifests

/// The condition of a PipelineRun in Tekton's words.
extension PipelineRunState {
    /// How many tasks and finally tasks stand how.
    struct Tally: Equatable {
        var succeeded = 0
        var failed = 0
        var ignored = 0
        var cancelled = 0
        var skipped = 0
        var skippedByTimeout = 0
        var unresolvable = 0
        var incomplete = 0

        var completed: Int { succeeded + failed + ignored + cancelled }
    }

    func tally(at now: Date) -> Tally {
        let tasks = taskCounts
        let finals = finalCounts
        var tally = Tally()
        tally.succeeded = tasks.succeeded + finals.succeeded
        tally.failed = tasks.failed + finals.failed
        tally.ignored = tasks.ignored + finals.ignored
        tally.cancelled = tasks.cancelled + finals.cancelled
        tally.skipped = tasks.skipped + finals.skipped
        tally.skippedByTimeout = finals.skippedByTimeout
        tally.incomplete = tasks.running + finals.running + finals.waiting
        if mode == nil {
            tally.skippedByTimeout += tasks.skippedByTimeout
            tally.incomplete += tasks.waiting
        } else {
            tally.skipped += tasks.waiting - waitingInBoth
            tally.incomplete += waitingInBoth
        }
        if hasFailed || cancelMode == .runFinally || cancelMode == .stopRunFinally {
            tally.skipped += tasks.unresolvable
        } else {
            tally.unresolvable = tasks.unresolvable
        }
        if runningPipelines > 0, let reason = skipsRunningPipelines(at: now) {
            tally.incomplete -= runningPipelines
            tally.skipped += runningPipelines
            if reason.isTimeout { tally.skippedByTimeout += runningPipelines }
        }
        return tally
    }

    /// All finally tasks, if there are any, have ended; one that is skipped is not done, in Tekton's sense.
    private var areFinalsDone: Bool { finalCounts.waiting + finalCounts.running + finalCounts.skipped == 0 }

    var pipelineTimeoutCondition: Condition {
        timeoutCondition("failed to finish within \"\(timeouts.pipeline)\"")
    }

    private func timeoutCondition(_ what: String) -> Condition {
        Condition(
            status: .failed,
            reason: "PipelineRunTimeout",
            message: "PipelineRun \"\(run.metadata.name)\" \(what)"
        )
    }

    func condition(at now: Date) -> Condition {
        if hasPipelineTimedOut(at: now) { return pipelineTimeoutCondition }
        let haveTasksTimedOut = haveTasksTimedOut(at: now)
        if haveTasksTimedOut, areFinalsDone, let limit = timeouts.tasks {
            return timeoutCondition("failed due to tasks failed to finish within \"\(limit)\"")
        }
        let tally = tally(at: now)
        if tally.incomplete == 0 { return endCondition(tally) }
        return Condition(
            status: .running,
            reason: runningReason(tally, haveTasksTimedOut: haveTasksTimedOut),
            message: "Tasks Completed: \(tally.completed) (Failed: \(tally.failed), Cancelled \(tally.cancelled)), "
                + "Incomplete: \(tally.incomplete), Skipped: \(tally.skipped)"
        )
    }

    private func runningReason(_ tally: Tally, haveTasksTimedOut: Bool) -> String {
        if haveTasksTimedOut { return "PipelineRunTimeoutRunningFinally" }
        switch cancelMode {
        case .runFinally: return "CancelledRunningFinally"
        case .stopRunFinally: return "StoppedRunningFinally"
        case .cancelled, nil: break
        }
        let isStopping = tally.cancelled > 0 || (tally.failed > 0 && areFinalsDone)
        return isStopping ? "PipelineRunStopping" : "Running"
    }

    private func endCondition(_ tally: Tally) -> Condition {
        let ignored = tally.ignored > 0 ? " (Ignored: \(tally.ignored))" : ""
        var message =
            "Tasks Completed: \(tally.completed) (Failed: \(tally.failed + tally.ignored)\(ignored), "
            + "Cancelled \(tally.cancelled)), Skipped: \(tally.skipped)"
        if tally.unresolvable > 0 { message += ", Failed Validation: \(tally.unresolvable)\(problems)" }
        let isCancelledGracefully = cancelMode == .runFinally || cancelMode == .stopRunFinally
        if tally.unresolvable > 0 {
            return Condition(status: .failed, reason: "PipelineValidationFailed", message: message)
        }
        if tally.failed > 0 || tally.skippedByTimeout > 0 {
            return Condition(status: .failed, reason: "Failed", message: message)
        }
        if isCancelledGracefully {
            let message = "PipelineRun \"\(run.metadata.name)\" was cancelled"
            return Condition(status: .failed, reason: "Cancelled", message: message)
        }
        if tally.cancelled > 0 { return Condition(status: .failed, reason: "Cancelled", message: message) }
        return Condition(status: .succeeded, reason: tally.skipped > 0 ? "Completed" : "Succeeded", message: message)
    }

    /// What keeps tasks from running, by their names, in brackets; Tekton cuts it at 1024 bytes.
    private var problems: String {
        let unresolvable = nodes.indices.filter { phases[$0] == .unresolvable }.map { nodes[$0] }
        let texts = unresolvable.sorted { $0.task.name < $1.task.name }.map(\.problem)
        let text = texts.joined(separator: "; ")
        guard text.utf8.count > 1024 else { return " (\(text))" }
        return " (\(String(decoding: text.utf8.prefix(1024), as: UTF8.self))...)"
    }
}
