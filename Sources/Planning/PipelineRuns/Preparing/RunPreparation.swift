import Manifests
import YAML

/// Finds a PipelineRun's Pipeline and Tasks and checks that all fits together, in Tekton's order and words.
struct RunPreparation {
    /// What came of looking for all that the run is made of.
    enum Outcome {
        case ready(PreparedRun)
        /// References that a resolver has to answer first, and the reason with which the run waits for them.
        case waiting([ResolverRequest], reason: String)
    }

    let run: Document
    let manifests: ManifestSet
    /// What resolvers have found so far, beside what the manifests know already.
    var answers: [ResolverRequest: ResolverAnswer] = [:]
    let uid: String
    let namespace: String
    let runSpec: YAMLNode
    /// The PipelineRuns that the run is a task of, the nearest first.
    let ancestors: [Document]
    /// Says what is wrong with the `spec` of a Pipeline.
    let specCheck: (@Sendable (YAMLNode) -> String?)?
    /// As far as it is known, what `.status.pipelineSpec` shows.
    private(set) var pipelineSpec: YAMLNode?
    /// Where the Pipeline came from, if a resolver has found it.
    private(set) var source: RefSource?
    private(set) var metadata: RunMetadata

    init(
        run: Document,
        manifests: ManifestSet,
        uid: String,
        ancestors: [Document],
        specCheck: (@Sendable (YAMLNode) -> String?)?
    ) {
        self.run = run
        self.manifests = manifests
        self.uid = uid
        self.ancestors = ancestors
        self.specCheck = specCheck
        namespace = run.metadata.namespace.isEmpty ? manifests.defaultNamespace : run.metadata.namespace
        runSpec = Defaults.pipelineRunSpec(run.spec)
        metadata = RunMetadata(run: run)
    }

    private var name: String { run.metadata.name }

    /// Finds and checks everything.
    /// - Parameter earlier: What the run has done already.
    /// - Returns: The run, or what has to be found out first.
    /// - Throws: Why it cannot run.
    mutating func prepare(after earlier: EarlierRun) throws(Refusal) -> Outcome {
        let pipeline: FoundPipeline
        switch try findPipeline() {
        case .found(let found): pipeline = found
        case .waiting(let request): return .waiting([request], reason: "ResolvingPipelineRef")
        }
        source = pipeline.source
        if !pipeline.isStored { metadata.takeOver(pipeline.metadata) }
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
        if let problem = specCheck?(written) { throw checks.invalidSpec(problem) }
        try checks.params(params)
        try checks.workspaces(bound: (runSpec["workspaces"]?.elements ?? []).compactMap { $0["name"]?.string })
        try checks.taskRunSpecs(runSpec["taskRunSpecs"]?.elements ?? [])
        let spec = try substitute(params, into: declared, pipeline: pipeline.metadata.name)
        pipelineSpec = spec.node
        try checks.onError(of: spec)
        let tasks = spec.tasks + spec.finally
        let lookup = TaskResolution(
            manifests: manifests,
            answers: answers,
            run: name,
            namespace: namespace,
            params: Replacements(params: params, scope: .pipeline),
            pipeline: pipeline.metadata.name
        )
        let (resolvedTasks, open) = try lookup.resolve(tasks, after: earlier)
        guard open.isEmpty else { return .waiting(open, reason: "ResolvingTaskRef") }
        for (index, task) in tasks.enumerated() {
            try checks.params(of: task, for: resolvedTasks[index])
            let writtenTask =
                index < declared.tasks.count
                ? declared.tasks[index] : declared.finally[index - declared.tasks.count]
            try checks.enums(of: writtenTask.params, for: resolvedTasks[index])
        }
        return .ready(
            PreparedRun(
                name: name,
                namespace: namespace,
                uid: uid,
                pipelineRef: runSpec[path: "pipelineRef", "name"]?.string ?? "",
                spec: spec,
                graph: graph,
                resolvedTasks: resolvedTasks,
                bindings: bindings(with: Replacements(params: params, scope: .pipeline)),
                metadata: metadata,
                settings: TaskRunSettings.Table(runSpec: runSpec),
                runSpec: runSpec
            )
        )
    }

    // MARK: - Finding

    private struct FoundPipeline {
        var metadata: ObjectMetadata
        var spec: YAMLNode
        var source: RefSource?
        /// It was found before, and stands in the status with its variables replaced.
        var isStored = false
    }

    private enum PipelineLookup {
        case found(FoundPipeline)
        case waiting(ResolverRequest)
    }

    private func findPipeline() throws(Refusal) -> PipelineLookup {
        let reference = runSpec["pipelineRef"].map { TaskReference($0) }
        if let stored = run.root[path: "status", "pipelineSpec"] {
            var metadata = reference == nil ? run.metadata : ObjectMetadata([:])
            if let reference { metadata.name = reference.name }
            let source = run.root[path: "status", "provenance", "refSource"].map { RefSource($0) }
            return .found(FoundPipeline(metadata: metadata, spec: stored, source: source, isStored: true))
        }
        if let reference, reference.resolver.isEmpty, !reference.name.isEmpty {
            guard let found = manifests.document(kind: "Pipeline", namespace: namespace, name: reference.name) else {
                throw couldntGetPipeline(
                    "error when getting Pipeline for PipelineRun \(name): tekton client cannot get pipeline "
                        + "\(reference.name) from local cluster: pipelines.tekton.dev \"\(reference.name)\" not found"
                )
            }
            return .found(FoundPipeline(metadata: found.metadata, spec: found.spec))
        }
        if let reference, !reference.resolver.isEmpty { return try resolvedPipeline(reference) }
        if let spec = runSpec["pipelineSpec"] {
            return .found(FoundPipeline(metadata: run.metadata, spec: spec))
        }
        throw couldntGetPipeline("pipelineRun \(name) not providing PipelineRef or PipelineSpec")
    }

    private func resolvedPipeline(_ reference: TaskReference) throws(Refusal) -> PipelineLookup {
        var values = Replacements(params: (runSpec["params"]?.elements ?? []).map { Param($0) }, scope: .pipeline)
        values.merge(contexts(pipeline: ""))
        let asked = ResolverReference(
            resolver: reference.resolver,
            params: values.apply(to: reference.params),
            namespace: namespace
        )
        let request = ResolverRequest(kind: "Pipeline", reference: asked)
        switch answers[request] ?? manifests.resolutions[asked].map({ .resolution($0) }) {
        case .resolution(.found(let document, let source))? where document.kind == "Pipeline":
            return .found(FoundPipeline(metadata: document.metadata, spec: document.spec, source: source))
        case .resolution(.found)?:
            throw couldntGetPipeline("failed to read runtime object as Pipeline: resource is not a pipeline")
        case .unverified(let found, let problem)?:
            throw .unverified(found, problem, run: "\(namespace)/\(name)")
        case .resolution(.failed(let failure))?:
            let message = failure.message(for: asked, owner: name)
            guard !failure.isRefusal else {
                throw Refusal(
                    reason: "PipelineValidationFailed",
                    message: "Failed dryRunValidation for PipelineRun \(name): [User error] \(message)"
                )
            }
            throw couldntGetPipeline("resolver failed to get Pipeline \(reference.name): \(message)")
        case nil: return .waiting(request)
        }
    }

    private func couldntGetPipeline(_ message: String) -> Refusal {
        Refusal(
            reason: "CouldntGetPipeline",
            message: "Error retrieving pipeline for pipelinerun \(namespace)/\(name): \(message)"
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
        let bound = Replacements(
            boundWorkspaces: (runSpec["workspaces"]?.elements ?? []).map { $0["name"]?.string ?? "" },
            declared: spec.workspaces.map(\.name)
        )
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

extension Refusal {
    /// A resolver has found something that must not be used.
    static func unverified(_ name: String, _ problem: String, run: String) -> Refusal {
        Refusal(
            reason: "ResourceVerificationFailed",
            message: "pipelineRun \(run) referred resource \(name) failed signature verification: \(problem)"
        )
    }
}

extension Replacements {
    /// What `$(workspaces.x.bound)` gives in a Pipeline.
    package init(boundWorkspaces bound: [String], declared: [String]) {
        self.init()
        for name in declared { strings["workspaces.\(name).bound"] = "false" }
        for name in bound { strings["workspaces.\(name).bound"] = "true" }
    }
}
