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
            let request = TaskRunRequest(taskRun, lookup: lookup, manifests: manifests, retry: retry)
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
    let namespace: String
    let retry: Int
    let params: [Param]
    let declaredParams: [ParamSpec]

    init(_ taskRun: Document, lookup: TaskLookup, manifests: ManifestSet, retry: Int) {
        self.taskRun = taskRun
        self.lookup = lookup
        self.retry = retry
        namespace = taskRun.metadata.namespace.isEmpty ? manifests.defaultNamespace : taskRun.metadata.namespace
        params = (taskRun.spec["params"]?.elements ?? []).map { Param($0) }
        declaredParams = (lookup.spec["params"]?.elements ?? []).map { ParamSpec($0) }
    }

    var writtenBindings: [YAMLNode] { taskRun.spec["workspaces"]?.elements ?? [] }

    func check() throws(Refusal) {
        for (index, step) in (lookup.spec["steps"]?.elements ?? []).enumerated() {
            guard let action = step[path: "ref", "name"]?.string ?? step[path: "ref", "resolver"]?.string else {
                continue
            }
            throw .resolution(
                "failed to resolve step ref for step \"\(step["name"]?.string ?? "")\" (index \(index)): "
                    + "stepactions.tekton.dev \"\(action)\" is not carried out yet"
            )
        }
        if let problem = ResourceChecks.requests(in: lookup.spec) { throw .validation(problem) }
        if let problem = ParamChecks.values(params, declared: declaredParams) {
            throw .validation("invalid input params for task \(lookup.name): \(problem)")
        }
        if let problem = ParamChecks.allowedValues(params, declared: declaredParams) {
            throw Refusal(reason: "InvalidParamValue", message: "[User error] \(problem)")
        }
        if let problem = ParamChecks.arrayIndexes(in: lookup.spec, params: params, declared: declaredParams) {
            throw .validation(problem)
        }
        if let problem = WorkspaceChecks.bindings(writtenBindings, declared: declaredWorkspaces) {
            throw .validation(problem)
        }
        if let problem = ResourceChecks.overrides(of: taskRun.spec, for: lookup.spec) { throw .validation(problem) }
    }

    /// An embedded Task need not declare the workspaces that the run gives it.
    private var declaredWorkspaces: [WorkspaceDeclaration] {
        var declared = (lookup.spec["workspaces"]?.elements ?? []).map { WorkspaceDeclaration($0) }
        guard lookup.isEmbedded else { return declared }
        let names = Set(declared.map(\.name))
        declared += writtenBindings.map { WorkspaceDeclaration($0) }.filter { !names.contains($0.name) }
        return declared
    }

    func plan() -> TaskRunPlan {
        let paramValues = Replacements(params: params, declared: declaredParams, scope: .task)
        let bindings = writtenBindings.map { paramValues.apply(toWorkspaceBinding: $0) }
        let substitution = TaskSubstitution(
            params: paramValues,
            contexts: TaskSubstitution.Contexts(
                taskRun: taskRun.metadata.name,
                namespace: namespace,
                uid: taskRun.root[path: "metadata", "uid"]?.string ?? "",
                task: lookup.name,
                retry: retry
            ),
            bindings: bindings
        )
        let spec = substitution.apply(to: lookup.spec)
        var plan = TaskRunPlan(
            name: taskRun.metadata.name,
            namespace: namespace,
            labels: labels,
            annotations: taskRun.metadata.annotations.merging(lookup.annotations) { run, _ in run },
            taskName: lookup.isEmbedded ? "" : lookup.name,
            spec: TaskSpec(merged(spec)),
            statusSpec: spec,
            params: declaredParams.bound(to: params),
            workspaces: bindings.map { WorkspaceBinding($0) },
            serviceAccountName: taskRun.spec["serviceAccountName"]?.string ?? "default",
            podTemplate: taskRun.spec["podTemplate"].map { paramValues.apply(toPodTemplate: $0) } ?? [:],
            writtenSpec: lookup.spec
        )
        plan.source = lookup.source
        return plan
    }

    private func merged(_ spec: YAMLNode) -> YAMLNode {
        var merged = spec
        let steps = StepMerging.containers(
            StepMerging.steps(spec["steps"]?.elements ?? [], template: spec["stepTemplate"]),
            overrides: taskRun.spec["stepSpecs"]?.elements ?? []
        )
        merged["steps"] = YAMLNode(
            steps.enumerated().map { index, step in
                var step = step
                let name = step["name"]?.string ?? ""
                // The container is called `step-NAME`, and Kubernetes takes no longer name.
                let container = ChildNames.restricted("step-\(name.isEmpty ? "unnamed-\(index)" : name)")
                step["name"] = YAMLNode(String(container.dropFirst("step-".count)))
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
