import Manifests
import YAML

/// Taking in: what the run is made of, and what has ended.
extension PipelineRunState {
    /// Puts the tasks in their places.
    /// - Parameters:
    ///   - prepared: The run.
    ///   - names: The names of the finally tasks, where they are not those of the run.
    mutating func setUp(_ prepared: PreparedRun, finals names: Set<String>? = nil) {
        let tasks = prepared.tasks
        nodeByName = Dictionary(tasks.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        resultUsers = tasks.map { _ in [] }
        let taskCount = prepared.spec.tasks.count
        let finals = names ?? Set(prepared.spec.finally.map(\.name))
        nodes = tasks.indices.map { index in
            let sources = Set(tasks[index].resultReferences.compactMap { nodeByName[$0.task] }).sorted()
            let isFinal = index >= taskCount
            return TaskNode(
                task: tasks[index],
                resolved: prepared.resolvedTasks[index],
                isFinal: isFinal,
                standsInBoth: !isFinal && finals.contains(tasks[index].name),
                sources: sources,
                openSources: sources.count,
                openParents: isFinal ? 0 : prepared.graph.parents[index].count
            )
        }
        for (index, node) in nodes.enumerated() {
            for source in node.sources { resultUsers[source].append(index) }
        }
        setUpPhases()
        changed = Set((0..<taskCount).filter { nodes[$0].openParents == 0 })
    }

    /// Gives the tasks the runs that they have already.
    /// - Throws: If a result of theirs makes the run impossible.
    mutating func takeUp(_ runs: [(node: Int, runs: [ChildRun])]) throws(Refusal) {
        var ended: [Int] = []
        for (index, children) in runs where !children.isEmpty {
            attach(children, to: index)
            if nodes[index].hasEnded { ended.append(index) }
        }
        try passOnResults(of: ended)
        changed = Set(nodes.indices.filter { !nodes[$0].isFinal && phases[$0] == .waiting })
    }

    /// Finds the runs that the tasks have already: those in the status, and those that have the names they would get.
    func earlierRuns() -> [(node: Int, runs: [ChildRun])] {
        guard let prepared else { return [] }
        let listed = Dictionary(grouping: earlier.children, by: \.task)
        return nodes.indices.map { index in
            let node = nodes[index]
            var names = (listed[node.task.name] ?? []).filter { $0.kind == node.kind }.map(\.name)
            if names.isEmpty {
                let count = node.task.matrix.map { MatrixExpansion.count(of: $0) } ?? 1
                names = ChildNames.runs(of: node.task.name, in: prepared.name, count: count)
            }
            return (index, names.compactMap { earlier.object(node.kind, $0).map(EarlierRun.child) })
        }
    }

    /// Gives a task its runs, which stand as they stand.
    mutating func attach(_ runs: [ChildRun], to index: Int) {
        let start = nodes[index].runs.count
        for (offset, run) in runs.enumerated() { places[run.name] = (index, start + offset) }
        nodes[index].runs += runs
        nodes[index].openRuns = nodes[index].runs.count { !$0.hasEnded }
        setPhase(.running, of: index)
        if nodes[index].hasEnded { close(index) }
    }

    /// Records outcomes, and puts results into the tasks that name them.
    /// - Throws: If such a result makes the run impossible.
    mutating func record(_ ended: [(name: String, outcome: TaskRunOutcome)]) throws(Refusal) {
        var endedNodes: [Int] = []
        for (name, outcome) in ended {
            guard let place = places[name], !nodes[place.node].runs[place.index].hasEnded else { continue }
            nodes[place.node].runs[place.index].condition = outcome.condition
            nodes[place.node].runs[place.index].results = outcome.results
            nodes[place.node].runs[place.index].artifacts = outcome.artifacts.isEmpty ? nil : outcome.artifacts.node
            guard nodes[place.node].runs[place.index].hasEnded else { continue }
            nodes[place.node].openRuns -= 1
            guard nodes[place.node].openRuns == 0 else { continue }
            endedNodes.append(place.node)
            close(place.node)
        }
        try passOnResults(of: endedNodes)
    }

    /// All runs of a task have ended.
    private mutating func close(_ index: Int) {
        let phase = nodes[index].phase
        setPhase(phase, of: index)
        nodes[index].gatherResults()
        guard !nodes[index].isFinal else { return }
        if phase != .succeeded, !nodes[index].task.continuesOnError { hasFailed = true }
        settle(index, by: -1)
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

    // MARK: - Results

    private mutating func passOnResults(of ended: [Int]) throws(Refusal) {
        var complete: [Int] = []
        for index in ended {
            for user in resultUsers[index] {
                nodes[user].openSources -= 1
                // A task that runs has its results too: its guards and its name are still shown.
                if nodes[user].openSources == 0 { complete.append(user) }
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
        for (index, _) in values { try evaluateGuards(of: nodes[index].task) }
    }

    /// Evaluates the CEL expressions of a task's guards.
    mutating func evaluateGuards(of task: PipelineTask) throws(Refusal) {
        guard task.when.contains(where: \.isCEL) else { return }
        do throws(GuardError) {
            try guards.evaluate(task.when)
        } catch {
            throw Refusal(
                reason: "CELEvaluationFailed",
                message: "Error evaluating CEL \(run.metadata.name): [User error] \(error)"
            )
        }
    }

    /// The values of all results that a task names; nil if one of them is missing.
    private func resultReplacements(for task: PipelineTask) throws(Refusal) -> Replacements? {
        let lookup = resultLookup
        guard case .found(let values) = lookup.resolve(task.resultReferences) else { return nil }
        for value in values {
            guard case .array(let list) = value.value, let index = value.reference.index, index >= list.count else {
                continue
            }
            throw Refusal(
                reason: "PipelineValidationFailed",
                message: "[User error] PipelineRun \(preparation.namespace)/\(run.metadata.name) can't be Run; "
                    + "couldn't resolve all references: array Result Index \(index) for Task \(value.reference.task) "
                    + "Result \(value.reference.result) is out of bound of size \(list.count)"
            )
        }
        return Replacements(results: values.map { ($0.reference, $0.value) })
    }

    /// Looks up results of tasks as they are now.
    var resultLookup: ResultLookup {
        ResultLookup { [nodes, nodeByName] name in nodeByName[name].map { nodes[$0] } }
    }
}
