import Foundation
import Manifests

/// Deciding: everything that follows from what is known at one moment, in the order of Tekton's reconciler.
extension PipelineRunState {
    /// Finds out what the run is made of and goes on from there.
    mutating func prepare(at now: Date) -> [Decision] {
        do throws(Refusal) {
            switch try preparation.prepare(after: earlier) {
            case .waiting(let requests, let reason):
                awaited = requests
                let message = "PipelineRun \(preparation.namespace)/\(run.metadata.name) awaiting remote resource"
                setCondition(Condition(status: .running, reason: reason, message: message), at: now)
                return [.resolve(requests)]
            case .ready(let prepared):
                setUp(prepared)
                self.prepared = prepared
                let runs = earlierRuns()
                try takeUp(runs)
                for node in nodes { try evaluateGuards(of: node.task) }
                if runs.allSatisfy(\.runs.isEmpty) {
                    try PipelineChecks(
                        run: prepared.name,
                        namespace: prepared.namespace,
                        pipeline: "",
                        spec: prepared.spec
                    ).references(in: prepared.spec, prepared.resolvedTasks)
                }
            }
        } catch {
            return refuse(error, at: now)
        }
        return decide(at: now)
    }

    mutating func decide(at now: Date) -> [Decision] {
        guard let startTime, !isFinished else { return [] }
        latest = now
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
        if cancelMode == .runFinally, taskCounts.running > 0 { decisions += stopRuns(.cancelled) }
        decisions += stopOverdueRuns(at: now)
        do throws(Refusal) {
            try schedule(at: now, into: &decisions)
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
        let outcome = PipelineResults.outcome(of: prepared.spec.results) { name, result in
            nodeByName[name].map { resultSource($0, for: result) }
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

    /// What a task contributes to a result of the Pipeline.
    private func resultSource(_ index: Int, for result: PipelineResult) -> PipelineResults.Source {
        let node = nodes[index]
        let isKnown =
            switch node.kind {
            // Tekton gathers the results of a matrix only where a task uses them. A result that says that it is an
            // array asks for them, too.
            case .taskRun: node.task.matrix == nil || !resultUsers[index].isEmpty || result.type == .array
            case .customRun: node.runs.count == 1
            case .pipelineRun: false
            }
        return PipelineResults.Source(
            results: isKnown && node.hasEnded ? node.results : [:],
            hasSucceeded: node.haveAllSucceeded,
            isCustom: node.kind == .customRun
        )
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
        if mode != nil, !hasToldMode {
            hasToldMode = true
            for index in nodes.indices where phases[index] == .waiting && !nodes[index].isFinal {
                if !toldSkips.contains(index) { untoldSkips.insert(index) }
            }
        }
        guard !untoldSkips.isEmpty else { return [] }
        var decisions: [Decision] = []
        var hasTold = true
        while hasTold {
            hasTold = false
            for index in untoldSkips.sorted() where isSkipFinal(index) {
                guard let reason = skipReason(of: index, mode: mode, at: latest) else { continue }
                untoldSkips.remove(index)
                toldSkips.insert(index)
                decisions.append(.skip(skippedTask(index, because: reason)))
                hasTold = true
            }
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
        for index in runningNodes.sorted() where isMeant(nodes[index]) {
            for place in nodes[index].runs.indices {
                let child = nodes[index].runs[place]
                guard !child.hasEnded, child.stopReason == nil else { continue }
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
