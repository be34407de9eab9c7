import Foundation
import Manifests

/// Choosing: which tasks start, which are skipped.
extension PipelineRunState {
    /// All tasks are done: ended, or skipped for good.
    var areTasksDone: Bool { runningTasks == 0 && (waitingTasks == 0 || currentMode != nil) }

    /// Why nothing new starts, if that is so.
    var currentMode: SkipReason? {
        if hasFailed { return .stopping }
        switch cancelMode {
        case .runFinally: return .gracefullyCancelled
        case .stopRunFinally: return .gracefullyStopped
        case .cancelled, nil: return hasUnresolvable ? .stopping : nil
        }
    }

    /// Starts what is ready, and `finally` when all tasks are done.
    mutating func schedule(at now: Date) throws(Refusal) -> [Decision] {
        latestNodes = []
        var decisions: [Decision] = []
        if !hasFailed, cancelMode == nil {
            for index in chooseTasks(at: now) { decisions += try start(index) }
        }
        if areTasksDone, !areFinalsJudged {
            areFinalsJudged = true
            for index in chooseFinals(at: now) { decisions += try start(index) }
        }
        return decisions
    }

    // MARK: - Tasks

    private mutating func chooseTasks(at now: Date) -> [Int] {
        var candidates: Set<Int> = []
        while !changed.isEmpty {
            let batch = changed.sorted()
            changed = []
            candidates.formUnion(batch)
            for index in batch { judge(index, at: now) }
        }
        var startable: [Int] = []
        for index in candidates.sorted() where phases[index] == .waiting && nodes[index].openParents == 0 {
            guard let problem = missingResultProblem(of: index) else {
                startable.append(index)
                continue
            }
            nodes[index].problem = problem
            phases[index] = .unresolvable
            waitingTasks -= 1
            hasUnresolvable = true
        }
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
        phases[index] = phase
        if before == .waiting {
            waitingTasks -= 1
            settle(index, by: -1)
        } else if phase == .waiting {
            waitingTasks += 1
            settle(index, by: 1)
        } else {
            settle(index, by: 0)
        }
    }

    private func skipReason(ofTask index: Int, at now: Date) -> SkipReason? {
        let task = nodes[index].task
        let areParentsDone = nodes[index].openParents == 0
        if areParentsDone, !task.when.allowExecution { return .whenIsFalse }
        for parent in prepared?.graph.parents[index] ?? [] {
            if case .skipped(let reason) = phases[parent], reason != .whenIsFalse { return .parentWasSkipped }
        }
        guard areParentsDone else { return nil }
        if task.needsResults, let missing = missingResult(of: task) {
            let source = nodeByName[missing.task].map { phases[$0] }
            if task.continuesOnError || source == .skipped(.whenIsFalse) { return .resultsAreMissing }
        }
        if hasPipelineTimedOut(at: now) { return .pipelineTimeout }
        if haveTasksTimedOut(at: now) { return .tasksTimeout }
        return task.matrix.map(MatrixExpansion.hasEmptyArray) == true ? .emptyMatrix : nil
    }

    /// Why a task cannot start although nothing keeps it from running: a result that it names is missing.
    private func missingResultProblem(of index: Int) -> String? {
        guard let missing = missingResult(of: nodes[index].task), let source = nodeByName[missing.task] else {
            return nil
        }
        if nodes[source].runs.isEmpty {
            return "Result reference error: Internal result ref \"\(missing.task)\" has zero-length TaskRuns"
        }
        if nodes[source].haveAllSucceeded {
            return "task \"\(missing.task)\" completed successfully but did not emit the result "
                + "\"\(missing.result)\", which is referenced by task \"\(nodes[index].task.name)\""
        }
        return "Invalid task result reference: Could not find result with name \(missing.result) "
            + "for pipeline task \(missing.task)"
    }

    // MARK: - Finally

    private mutating func chooseFinals(at now: Date) -> [Int] {
        let status = Replacements(strings: taskStatusVariables)
        var startable: [Int] = []
        for index in nodes.indices where nodes[index].isFinal {
            let task = status.applyToTexts(of: nodes[index].task)
            nodes[index].judged = task
            let isMissingResults = missingResult(of: task) != nil
            if !isMissingResults, finallyStartTime == nil { finallyStartTime = now }
            if let reason = skipReason(ofFinal: task, isMissingResults: isMissingResults, at: now) {
                phases[index] = .skipped(reason)
            } else {
                startable.append(index)
            }
        }
        return startable
    }

    private func skipReason(ofFinal task: PipelineTask, isMissingResults: Bool, at now: Date) -> SkipReason? {
        if isMissingResults { return .resultsAreMissing }
        if !task.when.allowExecution { return .whenIsFalse }
        if hasPipelineTimedOut(at: now) { return .pipelineTimeout }
        if hasFinallyTimedOut(at: now) { return .finallyTimeout }
        return task.matrix.map(MatrixExpansion.hasEmptyArray) == true ? .emptyMatrix : nil
    }

    /// The variables with which finally tasks ask how the tasks ended.
    var taskStatusVariables: [String: String] {
        var variables: [String: String] = [:]
        var hasAnyFailed = false
        var wasAnySkipped = false
        for (index, node) in nodes.enumerated() where !node.isFinal {
            variables["tasks.\(node.task.name).status"] = status(of: index)
            let conditions = node.runs.compactMap(\.outcome?.condition)
            let telling = conditions.first { $0.status != .succeeded } ?? conditions.first
            variables["tasks.\(node.task.name).reason"] = telling?.reason ?? ""
            if node.hasAnyFailed { hasAnyFailed = true }
            if skipReason(of: index) != nil { wasAnySkipped = true }
        }
        let overall = hasAnyFailed ? "Failed" : wasAnySkipped ? "Completed" : "Succeeded"
        variables["tasks.status"] = areTasksDone ? overall : "None"
        return variables
    }

    /// How a task ended, as `tasks.NAME.status` tells it.
    func status(of index: Int) -> String {
        if nodes[index].haveAllSucceeded { return "Succeeded" }
        return nodes[index].hasAnyFailed ? "Failed" : "None"
    }

    // MARK: - Skipping

    /// Why a task is skipped, as of now; nil if it is not.
    func skipReason(of index: Int) -> SkipReason? { skipReason(of: index, mode: currentMode) }

    func skipReason(of index: Int, mode: SkipReason?) -> SkipReason? {
        switch phases[index] {
        case .skipped(let reason): nodes[index].isFinal ? reason : mode ?? reason
        case .waiting: nodes[index].isFinal ? nil : mode
        case .unresolvable: hasFailed || cancelMode == .runFinally || cancelMode == .stopRunFinally ? mode : nil
        case .running, .succeeded, .failed, .ignored, .cancelled, .timedOut: nil
        }
    }

    /// The tasks that did not run, as far as it is decided.
    package var skippedTasks: [SkippedTask] {
        nodes.indices.compactMap { index in
            guard let reason = skipReason(of: index, mode: mode) else { return nil }
            let node = nodes[index]
            let showsGuards = !node.isFinal || reason == .whenIsFalse
            return SkippedTask(
                name: node.task.name,
                reason: reason.rawValue,
                whenExpressions: showsGuards ? (node.judged ?? node.task).when : []
            )
        }
    }
}
