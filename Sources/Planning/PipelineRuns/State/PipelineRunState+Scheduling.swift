import Foundation
import Manifests

/// Choosing: which tasks start, which are skipped.
extension PipelineRunState {
    /// All tasks are done: ended, or skipped for good.
    func areTasksDone(at now: Date) -> Bool {
        guard taskCounts.waiting == 0 || (currentMode != nil && waitingInBoth == 0) else { return false }
        return taskCounts.running == (skipsRunningPipelines(at: now) == nil ? 0 : runningPipelines)
    }

    /// Why nothing new starts, if that is so.
    var currentMode: SkipReason? {
        if hasFailed { return .stopping }
        switch cancelMode {
        case .runFinally: return .gracefullyCancelled
        case .stopRunFinally: return .gracefullyStopped
        case .cancelled, nil: return hasUnresolvable ? .stopping : nil
        }
    }

    /// Why Pipelines that run already count as skipped.
    ///
    /// Tekton does not count their runs among those of tasks, so it does not wait for them when a run is to end.
    func skipsRunningPipelines(at now: Date) -> SkipReason? {
        if let mode = currentMode { return mode }
        if hasPipelineTimedOut(at: now) { return .pipelineTimeout }
        return haveTasksTimedOut(at: now) ? .tasksTimeout : nil
    }

    /// Starts what is ready, and `finally` when all tasks are done.
    /// - Parameters:
    ///   - now: The moment.
    ///   - decisions: Takes what was decided, also where it is decided in the middle that the run cannot go on.
    /// - Throws: Why the run cannot go on.
    mutating func schedule(at now: Date, into decisions: inout [Decision]) throws(Refusal) {
        latestNodes = []
        judgeChanged(at: now)
        let isOpen = !hasFailed && cancelMode == nil
        var startable = isOpen ? chooseTasks() : []
        if areTasksDone(at: now), !areFinalsJudged {
            areFinalsJudged = true
            if nodes.contains(where: { $0.isFinal && $0.isScheduled }) { noteFinallyStart(at: now) }
            try nameTaskStatus(at: now)
            startable += judgeFinals(at: now)
        }
        for index in startable { try start(index, into: &decisions) }
    }

    // MARK: - Tasks

    /// Judges the tasks for which something has changed, until nothing changes any more.
    mutating func judgeChanged(at now: Date) {
        while !changed.isEmpty {
            let batch = changed.sorted()
            changed = []
            for index in batch {
                judge(index, at: now)
                if phases[index] == .waiting, nodes[index].openParents == 0 { candidates.insert(index) }
            }
        }
        candidates = candidates.filter { phases[$0] == .waiting && nodes[$0].openParents == 0 }
    }

    /// The tasks that wait for nothing any more and have not started, as long as tasks may start.
    var executionQueue: [Int] {
        !hasFailed && cancelMode == nil && !hasUnresolvable ? candidates.sorted() : []
    }

    private mutating func chooseTasks() -> [Int] {
        var startable: [Int] = []
        for index in candidates.sorted() {
            guard !nodes[index].sources.isEmpty, let problem = resultLookup.problem(of: nodes[index].task) else {
                startable.append(index)
                continue
            }
            nodes[index].problem = problem
            setPhase(.unresolvable, of: index)
            if !nodes[index].task.continuesOnError { hasUnresolvable = true }
        }
        candidates = []
        return hasUnresolvable ? [] : startable
    }

    /// Sees anew whether a task that has not started is skipped.
    ///
    /// A skipped parent can keep it from running while other parents still run. When they have ended, its own guards
    /// count first; if they are false, what waits for it is not skipped for its sake any more.
    private mutating func judge(_ index: Int, at now: Date) {
        let phase = skipReason(ofTask: index, at: now).map { TaskPhase.skipped($0) } ?? .waiting
        let before = phases[index]
        guard before == .waiting || before.isSkipped, phase != before else { return }
        setPhase(phase, of: index)
        if before == .waiting {
            settle(index, by: -1)
        } else if phase == .waiting {
            settle(index, by: 1)
        } else {
            settle(index, by: 0)
        }
    }

    private func skipReason(ofTask index: Int, at now: Date) -> SkipReason? {
        let task = nodes[index].task
        let areParentsDone = nodes[index].openParents == 0
        if areParentsDone, !guards.allows(task.when) { return .whenIsFalse }
        for parent in prepared?.graph.parents[index] ?? [] {
            if case .skipped(let reason) = phases[parent], reason != .whenIsFalse { return .parentWasSkipped }
        }
        guard areParentsDone else { return nil }
        if task.needsResults, case .missing(_, let source) = resultLookup.resolve(task.resultReferences),
            let place = nodeByName[source]
        {
            if task.continuesOnError || phases[place] == .skipped(.whenIsFalse) { return .resultsAreMissing }
        }
        if hasPipelineTimedOut(at: now) { return .pipelineTimeout }
        if haveTasksTimedOut(at: now) { return .tasksTimeout }
        return task.matrix.map(MatrixExpansion.hasEmptyArray) == true ? .emptyMatrix : nil
    }

    // MARK: - Finally

    /// Puts into the finally tasks how the tasks ended.
    private mutating func nameTaskStatus(at now: Date) throws(Refusal) {
        let finals = nodes.indices.filter { nodes[$0].isFinal && nodes[$0].runs.isEmpty }
        guard !finals.isEmpty else { return }
        let status = Replacements(strings: taskStatusVariables(at: now))
        for index in finals {
            let task = status.applyToTexts(of: nodes[index].task)
            nodes[index].judged = task
            if case .found = resultLookup.resolve(task.resultReferences) { try evaluateGuards(of: task) }
        }
    }

    /// Sees which finally tasks are skipped, and returns the others.
    mutating func judgeFinals(at now: Date) -> [Int] {
        var startable: [Int] = []
        for index in nodes.indices where nodes[index].isFinal && nodes[index].runs.isEmpty {
            let task = nodes[index].judged ?? nodes[index].task
            var isMissingResults = false
            if case .missing(_, let source) = resultLookup.resolve(task.resultReferences), nodeByName[source] != nil {
                isMissingResults = true
            }
            if !isMissingResults, hasStarted { noteFinallyStart(at: now) }
            if let reason = skipReason(ofFinal: task, isMissingResults: isMissingResults, at: now) {
                setPhase(.skipped(reason), of: index)
            } else {
                startable.append(index)
            }
        }
        return startable
    }

    private mutating func noteFinallyStart(at now: Date) {
        if finallyStartTime == nil { finallyStartTime = now }
    }

    private func skipReason(ofFinal task: PipelineTask, isMissingResults: Bool, at now: Date) -> SkipReason? {
        if isMissingResults { return .resultsAreMissing }
        if !guards.allows(task.when) { return .whenIsFalse }
        if hasPipelineTimedOut(at: now) { return .pipelineTimeout }
        if hasFinallyTimedOut(at: now) { return .finallyTimeout }
        return task.matrix.map(MatrixExpansion.hasEmptyArray) == true ? .emptyMatrix : nil
    }

    /// The variables with which finally tasks ask how the tasks ended.
    func taskStatusVariables(at now: Date) -> [String: String] {
        var variables: [String: String] = [:]
        var hasAnyFailed = false
        var wasAnySkipped = false
        for (index, node) in nodes.enumerated() where !node.isFinal {
            variables["tasks.\(node.task.name).status"] = node.status
            variables["tasks.\(node.task.name).reason"] = node.reason
            if node.hasAnyFailed { hasAnyFailed = true }
            if skipReason(of: index, mode: currentMode, at: now) != nil { wasAnySkipped = true }
        }
        let overall = hasAnyFailed ? "Failed" : wasAnySkipped ? "Completed" : "Succeeded"
        variables["tasks.status"] = areTasksDone(at: now) ? overall : "None"
        return variables
    }

    // MARK: - Skipping

    /// Why a task counts as skipped; nil if it does not.
    func skipReason(of index: Int, mode: SkipReason?, at now: Date) -> SkipReason? {
        let node = nodes[index]
        switch phases[index] {
        case .skipped(let reason): return node.isFinal ? reason : mode ?? reason
        case .waiting: return node.isFinal || node.standsInBoth ? nil : mode
        case .unresolvable:
            return hasFailed || cancelMode == .runFinally || cancelMode == .stopRunFinally ? mode : nil
        case .running, .succeeded, .failed, .ignored, .cancelled, .timedOut:
            guard node.kind == .pipelineRun, !node.isFinal else { return nil }
            if let mode { return mode }
            if hasPipelineTimedOut(at: now) { return .pipelineTimeout }
            return haveTasksTimedOut(at: now) ? .tasksTimeout : nil
        }
    }

    /// The tasks that did not run, as far as it is decided.
    package var skippedTasks: [SkippedTask] {
        nodes.indices.compactMap { index in
            guard let reason = skipReason(of: index, mode: mode, at: latest) else { return nil }
            return skippedTask(index, because: reason)
        }
    }

    func skippedTask(_ index: Int, because reason: SkipReason) -> SkippedTask {
        let node = nodes[index]
        let showsGuards = !node.isFinal || reason == .whenIsFalse
        return SkippedTask(
            name: node.task.name,
            reason: reason.rawValue,
            whenExpressions: showsGuards ? (node.judged ?? node.task).when : []
        )
    }
}
