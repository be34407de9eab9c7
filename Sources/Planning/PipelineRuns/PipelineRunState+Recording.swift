import Manifests

/// Taking in: what the run is made of, and what has ended.
extension PipelineRunState {
    mutating func setUp(_ prepared: PreparedRun) {
        let tasks = prepared.tasks
        nodeByName = Dictionary(tasks.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        resultUsers = tasks.map { _ in [] }
        phases = tasks.map { _ in .waiting }
        let taskCount = prepared.spec.tasks.count
        waitingTasks = taskCount
        nodes = tasks.indices.map { index in
            let sources = Set(tasks[index].resultReferences.compactMap { nodeByName[$0.task] }).sorted()
            let isFinal = index >= taskCount
            return TaskNode(
                task: tasks[index],
                resolved: prepared.resolvedTasks[index],
                isFinal: isFinal,
                sources: sources,
                openSources: sources.count,
                openParents: isFinal ? 0 : prepared.graph.parents[index].count
            )
        }
        for (index, node) in nodes.enumerated() {
            for source in node.sources { resultUsers[source].append(index) }
        }
        changed = Set((0..<taskCount).filter { nodes[$0].openParents == 0 })
    }

    /// Records outcomes, and puts results into the tasks that name them.
    /// - Throws: If such a result makes the run impossible.
    mutating func record(_ ended: [(name: String, outcome: TaskRunOutcome)]) throws(Refusal) {
        var endedNodes: [Int] = []
        for (name, outcome) in ended {
            guard let place = places[name], nodes[place.node].runs[place.index].outcome == nil else { continue }
            nodes[place.node].runs[place.index].outcome = outcome
            guard nodes[place.node].hasEnded else { continue }
            endedNodes.append(place.node)
            let phase = endPhase(of: nodes[place.node])
            phases[place.node] = phase
            guard !nodes[place.node].isFinal else { continue }
            runningTasks -= 1
            if phase != .succeeded, !nodes[place.node].task.continuesOnError { hasFailed = true }
            settle(place.node, by: -1)
        }
        try passOnResults(of: endedNodes)
    }

    /// A task has become done, or something about that has changed: what waits for it is to be judged.
    /// - Parameters:
    ///   - index: The task.
    ///   - difference: What that changes in the number of tasks that its children wait for.
    mutating func settle(_ index: Int, by difference: Int) {
        for child in prepared?.graph.children[index] ?? [] {
            nodes[child].openParents += difference
            changed.insert(child)
        }
    }

    private func endPhase(of node: TaskNode) -> TaskPhase {
        guard !node.haveAllSucceeded else { return .succeeded }
        let cancelled = node.runs.filter { run in
            run.outcome?.condition.status == .failed && run.outcome?.condition.reason == "TaskRunCancelled"
        }
        guard cancelled.isEmpty else {
            return cancelled.contains { $0.stopReason == .timedOut } ? .timedOut : .cancelled
        }
        return node.task.continuesOnError ? .ignored : .failed
    }

    // MARK: - Results

    private mutating func passOnResults(of ended: [Int]) throws(Refusal) {
        var complete: [Int] = []
        for index in ended {
            for user in resultUsers[index] {
                nodes[user].openSources -= 1
                if nodes[user].openSources == 0, phases[user] == .waiting { complete.append(user) }
            }
        }
        guard !complete.isEmpty, let prepared else { return }
        complete.sort()
        var values: [(node: Int, replacements: Replacements)] = []
        for index in complete {
            guard let replacements = try resultReplacements(for: nodes[index].task) else { continue }
            values.append((index, replacements))
        }
        let checks = PipelineChecks(
            run: prepared.name,
            namespace: prepared.namespace,
            pipeline: "",
            spec: prepared.spec
        )
        for (index, replacements) in values {
            nodes[index].task = replacements.apply(toTask: nodes[index].task)
            try checks.params(of: nodes[index].task, for: nodes[index].resolved)
        }
    }

    /// The values of all results that a task names; nil if one of them is missing.
    private func resultReplacements(for task: PipelineTask) throws(Refusal) -> Replacements? {
        var values: [(ResultReference, ParamValue)] = []
        for reference in Set(task.resultReferences).sorted(by: { ($0.task, $0.result) < ($1.task, $1.result) }) {
            guard let value = resultValue(of: reference) else { return nil }
            values.append((reference, value))
        }
        for case (let reference, .array(let list)) in values {
            guard let index = reference.index, index >= list.count else { continue }
            throw Refusal(
                reason: "PipelineValidationFailed",
                message: "[User error] PipelineRun \(preparation.namespace)/\(run.metadata.name) can't be Run; "
                    + "couldn't resolve all references: array Result Index \(index) for Task \(reference.task) "
                    + "Result \(reference.result) is out of bound of size \(list.count)"
            )
        }
        return Replacements(results: values)
    }

    /// The value of a result whose task has ended; nil if there is none.
    func resultValue(of reference: ResultReference) -> ParamValue? {
        guard let source = nodeByName[reference.task], phases[source].hasEnded else { return nil }
        return nodes[source].results[reference.result]
    }

    /// The first of the results named by a task that is missing.
    func missingResult(of task: PipelineTask) -> ResultReference? {
        task.resultReferences.first { resultValue(of: $0) == nil }
    }
}
