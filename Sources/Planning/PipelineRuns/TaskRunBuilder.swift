import Manifests
import YAML

/// Writes the TaskRuns of a PipelineTask as Tekton creates them.
struct TaskRunBuilder {
    let prepared: PreparedRun
    /// The task, all its variables replaced.
    let task: PipelineTask
    let isFinal: Bool
    let resolved: ResolvedTask
    /// The body of the Task where it is embedded.
    let spec: YAMLNode
    let bindings: [String: YAMLNode]

    func taskRun(_ name: String, params: [Param]) throws(Refusal) -> Document {
        let settings = TaskRunSettings(of: task.name, in: prepared.runSpec)
        var metadata: YAMLNode = ["name": YAMLNode(name), "namespace": YAMLNode(prepared.namespace)]
        metadata["labels"] = YAMLNode(labels(settings))
        metadata["annotations"] = YAMLNode(annotations(settings))
        metadata["ownerReferences"] = [
            [
                "apiVersion": "tekton.dev/v1", "kind": "PipelineRun", "name": YAMLNode(prepared.name),
                "uid": YAMLNode(prepared.uid), "controller": true, "blockOwnerDeletion": true,
            ]
        ]
        var spec: YAMLNode = ["serviceAccountName": YAMLNode(settings.serviceAccountName)]
        if !params.isEmpty { spec["params"] = YAMLNode(params.map(\.node)) }
        if task.retries > 0 { spec["retries"] = YAMLNode(.integer(task.retries)) }
        spec["timeout"] = (settings.timeout ?? timeout).map { YAMLNode($0.description) }
        if resolved.document != nil {
            spec["taskRef"] = reference
        } else {
            spec["taskSpec"] = self.spec
        }
        for (key, value) in settings.others { spec[key] = value }
        let workspaces = try self.workspaces()
        if !workspaces.isEmpty { spec["workspaces"] = YAMLNode(workspaces) }
        return Document([
            "apiVersion": "tekton.dev/v1", "kind": "TaskRun", "metadata": metadata, "spec": spec,
        ])
    }

    private var reference: YAMLNode? {
        guard let taskRef = task.taskRef else { return nil }
        var node = taskRef.node
        node["name"] = YAMLNode(taskRef.name)
        if !taskRef.params.isEmpty { node["params"] = YAMLNode(taskRef.params.map(\.node)) }
        return node
    }

    /// The task's own timeout; else that of all tasks, where it is longer than the standard or none.
    private var timeout: GoDuration? {
        if let timeout = task.timeout { return timeout }
        let timeouts = PipelineRunTimeouts(spec: prepared.runSpec)
        guard let shared = isFinal ? timeouts.finally : timeouts.tasks else { return nil }
        return shared == .zero || shared > PipelineRunTimeouts.standard ? shared : nil
    }

    // MARK: - Metadata

    private func labels(_ settings: TaskRunSettings) -> [String: String] {
        var labels = prepared.metadata.labels
        labels["tekton.dev/pipelineRun"] = prepared.name
        labels["tekton.dev/pipelineRunUID"] = prepared.uid
        labels["tekton.dev/pipelineTask"] = task.name
        labels["tekton.dev/memberOf"] = isFinal ? "finally" : "tasks"
        return settings.labels.merging(labels) { own, _ in own }.merging(resolved.labels) { own, _ in own }
    }

    private func annotations(_ settings: TaskRunSettings) -> [String: String] {
        var annotations = settings.annotations
        annotations.merge(prepared.metadata.inheritedAnnotations) { own, _ in own }
        annotations.merge(resolved.annotations) { own, _ in own }
        if task.continuesOnError { annotations["pipeline.tekton.dev/pipeline-task-on-error"] = "continue" }
        return annotations
    }

    // MARK: - Workspaces

    private func workspaces() throws(Refusal) -> [YAMLNode] {
        var wanted = task.workspaces
        let names = Set(wanted.map(\.name))
        wanted += resolved.namedWorkspaces.filter { !names.contains($0) }.map { PipelineTaskWorkspace(name: $0) }
        var given: [YAMLNode] = []
        for workspace in wanted {
            if let binding = bindings[workspace.nameInPipeline] {
                given.append(bound(workspace, to: binding))
            } else if !resolved.workspaces.contains(where: { $0.name == workspace.name && $0.isOptional }) {
                throw Refusal(
                    reason: "CreateRunFailed",
                    message: "expected workspace \"\(workspace.nameInPipeline)\" to be provided by pipelinerun "
                        + "for pipeline task \"\(task.name)\""
                )
            }
        }
        return given
    }

    private func bound(_ workspace: PipelineTaskWorkspace, to binding: YAMLNode) -> YAMLNode {
        var given = binding
        if let template = binding["volumeClaimTemplate"] {
            let claim = Self.claim(of: template, workspace: binding["name"]?.string ?? "", uid: prepared.uid)
            given = ["persistentVolumeClaim": ["claimName": YAMLNode(claim)]]
        }
        given["name"] = YAMLNode(workspace.name)
        let contexts = Replacements(strings: [
            "context.pipelineRun.name": prepared.name,
            "context.pipelineRun.namespace": prepared.namespace,
            "context.pipelineRun.uid": prepared.uid,
            "context.pipeline.name": prepared.pipelineRef,
        ])
        let subPath = Self.join(binding["subPath"]?.string ?? "", workspace.subPath)
        given["subPath"] = subPath.isEmpty ? nil : YAMLNode(contexts.apply(to: subPath))
        return given
    }

    /// The name of the claim that a template becomes.
    static func claim(of template: YAMLNode, workspace: String, uid: String) -> String {
        ChildNames.claim(template: template[path: "metadata", "name"]?.string ?? "", workspace: workspace, uid: uid)
    }

    /// Two paths as one, without `.`, `..` and empty parts where both are given.
    private static func join(_ first: String, _ second: String) -> String {
        guard !first.isEmpty, !second.isEmpty else { return first + second }
        var parts: [Substring] = []
        for part in "\(first)/\(second)".split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (first.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}

/// What a PipelineRun sets for the TaskRuns of one task: `taskRunTemplate` and `taskRunSpecs`.
struct TaskRunSettings {
    private(set) var serviceAccountName: String
    private(set) var labels: [String: String] = [:]
    private(set) var annotations: [String: String] = [:]
    private(set) var timeout: GoDuration?
    /// Further fields of the TaskRun's `spec`.
    private(set) var others: [(key: String, value: YAMLNode)] = []

    init(of task: String, in runSpec: YAMLNode) {
        let template = runSpec["taskRunTemplate"]
        serviceAccountName = template?["serviceAccountName"]?.string ?? ""
        var podTemplate = template?["podTemplate"]
        var own: [String: YAMLNode] = [:]
        for entry in runSpec["taskRunSpecs"]?.elements ?? [] where entry["pipelineTaskName"]?.string == task {
            if let name = entry["serviceAccountName"]?.string, !name.isEmpty { serviceAccountName = name }
            podTemplate = Self.merged(entry["podTemplate"], over: podTemplate)
            let metadata = ObjectMetadata(entry["metadata"] ?? [:])
            labels = metadata.labels
            annotations = metadata.annotations
            timeout = entry["timeout"]?.string.flatMap { GoDuration($0) }
            for key in ["stepSpecs", "sidecarSpecs", "computeResources"] { own[key] = entry[key] }
        }
        others = own.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if let podTemplate { others.append(("podTemplate", podTemplate)) }
    }

    /// One Pod template over another, field by field; variables and volumes by their names.
    private static func merged(_ own: YAMLNode?, over base: YAMLNode?) -> YAMLNode? {
        guard var merged = own, let base else { return own ?? base }
        for entry in base.mapping?.entries ?? [] where !entry.value.isNull {
            guard let value = merged[entry.key] else {
                merged[entry.key] = entry.value
                continue
            }
            guard entry.key == "env" || entry.key == "volumes" else { continue }
            let names = Set(value.elements.map { $0["name"]?.string })
            merged[entry.key] = YAMLNode(
                entry.value.elements.filter { !names.contains($0["name"]?.string) } + value.elements
            )
        }
        return merged
    }
}
