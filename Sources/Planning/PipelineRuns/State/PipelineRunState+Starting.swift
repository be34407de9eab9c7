import Manifests
import YAML

/// Starting: from a task to its runs.
extension PipelineRunState {
    mutating func start(_ index: Int, into decisions: inout [Decision]) throws(Refusal) {
        guard let prepared else { return }
        if nodes[index].task.matrix != nil, let problem = matrixProblem {
            throw Refusal(
                reason: "InvalidMatrixParameterTypes",
                message: "[User error] Failed to validate matrix \(GoText.quoted(problem)) with error %!v(MISSING)"
            )
        }
        let node = nodes[index]
        let task = runContexts(for: node.judged ?? node.task)
        let combinations = task.matrix.map { MatrixExpansion.combinations(of: $0) } ?? [[]]
        // Tekton counts the runs before it knows the combinations; where it counts too many, a run has no matrix params.
        let count = task.matrix.map { max(MatrixExpansion.count(of: $0), combinations.count) } ?? 1
        let names = ChildNames.runs(of: task.name, in: prepared.name, count: count)
        let builder = builder(of: node, as: task, in: prepared)
        var children: [ChildRun] = []
        var planned: [Decision] = []
        for (place, name) in names.enumerated() {
            let params = (place < combinations.count ? combinations[place] : []) + task.params
            try checkEnums(of: params, for: node, task: task.name)
            planned.append(try builder.start(name, index: place, params: params))
            children.append(ChildRun(name: name, params: params))
        }
        decisions += planned
        attach(children, to: index)
        latestNodes.insert(index)
    }

    /// The runs of each task, as far as they are known before anything has run: results do not stand in them yet.
    ///
    /// Known once the run has started; a task that cannot be built has none, and one whose matrix depends on results
    /// has one without the matrix.
    package var foreseen: ForeseenChildren {
        guard let prepared else { return ForeseenChildren() }
        var children = ForeseenChildren()
        for node in nodes {
            let isExpanded = node.task.matrix?.params.allSatisfy { $0.value.type == .array } ?? false
            let combinations = isExpanded ? node.task.matrix.map { MatrixExpansion.combinations(of: $0) } : nil
            let builder = builder(of: node, as: node.task, in: prepared)
            let names = ChildNames.runs(of: node.task.name, in: prepared.name, count: combinations?.count ?? 1)
            for (place, run) in zip(names, combinations ?? [[]]).enumerated() {
                // What is wrong with it is told when its time comes.
                switch try? builder.start(run.0, index: place, params: run.1 + node.task.params) {
                case .start(let planned): children.taskRuns.append(planned)
                case .startPipelineRun(let planned): children.pipelineRuns.append(planned)
                default: break
                }
            }
        }
        return children
    }

    /// Whether it is known already that a task will not run: its guards are false, whatever the results will be.
    ///
    /// Known once the run has started.
    package func isRuledOut(_ pipelineTask: String) -> Bool {
        guard let index = nodeByName[pipelineTask] else { return false }
        if phases[index].isSkipped { return true }
        return nodes[index].task.when.contains { expression in
            let texts = [expression.input, expression.cel] + expression.values
            return texts.allSatisfy { !$0.contains("$(") } && !guards.allows([expression])
        }
    }

    /// The tasks that need not run even if nothing fails: a guard (`when`) stands before them, or before one whose
    /// results they need.
    package var tasksThatMayBeSkipped: Set<String> {
        var isOptional = nodes.map { !$0.task.when.isEmpty }
        var open = isOptional.indices.filter { isOptional[$0] }
        while let index = open.popLast() {
            for user in resultUsers[index] where !isOptional[user] {
                isOptional[user] = true
                open.append(user)
            }
        }
        return Set(nodes.indices.filter { isOptional[$0] }.map { nodes[$0].task.name })
    }

    // MARK: - Parts

    private func builder(of node: TaskNode, as task: PipelineTask, in prepared: PreparedRun) -> RunBuilder {
        RunBuilder(
            prepared: prepared,
            task: task,
            isFinal: node.isFinal,
            resolved: node.resolved,
            spec: embeddedSpec(of: node.resolved),
            bindings: bindings(of: prepared),
            ancestors: preparation.ancestors
        )
    }

    private func checkEnums(of params: [Param], for node: TaskNode, task: String) throws(Refusal) {
        guard node.kind == .taskRun,
            let problem = ParamChecks.allowedValues(params, declared: node.resolved.params)
        else { return }
        throw Refusal(
            reason: "InvalidParamValue",
            message: "[User error] Invalid param value from PipelineTask \"\(task)\": \(problem)"
        )
    }

    /// Replaces what is known only when the task starts: its retries, and how many runs a matrix had.
    private func runContexts(for task: PipelineTask) -> PipelineTask {
        RunContexts(
            combinations: { name in
                guard let index = nodeByName[name], !nodes[index].isFinal else { return nil }
                return prepared?.tasks[index].matrix.map { MatrixExpansion.count(of: $0) } ?? 0
            },
            results: { task, result in
                nodeByName[task].map { nodes[$0].results[result]?.asArray.count ?? 0 }
            }
        ).apply(to: task)
    }

    /// What is wrong with the types of params in a matrix: of any task, as Tekton looks at all of them.
    private var matrixProblem: String? {
        for node in nodes {
            guard let problem = MatrixExpansion.typeProblem(of: node.judged ?? node.task) else { continue }
            return problem
        }
        return nil
    }

    /// The body of an embedded Task, with the results and artifacts of earlier tasks in its texts.
    private func embeddedSpec(of resolved: ResolvedTask) -> YAMLNode {
        guard !resolved.sources.isEmpty else { return resolved.spec }
        var results = Replacements()
        var artifacts = Replacements()
        for name in resolved.sources {
            guard let source = nodeByName[name].map({ nodes[$0] }), source.hasEnded, source.kind == .taskRun else {
                continue
            }
            results.merge(Replacements(resultsNamedInTexts: source.results, of: name))
            artifacts.merge(Replacements(artifacts: source.runs.compactMap(\.artifacts), of: name))
        }
        return artifacts.apply(toTaskSpec: results.apply(toTaskSpec: resolved.spec))
    }

    /// What the run binds to its workspaces, with results in it.
    private func bindings(of prepared: PreparedRun) -> [String: YAMLNode] {
        prepared.bindings.mapValues { binding in
            var names: Set<String> = []
            binding.forEachText { names.formUnion(ResultReference.all(in: $0).map(\.task)) }
            var results = Replacements()
            for name in names {
                guard let source = nodeByName[name].map({ nodes[$0] }), source.hasEnded else { continue }
                results.merge(Replacements(resultsNamedInTexts: source.results, of: name))
            }
            return results.isEmpty ? binding : results.apply(toWorkspaceBinding: binding)
        }
    }
}
