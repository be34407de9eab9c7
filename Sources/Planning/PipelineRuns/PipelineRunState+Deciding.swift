import Foundation
import Manifests

/// Deciding: everything that follows from what is known at one moment, in the order of Tekton's reconciler.
extension PipelineRunState {
    mutating func decide(at now: Date) -> [Decision] {
        guard let startTime, !isFinished else { return [] }
        guard cancelMode != .cancelled else {
            let message = "PipelineRun \"\(run.metadata.name)\" was cancelled"
            let stops = stopRuns(.cancelled)
            return stops + finish(Condition(status: .failed, reason: "Cancelled", message: message), at: now)
        }
        guard let prepared else { return [] }
        let limit = timeouts.pipeline
        if limit != .zero, now.timeIntervalSince(startTime) >= 2 * limit.seconds {
            let stops = stopRuns(.timedOut)
            return stops + finish(pipelineTimeoutCondition, at: now)
        }
        var decisions: [Decision] = []
        if cancelMode == .runFinally, runningTasks > 0 { decisions += stopRuns(.cancelled) }
        decisions += stopOverdueRuns(at: now)
        do throws(Refusal) {
            decisions += try schedule(at: now)
        } catch {
            return decisions + refuse(error, at: now)
        }
        mode = currentMode
        if hasPipelineTimedOut(at: now) { decisions += stopRuns(.timedOut) }
        decisions += newSkips()
        let condition = condition(at: now)
        guard condition.status != .running else {
            setCondition(condition, at: now)
            return decisions + wakeUp(after: now)
        }
        let outcome = PipelineResults.outcome(of: prepared.spec.results) { name in
            nodeByName[name].map { index in
                // Tekton gathers the results of a matrix only where a task uses them.
                let areGathered = nodes[index].task.matrix == nil || !resultUsers[index].isEmpty
                return PipelineResults.Source(
                    results: phases[index].hasEnded && areGathered ? nodes[index].results : [:],
                    hasSucceeded: nodes[index].haveAllSucceeded
                )
            }
        }
        results = outcome.results
        guard outcome.invalid.isEmpty else {
            let message =
                "Failed to get PipelineResult from TaskRun Results for PipelineRun \(run.metadata.name): "
                + "invalid pipelineresults [\(outcome.invalid.joined(separator: " "))], "
                + "the referenced results don't exist"
            let failure = Condition(status: .failed, reason: "CouldntGetPipelineResult", message: message)
            return decisions + finish(failure, at: now)
        }
        return decisions + finish(condition, at: now)
    }

    /// Ends the run because it cannot go on; what runs is stopped.
    mutating func refuse(_ refusal: Refusal, at now: Date) -> [Decision] {
        listsChildrenByName = true
        let condition = Condition(status: .failed, reason: refusal.reason, message: refusal.message)
        return stopRuns(.cancelled) + finish(condition, at: now)
    }

    mutating func setCondition(_ new: Condition, at now: Date) {
        if transitionTime == nil || new != condition { transitionTime = now }
        condition = new
    }

    private mutating func finish(_ condition: Condition, at now: Date) -> [Decision] {
        setCondition(condition, at: now)
        completionTime = now
        return [.finish(condition)]
    }

    /// The skips that nothing can change any more and that were not told yet.
    private mutating func newSkips() -> [Decision] {
        guard toldSkips.count < nodes.count else { return [] }
        var open = skippedTasks.filter { task in nodeByName[task.name].map { !toldSkips.contains($0) } ?? false }
        var decisions: [Decision] = []
        var hasTold = true
        while hasTold {
            hasTold = false
            for skipped in open {
                guard let index = nodeByName[skipped.name], isSkipFinal(index) else { continue }
                toldSkips.insert(index)
                decisions.append(.skip(skipped))
                hasTold = true
            }
            open.removeAll { task in nodeByName[task.name].map { toldSkips.contains($0) } ?? true }
        }
        return decisions
    }

    /// While something that a task waits for still runs, a skip may be taken back.
    private func isSkipFinal(_ index: Int) -> Bool {
        guard mode == nil, !nodes[index].isFinal, let prepared else { return true }
        return prepared.graph.parents[index].allSatisfy { phases[$0].hasEnded || toldSkips.contains($0) }
    }

    // MARK: - Stopping

    private mutating func stopRuns(_ reason: StopReason, where isMeant: (TaskNode) -> Bool = { _ in true })
        -> [Decision]
    {
        var decisions: [Decision] = []
        for index in nodes.indices where phases[index] == .running && isMeant(nodes[index]) {
            for place in nodes[index].runs.indices {
                let child = nodes[index].runs[place]
                guard child.outcome == nil, child.stopReason == nil else { continue }
                nodes[index].runs[place].stopReason = reason
                decisions.append(.stop(taskRun: child.name, reason))
            }
        }
        return decisions
    }

    private mutating func stopOverdueRuns(at now: Date) -> [Decision] {
        if finallyStartTime == nil {
            return haveTasksTimedOut(at: now) ? stopRuns(.timedOut) { !$0.isFinal } : []
        }
        return hasFinallyTimedOut(at: now) ? stopRuns(.timedOut) { $0.isFinal } : []
    }

    // MARK: - Time

    var timeouts: PipelineRunTimeouts { PipelineRunTimeouts(spec: preparation.runSpec) }

    func hasPipelineTimedOut(at now: Date) -> Bool { hasPassed(timeouts.pipeline, since: startTime, at: now) }
    func haveTasksTimedOut(at now: Date) -> Bool { hasPassed(timeouts.tasks, since: startTime, at: now) }
    func hasFinallyTimedOut(at now: Date) -> Bool { hasPassed(timeouts.finally, since: finallyStartTime, at: now) }

    private func hasPassed(_ limit: GoDuration?, since start: Date?, at now: Date) -> Bool {
        guard let limit, limit != .zero, let start else { return false }
        return now.timeIntervalSince(start) > limit.seconds
    }

    /// Asks to be called when the next limit has passed.
    private mutating func wakeUp(after now: Date) -> [Decision] {
        let limits = [
            (timeouts.pipeline, startTime), (finallyStartTime == nil ? timeouts.tasks : nil, startTime),
            (timeouts.finally, finallyStartTime),
        ]
        let moments = limits.compactMap { limit, start -> Date? in
            guard let limit, limit != .zero, let start else { return nil }
            // A limit has passed only after its last moment.
            return start.addingTimeInterval(limit.seconds + 0.001)
        }
        guard let next = moments.filter({ $0 > now }).min(), next != toldWake?.limit else { return [] }
        toldWake = (next, next)
        return [.wake(at: next)]
    }
}
