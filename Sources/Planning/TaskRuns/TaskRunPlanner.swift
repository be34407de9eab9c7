package import Manifests
import YAML

/// From a TaskRun to what is to be carried out, or to the reason why Tekton would refuse it.
package enum TaskRunPlanner {
    /// Plans one attempt.
    /// - Parameters:
    ///   - taskRun: The TaskRun, `v1`.
    ///   - task: The Task it refers to, where it is known; else it is looked up in the run's namespace.
    ///   - manifests: All documents.
    ///   - retry: The number of this attempt, from 0.
    /// - Returns: The plan, or Tekton's reason and message of the failure.
    package static func plan(
        _ taskRun: Document,
        task: Document?,
        manifests: ManifestSet,
        retry: Int
    ) -> Result<TaskRunPlan, Refusal> {
        do throws(Refusal) {
            let lookup = try TaskLookup.find(taskRun, task: task, manifests: manifests)
            let request = try TaskRunRequest(taskRun, lookup: lookup, manifests: manifests, retry: retry)
            try request.check()
            return .success(request.plan())
        } catch {
            return .failure(error)
        }
    }
}

/// A TaskRun beside its Task: what the checks and the substitution look at.
private struct TaskRunRequest {
    let taskRun: Document
    let lookup: TaskLookup
    /// The Task's body as Tekton stores it, StepActions put into its steps.
    let spec: YAMLNode
    let namespace: String
    let retry: Int
    let params: [Param]
    let declaredParams: [ParamSpec]
    /// Where the StepActions of steps came from that a resolver has brought, by the steps' places.
    private(set) var stepSources: [Int: RefSource] = [:]

    init(_ taskRun: Document, lookup: TaskLookup, manifests: ManifestSet, retry: Int) throws(Refusal) {
        self.taskRun = taskRun
        self.lookup = lookup
        self.retry = retry
        namespace = taskRun.metadata.namespace.isEmpty ? manifests.defaultNamespace : taskRun.metadata.namespace
        params = (taskRun.spec["params"]?.elements ?? []).map { Param($0) }
        var spec = Defaults.taskSpec(lookup.spec)
        declaredParams = (spec["params"]?.elements ?? []).map { ParamSpec($0) }
        let taskParams = Replacements(params: params, declared: declaredParams, scope: .task)
        let actions = StepActions(
            taskParams: taskParams,
            lookup: StepActions.lookup(
                in: manifests,
                namespace: namespace,
                taskParams: taskParams,
                owner: taskRun.metadata.name
            )
        )
        if let steps = spec["steps"]?.sequence {
            do throws(StepActionProblem) {
                spec["steps"]?.content = .sequence(try actions.resolve(steps))
            } catch {
                throw error.isRefusal
                    ? Refusal(reason: "TaskValidationFailed", message: error.message) : .resolution(error.message)
            }
            for (index, step) in steps.enumerated() {
                guard let reference = step["ref"],
                    let request = ResolverReference(reference, replacing: taskParams, namespace: namespace),
                    case .found(_, let source)? = manifests.resolutions[request]
                else { continue }
                stepSources[index] = source
            }
        }
        self.spec = spec
    }

    private var uid: String { taskRun.root[path: "metadata", "uid"]?.string ?? "" }

    private var writtenBindings: [YAMLNode] { taskRun.spec["workspaces"]?.elements ?? [] }

    func check() throws(Refusal) {
        if let problem = ResourceChecks.requests(in: spec) { throw .validation(problem) }
        if let problem = ParamChecks.values(params, declared: declaredParams) {
            throw .validation("invalid input params for task \(lookup.name): \(problem)")
        }
        if let problem = ParamChecks.allowedValues(params, declared: declaredParams) {
            throw Refusal(reason: "InvalidParamValue", message: "[User error] \(problem)")
        }
        if let problem = ParamChecks.arrayIndexes(inTask: spec, params: params, declared: declaredParams) {
            throw .validation(problem)
        }
        if let problem = WorkspaceChecks.bindings(writtenBindings, declared: declaredWorkspaces) {
            throw .validation(problem)
        }
        if let problem = ResourceChecks.overrides(of: taskRun.spec, for: spec) { throw .validation(problem) }
    }

    /// An embedded Task need not declare the workspaces that the run gives it.
    private var declaredWorkspaces: [WorkspaceDeclaration] {
        let declared = (spec["workspaces"]?.elements ?? []).map { WorkspaceDeclaration($0) }
        guard lookup.isEmbedded else { return declared }
        return writtenBindings.map { WorkspaceDeclaration(["name": $0["name"] ?? ""]) } + declared
    }

    func plan() -> TaskRunPlan {
        let paramValues = Replacements(params: params, declared: declaredParams, scope: .task)
        let (claimed, claims) = claimedBindings
        let bindings = claimed.map { paramValues.apply(toWorkspaceBinding: $0) }
        let volumes = WorkspaceVolumes(bindings)
        let substitution = TaskSubstitution(
            params: paramValues,
            contexts: TaskSubstitution.Contexts(
                taskRun: taskRun.metadata.name,
                namespace: namespace,
                uid: uid,
                task: lookup.name,
                retry: retry
            ),
            bindings: bindings,
            volumes: volumes
        )
        let stored = substitution.apply(to: spec)
        let podTemplate = taskRun.spec["podTemplate"].map { paramValues.apply(toPodTemplate: $0) } ?? [:]
        let pod = volumes.apply(to: stored, bindings: bindings)
        let annotations = taskRun.metadata.annotations.merging(lookup.annotations) { run, _ in run }
        let environment = podTemplate["env"]?.elements ?? []
        var plan = TaskRunPlan(
            name: taskRun.metadata.name,
            namespace: namespace,
            labels: labels,
            annotations: annotations,
            taskName: lookup.isEmbedded ? "" : lookup.name,
            spec: TaskSpec(merged(TaskSubstitution.applyCredentialsPath(to: stored))),
            podSpec: TaskSpec(merged(TaskSubstitution.applyCredentialsPath(to: pod), environment: environment)),
            statusSpec: stored,
            params: declaredParams.bound(to: params),
            workspaces: bindings.map { WorkspaceBinding($0) },
            workspaceVolumes: volumes.names,
            serviceAccountName: taskRun.spec["serviceAccountName"]?.string ?? "default",
            podTemplate: podTemplate,
            writtenSpec: lookup.spec
        )
        plan.source = lookup.source
        for (index, step) in plan.spec.steps.enumerated() { plan.stepSources[step.name] = stepSources[index] }
        plan.temporaryClaims = claims
        plan.breakpoints = Breakpoints(taskRun.spec["debug"])
        return plan
    }

    /// The workspaces of the run, and the claims that are made of templates among them.
    private var claimedBindings: (bindings: [YAMLNode], claims: Set<String>) {
        var claims: Set<String> = []
        let bindings = writtenBindings.map { binding in
            guard let template = binding["volumeClaimTemplate"] else { return binding }
            let claim = ChildNames.claim(
                template: template[path: "metadata", "name"]?.string ?? "",
                workspace: binding["name"]?.string ?? "",
                uid: uid
            )
            claims.insert(claim)
            var binding = binding
            binding["volumeClaimTemplate"] = nil
            binding["persistentVolumeClaim"] = ["claimName": YAMLNode(claim)]
            return binding
        }
        return (bindings, claims)
    }

    /// The Task's body with all that goes into each step, sidecar for sidecar and step for step.
    private func merged(_ spec: YAMLNode, environment: [YAMLNode] = []) -> YAMLNode {
        var merged = spec
        let overridden = StepMerging.containers(
            StepMerging.steps(spec["steps"]?.elements ?? [], template: spec["stepTemplate"]),
            overrides: taskRun.spec["stepSpecs"]?.elements ?? []
        )
        let steps = TaskResources.apply(taskRun.spec["computeResources"], to: overridden)
        merged["steps"] = YAMLNode(
            steps.enumerated().map { index, step in
                var step = step
                let name = step["name"]?.string ?? ""
                // The container is called `step-NAME`, and Kubernetes takes no longer name.
                let container = ChildNames.restricted("step-\(name.isEmpty ? "unnamed-\(index)" : name)")
                step["name"] = YAMLNode(String(container.dropFirst("step-".count)))
                if !environment.isEmpty { step["env"] = YAMLNode((step["env"]?.elements ?? []) + environment) }
                return step
            }
        )
        merged["stepTemplate"] = nil
        if let sidecars = spec["sidecars"]?.sequence {
            let overrides = taskRun.spec["sidecarSpecs"]?.elements ?? []
            merged["sidecars"] = YAMLNode(StepMerging.containers(sidecars, overrides: overrides))
        }
        return merged
    }

    private var labels: [String: String] {
        var labels = lookup.labels
        labels.merge(taskRun.metadata.labels) { $1 }
        labels["app.kubernetes.io/managed-by"] = labels["app.kubernetes.io/managed-by"] ?? "tekton-pipelines"
        if !lookup.isEmbedded {
            labels[lookup.kind == "ClusterTask" ? "tekton.dev/clusterTask" : "tekton.dev/task"] = lookup.name
        }
        labels["tekton.dev/taskRun"] = taskRun.metadata.name
        labels["tekton.dev/taskRunUID"] = taskRun.root[path: "metadata", "uid"]?.string
        return labels
    }
}
