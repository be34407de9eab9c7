import Manifests
import YAML

/// Starting: from a task to its TaskRuns.
extension PipelineRunState {
    mutating func start(_ index: Int) throws(Refusal) -> [Decision] {
        guard let prepared else { return [] }
        let node = nodes[index]
        let task = runContexts(for: node.judged ?? node.task)
        if let problem = matrixProblem(of: task) {
            throw Refusal(
                reason: "InvalidMatrixParameterTypes",
                message: "[User error] Failed to validate matrix \"\(run.metadata.name)\" with error \(problem)"
            )
        }
        let combinations = task.matrix.map { MatrixExpansion.combinations(of: $0) } ?? [[]]
        let names = ChildNames.runs(of: task.name, in: prepared.name, count: combinations.count)
        let builder = builder(of: node, as: task, in: prepared)
        var planned: [PlannedTaskRun] = []
        for (place, (name, combination)) in zip(names, combinations).enumerated() {
            let taskRun = try builder.taskRun(name, params: combination + task.params)
            planned.append(
                PlannedTaskRun(
                    pipelineTask: task.name,
                    index: place,
                    taskRun: taskRun,
                    task: node.resolved.document
                )
            )
        }
        for (place, (name, combination)) in zip(names, combinations).enumerated() {
            nodes[index].runs.append(ChildRun(name: name, params: combination + task.params))
            places[name] = (index, place)
        }
        phases[index] = .running
        latestNodes.insert(index)
        if !node.isFinal {
            runningTasks += 1
            waitingTasks -= 1
        }
        return planned.map { .start($0) }
    }

    /// The TaskRuns of each task, as far as they are known before anything has run: results do not stand in them yet.
    ///
    /// Known once the run has started; a task that cannot be built has none, and one whose matrix depends on results
    /// has one without the matrix.
    package var previews: [PlannedTaskRun] {
        guard let prepared else { return [] }
        return nodes.flatMap { node -> [PlannedTaskRun] in
            let isExpanded = node.task.matrix?.params.allSatisfy { $0.value.type == .array } ?? false
            let combinations = isExpanded ? node.task.matrix.map { MatrixExpansion.combinations(of: $0) } : nil
            let builder = builder(of: node, as: node.task, in: prepared)
            let names = ChildNames.runs(of: node.task.name, in: prepared.name, count: combinations?.count ?? 1)
            return zip(names, combinations ?? [[]]).compactMap { name, combination -> PlannedTaskRun? in
                // What is wrong with it is told when its time comes.
                guard let run = try? builder.taskRun(name, params: combination + node.task.params) else { return nil }
                return PlannedTaskRun(pipelineTask: node.task.name, taskRun: run, task: node.resolved.document)
            }
        }
    }

    /// Whether it is known already that a task will not run: its guards are false, whatever the results will be.
    ///
    /// Known once the run has started.
    package func isRuledOut(_ pipelineTask: String) -> Bool {
        guard let index = nodeByName[pipelineTask] else { return false }
        if phases[index].isSkipped { return true }
        return nodes[index].task.when.contains { guardExpression in
            let isKnown = ([guardExpression.input] + guardExpression.values).allSatisfy { !$0.contains("$(") }
            return isKnown && !guardExpression.isCEL && !guardExpression.isTrue
        }
    }

    /// The tasks that need not run even if nothing fails: a guard (`when`) stands before them, or before one whose
    /// results they need.
    package var tasksThatMayBeSkipped: Set<String> {
        var names = Set(nodes.filter { !$0.task.when.isEmpty }.map(\.task.name))
        var count: Int
        repeat {
            count = names.count
            for node in nodes where node.sources.contains(where: { names.contains(nodes[$0].task.name) }) {
                names.insert(node.task.name)
            }
        } while names.count > count
        return names
    }

    private func builder(of node: TaskNode, as task: PipelineTask, in prepared: PreparedRun) -> TaskRunBuilder {
        TaskRunBuilder(
            prepared: prepared,
            task: task,
            isFinal: node.isFinal,
            resolved: node.resolved,
            spec: embeddedSpec(of: node.resolved),
            bindings: bindings(of: prepared)
        )
    }

    /// Replaces what is known only when the task starts: its retries, and how many runs a matrix had.
    private func runContexts(for task: PipelineTask) -> PipelineTask {
        var task = task
        var values = Replacements(strings: ["context.pipelineTask.retries": String(task.retries)])
        for text in task.params.flatMap(\.value.texts) {
            for variable in VariableText.variables(in: text) {
                if let length = matrixLength(variable) { values.strings[variable] = String(length) }
            }
        }
        task.params = values.apply(to: task.params)
        task.displayName = values.apply(to: task.displayName)
        if var matrix = task.matrix {
            matrix.params = values.apply(to: matrix.params)
            for index in matrix.include.indices {
                matrix.include[index].params = values.apply(to: matrix.include[index].params)
            }
            task.matrix = matrix
        }
        return task
    }

    /// The number behind `tasks.NAME.matrix.length` and `tasks.NAME.matrix.RESULT.length`.
    private func matrixLength(_ variable: String) -> Int? {
        let parts = variable.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (4...5).contains(parts.count), parts[0] == "tasks", parts[2] == "matrix", parts.last == "length",
            let index = nodeByName[parts[1]]
        else { return nil }
        if parts.count == 5 { return nodes[index].results[parts[3]]?.asArray.count ?? 0 }
        guard !nodes[index].isFinal else { return nil }
        return prepared?.tasks[index].matrix.map { MatrixExpansion.count(of: $0) } ?? 0
    }

    private func matrixProblem(of task: PipelineTask) -> String? {
        guard let matrix = task.matrix else { return nil }
        func problem(_ allowed: String, _ param: Param) -> String {
            "parameters of type \(allowed) only are allowed, but param \"\(param.name)\" has type "
                + "\"\(param.value.type.rawValue)\" in pipelineTask \"\(task.name)\""
        }
        for param in matrix.include.flatMap(\.params) where param.value.type != .string {
            return problem("string", param)
        }
        for param in matrix.params where param.value.type != .array {
            guard ResultReference.all(in: param.value).isEmpty else { continue }
            return problem("array", param)
        }
        return nil
    }

    /// The body of an embedded Task, with the results of earlier tasks in its texts.
    private func embeddedSpec(of resolved: ResolvedTask) -> YAMLNode {
        var results = Replacements()
        for name in resolved.sources {
            guard let source = nodeByName[name], phases[source].hasEnded else { continue }
            results.merge(Replacements(resultsNamedInTexts: nodes[source].results, of: name))
        }
        return results.apply(toTaskSpec: resolved.spec)
    }

    /// What the run binds to its workspaces, with results in it.
    private func bindings(of prepared: PreparedRun) -> [String: YAMLNode] {
        prepared.bindings.mapValues { binding in
            var names: Set<String> = []
            binding.forEachText { names.formUnion(ResultReference.all(in: $0).map(\.task)) }
            var results = Replacements()
            for name in names {
                guard let source = nodeByName[name], phases[source].hasEnded else { continue }
                results.merge(Replacements(resultsNamedInTexts: nodes[source].results, of: name))
            }
            return results.isEmpty ? binding : results.apply(toWorkspaceBinding: binding)
        }
    }
}
