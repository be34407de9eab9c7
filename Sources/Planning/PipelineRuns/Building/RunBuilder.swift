import Manifests
import YAML

/// Writes the TaskRuns, CustomRuns and PipelineRuns of a PipelineTask as Tekton creates them.
struct RunBuilder {
    let prepared: PreparedRun
    /// The task, all its variables replaced.
    let task: PipelineTask
    let isFinal: Bool
    let resolved: ResolvedTask
    /// The body of the Task where it is embedded.
    let spec: YAMLNode
    let bindings: [String: YAMLNode]
    /// The PipelineRuns that the run is a task of, the nearest first.
    let ancestors: [Document]

    /// Writes one of its runs.
    func start(_ name: String, index: Int, params: [Param]) throws(Refusal) -> Decision {
        switch resolved.kind {
        case .taskRun:
            let planned = PlannedTaskRun(
                pipelineTask: task.name,
                index: index,
                taskRun: try taskRun(name, params: params),
                task: resolved.document
            )
            return .start(planned)
        case .customRun:
            let object = try customRun(name, params: params)
            return .startCustomRun(PlannedRun(pipelineTask: task.name, index: index, object: object))
        case .pipelineRun:
            let object = try pipelineRun(name)
            return .startPipelineRun(
                PlannedRun(pipelineTask: task.name, index: index, object: object, pipeline: resolved.document)
            )
        }
    }

    private var workspaces: RunWorkspaces { RunWorkspaces(prepared: prepared, bindings: bindings) }

    // MARK: - TaskRuns

    private func taskRun(_ name: String, params: [Param]) throws(Refusal) -> Document {
        let settings = prepared.settings[task.name]
        var metadata = metadata(name, labels: [:])
        metadata["labels"] = YAMLNode(
            settings.labels.merging(labels) { own, _ in own }.merging(resolved.labels) { own, _ in own }
        )
        var annotations = settings.annotations.merging(prepared.metadata.inheritedAnnotations) { own, _ in own }
        annotations.merge(resolved.annotations) { own, _ in own }
        if task.continuesOnError { annotations["pipeline.tekton.dev/pipeline-task-on-error"] = "continue" }
        metadata["annotations"] = YAMLNode(annotations)
        var spec: YAMLNode = ["serviceAccountName": YAMLNode(settings.serviceAccountName)]
        if !params.isEmpty { spec["params"] = YAMLNode(params.map(\.node)) }
        if task.retries > 0 { spec["retries"] = YAMLNode(.integer(task.retries)) }
        spec["timeout"] = (settings.timeout ?? timeout).map { YAMLNode($0.description) }
        if resolved.document != nil {
            spec["taskRef"] = task.taskRef.map { reference($0) }
        } else {
            spec["taskSpec"] = self.spec
        }
        for (key, value) in settings.others { spec[key] = value }
        let workspaces = try workspaces.bindings(of: task, for: resolved)
        if !workspaces.isEmpty { spec["workspaces"] = YAMLNode(workspaces) }
        return Document([
            "apiVersion": "tekton.dev/v1", "kind": "TaskRun", "metadata": metadata, "spec": spec,
        ])
    }

    /// The task's own timeout; else that of all tasks, where it is longer than the standard or none.
    private var timeout: GoDuration? {
        if let timeout = task.timeout { return timeout }
        let timeouts = PipelineRunTimeouts(spec: prepared.runSpec)
        guard let shared = isFinal ? timeouts.finally : timeouts.tasks else { return nil }
        return shared == .zero || shared > PipelineRunTimeouts.standard ? shared : nil
    }

    // MARK: - CustomRuns

    /// Writes a CustomRun, which is still of `v1beta1`.
    ///
    /// [Tekton: CustomRuns](https://tekton.dev/docs/pipelines/customruns/)
    private func customRun(_ name: String, params: [Param]) throws(Refusal) -> Document {
        let settings = prepared.settings[task.name]
        var metadata = metadata(name, labels: labels)
        metadata["annotations"] = YAMLNode(prepared.metadata.inheritedAnnotations)
        var spec: YAMLNode = [:]
        if let reference = task.taskRef {
            spec["customRef"] = self.reference(reference)
        }
        if let embedded = task.taskSpec {
            var custom: YAMLNode = [:]
            for key in ["apiVersion", "kind", "metadata", "spec"] { custom[key] = embedded[key] }
            spec["customSpec"] = custom
        }
        if !params.isEmpty { spec["params"] = YAMLNode(params.map(\.node)) }
        spec["serviceAccountName"] = YAMLNode(settings.serviceAccountName)
        spec["timeout"] = (settings.timeout ?? timeout).map { YAMLNode($0.description) }
        if task.retries > 0 { spec["retries"] = YAMLNode(.integer(task.retries)) }
        let workspaces = try workspaces.bindings(of: task, for: resolved)
        if !workspaces.isEmpty { spec["workspaces"] = YAMLNode(workspaces) }
        return Document([
            "apiVersion": YAMLNode(RunKind.customRun.apiVersion), "kind": "CustomRun", "metadata": metadata,
            "spec": spec,
        ])
    }

    // MARK: - PipelineRuns

    /// Writes the run of a Pipeline that is a task.
    ///
    /// [Tekton: Pipelines in Pipelines](https://tekton.dev/docs/pipelines/pipelines-in-pipelines/)
    private func pipelineRun(_ name: String) throws(Refusal) -> Document {
        if task.pipelineRef != nil, !resolved.name.isEmpty { try refuseCycle(through: resolved.name) }
        var labels = labels
        if !resolved.name.isEmpty { labels["tekton.dev/pipeline"] = resolved.name }
        var metadata = metadata(name, labels: labels)
        metadata["annotations"] = YAMLNode(prepared.metadata.inheritedAnnotations)
        var spec: YAMLNode = [:]
        if let reference = task.pipelineRef {
            spec["pipelineRef"] = self.reference(reference)
        } else {
            spec["pipelineSpec"] = task.pipelineSpec
        }
        spec["taskRunTemplate"] = prepared.runSpec["taskRunTemplate"]
        if !task.params.isEmpty { spec["params"] = YAMLNode(task.params.map(\.node)) }
        let workspaces = workspaces.bindings(ofPipeline: task)
        if !workspaces.isEmpty { spec["workspaces"] = YAMLNode(workspaces) }
        return Document([
            "apiVersion": "tekton.dev/v1", "kind": "PipelineRun", "metadata": metadata, "spec": spec,
        ])
    }

    /// A Pipeline may not run inside itself.
    private func refuseCycle(through pipeline: String) throws(Refusal) {
        let label = "tekton.dev/pipeline"
        let chain = [prepared.metadata.labels[label] ?? ""] + ancestors.map { $0.metadata.labels[label] ?? "" }
        guard let place = chain.firstIndex(of: pipeline) else { return }
        let visited = chain[..<place].filter { !$0.isEmpty }
        throw Refusal(
            reason: "CreateRunFailed",
            message: "detected cycle in pipeline-in-pipeline: pipeline \"\(pipeline)\" is already running "
                + "in ancestor chain [\(visited.joined(separator: " "))]"
        )
    }

    // MARK: - Parts

    private func reference(_ reference: TaskReference) -> YAMLNode {
        var node = reference.node
        node["name"] = reference.name.isEmpty ? nil : YAMLNode(reference.name)
        if !reference.params.isEmpty { node["params"] = YAMLNode(reference.params.map(\.node)) }
        return node
    }

    private func metadata(_ name: String, labels: [String: String]) -> YAMLNode {
        [
            "name": YAMLNode(name), "namespace": YAMLNode(prepared.namespace), "labels": YAMLNode(labels),
            "ownerReferences": [
                [
                    "apiVersion": "tekton.dev/v1", "kind": "PipelineRun", "name": YAMLNode(prepared.name),
                    "uid": YAMLNode(prepared.uid), "controller": true, "blockOwnerDeletion": true,
                ]
            ],
        ]
    }

    /// The labels that every run of a task gets.
    private var labels: [String: String] {
        var labels = prepared.metadata.labels
        labels["tekton.dev/pipelineRun"] = prepared.name
        labels["tekton.dev/pipelineRunUID"] = prepared.uid
        labels["tekton.dev/pipelineTask"] = task.name
        labels["tekton.dev/memberOf"] = isFinal ? "finally" : "tasks"
        return labels
    }
}
