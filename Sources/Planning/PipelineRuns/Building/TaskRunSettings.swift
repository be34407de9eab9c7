import Manifests
import YAML

/// What a PipelineRun sets for the runs of one task: `taskRunTemplate` and `taskRunSpecs`.
///
/// [Tekton: Specifying taskRunSpecs](https://tekton.dev/docs/pipelines/pipelineruns/#specifying-taskrunspecs)
struct TaskRunSettings: Sendable {
    private(set) var serviceAccountName: String
    private(set) var labels: [String: String] = [:]
    private(set) var annotations: [String: String] = [:]
    private(set) var timeout: GoDuration?
    /// Further fields of the TaskRun's `spec`.
    private(set) var others: [(key: String, value: YAMLNode)] = []

    private init(template: YAMLNode?, entries: [YAMLNode]) {
        serviceAccountName = template?["serviceAccountName"]?.string ?? ""
        var podTemplate = template?["podTemplate"]
        var own: [String: YAMLNode] = [:]
        for entry in entries {
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

extension TaskRunSettings {
    /// The settings of all tasks, by their names.
    struct Table: Sendable {
        private let template: YAMLNode?
        private let standard: TaskRunSettings
        private let byTask: [String: TaskRunSettings]

        init(runSpec: YAMLNode) {
            let template = runSpec["taskRunTemplate"]
            self.template = template
            standard = TaskRunSettings(template: template, entries: [])
            let entries = Dictionary(grouping: runSpec["taskRunSpecs"]?.elements ?? []) {
                $0["pipelineTaskName"]?.string ?? ""
            }
            byTask = entries.mapValues { TaskRunSettings(template: template, entries: $0) }
        }

        subscript(task: String) -> TaskRunSettings { byTask[task] ?? standard }
    }
}
