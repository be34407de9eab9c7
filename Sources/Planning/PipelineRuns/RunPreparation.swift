import Manifests
import YAML

/// Finds a PipelineRun's Pipeline and Tasks and checks that all fits together, in Tekton's order and words.
struct RunPreparation {
    let run: Document
    let manifests: ManifestSet
    let uid: String
    let namespace: String
    let runSpec: YAMLNode
    /// As far as it is known, what `.status.pipelineSpec` shows.
    private(set) var pipelineSpec: YAMLNode?
    private(set) var metadata: RunMetadata
    private(set) var open: [ResolverReference] = []
    private(set) var source: RefSource?

    init(run: Document, manifests: ManifestSet, uid: String) {
        self.run = run
        self.manifests = manifests
        self.uid = uid
        namespace = run.metadata.namespace.isEmpty ? manifests.defaultNamespace : run.metadata.namespace
        runSpec = Defaults.pipelineRunSpec(run.spec)
        metadata = RunMetadata(run: run)
    }

    private var name: String { run.metadata.name }

    mutating func prepare() throws(Refusal) -> PreparedRun {
        let pipeline = try findPipeline()
        metadata.takeOver(pipeline.metadata)
        let written = Defaults.pipelineSpec(pipeline.spec)
        pipelineSpec = written
        let declared = PipelineSpec(written)
        let graph = try buildGraph(of: declared)
        let params = (runSpec["params"]?.elements ?? []).map { Param($0) }
        let checks = PipelineChecks(
            run: name,
            namespace: namespace,
            pipeline: pipeline.metadata.name,
            spec: declared
        )
        try checks.params(params)
        try checks.workspaces(bound: (runSpec["workspaces"]?.elements ?? []).compactMap { $0["name"]?.string })
        try checks.taskRunSpecs(runSpec["taskRunSpecs"]?.elements ?? [])
        let spec = try substitute(params, into: declared, pipeline: pipeline.metadata.name)
        pipelineSpec = spec.node
        try checks.onError(of: spec)
        var resolvedTasks: [ResolvedTask] = []
        for task in spec.tasks + spec.finally {
            resolvedTasks.append(try resolve(task, pipeline: pipeline.metadata.name))
        }
        guard open.isEmpty else { throw couldntGetPipeline("open") }
        for (task, resolved) in zip(spec.tasks + spec.finally, resolvedTasks) {
            try checks.params(of: task, for: resolved)
        }
        try checks.references(in: spec, resolvedTasks)
        return PreparedRun(
            name: name,
            namespace: namespace,
            uid: uid,
            pipelineRef: runSpec[path: "pipelineRef", "name"]?.string ?? "",
            spec: spec,
            graph: graph,
            resolvedTasks: resolvedTasks,
            bindings: bindings(with: Replacements(params: params, scope: .pipeline)),
            metadata: metadata,
            runSpec: runSpec
        )
    }

    // MARK: - Finding

    private mutating func findPipeline() throws(Refusal) -> (metadata: ObjectMetadata, spec: YAMLNode) {
        let reference = runSpec["pipelineRef"]
        if let pipeline = reference?["name"]?.string, !pipeline.isEmpty, reference?["resolver"] == nil {
            if let found = manifests.document(kind: "Pipeline", namespace: namespace, name: pipeline) {
                return (found.metadata, found.spec)
            }
            throw couldntGetPipeline(
                "error when getting Pipeline for PipelineRun \(name): tekton client cannot get pipeline \(pipeline) "
                    + "from local cluster: pipelines.tekton.dev \"\(pipeline)\" not found"
            )
        }
        if let spec = runSpec["pipelineSpec"] { return (run.metadata, spec) }
        var values = Replacements(params: (runSpec["params"]?.elements ?? []).map { Param($0) }, scope: .pipeline)
        values.merge(contexts(pipeline: ""))
        if let reference, let request = ResolverReference(reference, replacing: values, namespace: namespace) {
            switch manifests.resolutions[request] {
            case .found(let document, let source)? where document.kind == "Pipeline":
                self.source = source
                return (document.metadata, document.spec)
            case .found?:
                throw couldntGetPipeline("failed to read runtime object as Pipeline: resource is not a pipeline")
            case .failed(let failure)?:
                throw couldntGetPipeline(
                    "resolver failed to get Pipeline : \(failure.message(for: request, owner: name))"
                )
            case nil:
                open.append(request)
                throw couldntGetPipeline("open")
            }
        }
        throw couldntGetPipeline("pipelineRun \(name) not providing PipelineRef or PipelineSpec")
    }

    private func couldntGetPipeline(_ message: String) -> Refusal {
        Refusal(
            reason: "CouldntGetPipeline",
            message: "Error retrieving pipeline for pipelinerun \(namespace)/\(name): \(message)"
        )
    }

    private mutating func resolve(_ task: PipelineTask, pipeline: String) throws(Refusal) -> ResolvedTask {
        if task.isPipeline || task.isCustomTask {
            let what = task.isPipeline ? "Pipelines as tasks" : "custom tasks"
            throw Refusal(
                reason: "PipelineValidationFailed",
                message: "Pipeline \(namespace)/\(pipeline) can't be Run; task \"\(task.name)\": "
                    + "\(what) are not carried out yet"
            )
        }
        guard let reference = task.taskRef else {
            return ResolvedTask(embedded: task.taskSpec ?? [:])
        }
        let problem: String
        if reference.resolver.isEmpty {
            let isOfCluster = reference.kind == "ClusterTask"
            let kind = isOfCluster ? "ClusterTask" : "Task"
            let found =
                manifests.document(kind: kind, namespace: namespace, name: reference.name)
                ?? (isOfCluster ? manifests.all(kind: kind).first { $0.metadata.name == reference.name } : nil)
            if let found { return ResolvedTask(found) }
            problem = "\(kind.lowercased())s.tekton.dev \"\(reference.name)\" not found"
        } else {
            let request = ResolverReference(
                resolver: reference.resolver,
                params: reference.params,
                namespace: namespace
            )
            switch manifests.resolutions[request] {
            case .found(let document, _)? where document.kind == "Task": return ResolvedTask(document)
            case .found?: problem = "resource is not a task"
            case .failed(let failure)?:
                problem = failure.message(for: request, owner: ChildNames.runs(of: task.name, in: name, count: 1)[0])
            case nil:
                open.append(request)
                return ResolvedTask(embedded: [:])
            }
        }
        throw Refusal(
            reason: "CouldntGetTask",
            message: "Pipeline \(namespace)/\(pipeline) can't be Run; it contains Tasks that don't exist: "
                + "Couldn't retrieve Task \"\(reference.name)\": \(problem)"
        )
    }

    private func buildGraph(of spec: PipelineSpec) throws(Refusal) -> TaskGraph {
        func invalid(_ place: String, _ error: TaskGraphError) -> Refusal {
            Refusal(
                reason: "PipelineInvalidGraph",
                message: "[User error] PipelineRun \(namespace)/\(name)'s Pipeline DAG is invalid\(place): \(error)"
            )
        }
        let graph: TaskGraph
        do throws(TaskGraphError) {
            let dependencies = Dictionary(
                spec.tasks.map { ($0.name, $0.dependencies) },
                uniquingKeysWith: { first, _ in first }
            )
            graph = try TaskGraph(tasks: spec.tasks.map(\.name), dependencies: dependencies)
        } catch {
            throw invalid("", error)
        }
        do throws(TaskGraphError) {
            _ = try TaskGraph(tasks: spec.finally.map(\.name), dependencies: [:])
        } catch {
            throw invalid(" for finally clause", error)
        }
        return graph
    }

    // MARK: - Replacing

    private func substitute(
        _ params: [Param],
        into spec: PipelineSpec,
        pipeline: String
    ) throws(Refusal) -> PipelineSpec {
        let values: Replacements
        do throws(ParamResolutionError) {
            values = try PipelineParams.replacements(given: params, declared: spec.params)
        } catch {
            throw Refusal(
                reason: "PipelineValidationFailed",
                message: "[User error] Failed to apply parameters to Pipeline \(namespace)/\(pipeline): \(error)"
            )
        }
        var node = values.apply(toPipelineSpec: spec.node)
        node = contexts(pipeline: pipeline).apply(toPipelineSpec: node, alwaysNamingTasks: true)
        var bound = Replacements()
        for workspace in spec.workspaces { bound.strings["workspaces.\(workspace.name).bound"] = "false" }
        for binding in runSpec["workspaces"]?.elements ?? [] {
            bound.strings["workspaces.\(binding["name"]?.string ?? "").bound"] = "true"
        }
        return PipelineSpec(bound.apply(toPipelineSpec: node))
    }

    private func contexts(pipeline: String) -> Replacements {
        Replacements(strings: [
            "context.pipelineRun.name": name,
            "context.pipelineRun.namespace": namespace,
            "context.pipelineRun.uid": uid,
            "context.pipeline.name": pipeline,
        ])
    }

    private func bindings(with params: Replacements) -> [String: YAMLNode] {
        let bindings = (runSpec["workspaces"]?.elements ?? []).map { binding in
            (binding["name"]?.string ?? "", params.apply(toWorkspaceBinding: binding))
        }
        return Dictionary(bindings, uniquingKeysWith: { $1 })
    }
}
