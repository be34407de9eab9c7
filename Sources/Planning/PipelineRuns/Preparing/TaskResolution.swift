import Manifests
import YAML

/// Finds what the tasks of a Pipeline carry out.
struct TaskResolution {
    let manifests: ManifestSet
    /// What resolvers have found so far.
    let answers: [ResolverRequest: ResolverAnswer]
    /// The name of the run.
    let run: String
    let namespace: String
    /// The params of the run, which may stand in references.
    let params: Replacements
    /// The name of the Pipeline, for messages.
    let pipeline: String

    /// Finds everything that is there.
    /// - Parameters:
    ///   - tasks: The tasks, with the finally tasks behind.
    ///   - earlier: What the run has done already: a TaskRun has kept its Task.
    /// - Returns: What each task carries out, and the references that nobody has answered yet, each once.
    /// - Throws: What cannot be found.
    func resolve(
        _ tasks: [PipelineTask],
        after earlier: EarlierRun
    ) throws(Refusal) -> (tasks: [ResolvedTask], open: [ResolverRequest]) {
        var kept: [String: Document] = [:]
        for child in earlier.children where child.kind == .taskRun && kept[child.task] == nil {
            kept[child.task] = earlier.object(.taskRun, child.name)
        }
        var found: [String: ResolvedTask] = [:]
        var resolved: [ResolvedTask] = []
        var open: [ResolverRequest] = []
        for task in tasks {
            if task.isPipeline {
                resolved.append(try pipeline(of: task, &open))
            } else if task.isCustomTask {
                resolved.append(ResolvedTask(customTask: task))
            } else if let reference = task.taskRef {
                if let spec = kept[task.name]?.root[path: "status", "taskSpec"] {
                    resolved.append(ResolvedTask(named: reference.name, spec: spec))
                } else if reference.resolver.isEmpty {
                    let key = "\(reference.kind)/\(reference.name)"
                    let one: ResolvedTask
                    if let known = found[key] { one = known } else { one = try self.task(reference) }
                    found[key] = one
                    resolved.append(one)
                } else {
                    resolved.append(try self.task(through: reference, of: task, &open))
                }
            } else {
                resolved.append(ResolvedTask(embedded: task.taskSpec ?? [:]))
            }
        }
        var seen: Set<ResolverRequest> = []
        return (resolved, open.filter { seen.insert($0).inserted })
    }

    // MARK: - Tasks

    private func task(_ reference: TaskReference) throws(Refusal) -> ResolvedTask {
        let isOfCluster = reference.kind == "ClusterTask"
        let kind = isOfCluster ? "ClusterTask" : "Task"
        if let found = manifests.document(kind: kind, namespace: namespace, name: reference.name) {
            return ResolvedTask(found)
        }
        throw couldntGetTask(reference.name, "\(kind.lowercased())s.tekton.dev \"\(reference.name)\" not found")
    }

    private func task(
        through reference: TaskReference,
        of task: PipelineTask,
        _ open: inout [ResolverRequest]
    ) throws(Refusal) -> ResolvedTask {
        let asked = asked(reference)
        let request = ResolverRequest(kind: "Task", reference: asked)
        switch answer(to: request) {
        case .resolution(.found(let document, _))? where document.kind == "Task" || document.kind == "ClusterTask":
            return ResolvedTask(document)
        case .resolution(.found)?:
            throw couldntGetTask(name(of: reference, asked), "failed to convert obj into Task")
        case .unverified(let name, let problem)?:
            throw .unverified(name, problem, run: "\(namespace)/\(run)")
        case .resolution(.failed(let failure))?:
            // Tekton asks for it as its TaskRun will.
            let owner = ChildNames.runs(of: task.name, in: run, count: 1)[0]
            throw couldntGetTask(name(of: reference, asked), failure.message(for: asked, owner: owner))
        case nil:
            open.append(request)
            return ResolvedTask(embedded: [:])
        }
    }

    // MARK: - Pipelines

    private func pipeline(
        of task: PipelineTask,
        _ open: inout [ResolverRequest]
    ) throws(Refusal) -> ResolvedTask {
        guard let reference = task.pipelineRef else {
            return ResolvedTask(pipeline: nil, embedded: task.pipelineSpec)
        }
        guard !reference.resolver.isEmpty else {
            if let found = manifests.document(kind: "Pipeline", namespace: namespace, name: reference.name) {
                return ResolvedTask(pipeline: found)
            }
            throw couldntGetPipeline(
                reference.name,
                "tekton client cannot get pipeline \(reference.name) from local cluster: "
                    + "pipelines.tekton.dev \"\(reference.name)\" not found"
            )
        }
        let asked = asked(reference)
        let request = ResolverRequest(kind: "Pipeline", reference: asked)
        switch answer(to: request) {
        case .resolution(.found(let document, _))? where document.kind == "Pipeline":
            return ResolvedTask(pipeline: document)
        case .resolution(.found)?:
            throw couldntGetPipeline(
                name(of: reference, asked),
                "failed to read runtime object as Pipeline: resource is not a pipeline"
            )
        case .unverified(let name, let problem)?:
            throw .unverified(name, problem, run: "\(namespace)/\(run)")
        case .resolution(.failed(let failure))?:
            let message = failure.message(for: asked, owner: run)
            throw couldntGetPipeline(
                name(of: reference, asked),
                "resolver failed to get Pipeline \(reference.name): \(message)"
            )
        case nil:
            open.append(request)
            return ResolvedTask(pipeline: nil)
        }
    }

    // MARK: - Parts

    private func asked(_ reference: TaskReference) -> ResolverReference {
        ResolverReference(
            resolver: reference.resolver,
            params: params.apply(to: reference.params),
            namespace: namespace
        )
    }

    private func answer(to request: ResolverRequest) -> ResolverAnswer? {
        answers[request] ?? manifests.resolutions[request.reference].map { .resolution($0) }
    }

    private func name(of reference: TaskReference, _ request: ResolverReference) -> String {
        reference.name.isEmpty ? request.nameInErrors : reference.name
    }

    private func couldntGetTask(_ name: String, _ problem: String) -> Refusal {
        Refusal(
            reason: "CouldntGetTask",
            message: "Pipeline \(namespace)/\(pipeline) can't be Run; it contains Tasks that don't exist: "
                + "Couldn't retrieve Task \"\(name)\": \(problem)"
        )
    }

    private func couldntGetPipeline(_ name: String, _ problem: String) -> Refusal {
        Refusal(
            reason: "CouldntGetPipeline",
            message: "Pipeline \(namespace)/\(pipeline) can't be Run; it contains child Pipelines that don't exist: "
                + "Couldn't retrieve Pipeline \"\(name)\": \(problem)"
        )
    }
}
