import Manifests
import YAML

/// The parts of a document that say what runs and how, whatever kind of document they stand in.
struct DocumentParts {
    /// The bodies of Tasks, also of those inside Pipelines and runs; those of custom tasks left out.
    private(set) var tasks: [Part] = []
    private(set) var stepActions: [Part] = []
    /// The bodies of Pipelines, also of those inside Pipelines and runs.
    private(set) var pipelines: [Part] = []
    /// The tasks of Pipelines, also those that come last.
    private(set) var pipelineTasks: [Part] = []
    private(set) var pipelineRuns: [Part] = []
    private(set) var taskRuns: [Part] = []
    private(set) var claims: [Part] = []
    /// The document's own metadata.
    private var metadata: Part?

    /// Takes a document, of `v1` if it is Tekton's, apart.
    init(_ document: Document) {
        let context = Part.Context(settings: .everything, isBeta: false)
        let root = Part(node: document.root, path: ErrorPath(), context: context)
        metadata = root.part("metadata")
        guard let spec = root.part("spec") else { return }
        switch (document.isTekton, document.kind) {
        case (true, "Task"), (true, "ClusterTask"): tasks.append(spec)
        case (true, "StepAction"): stepActions.append(spec)
        case (true, "Pipeline"): addPipeline(spec)
        case (true, "PipelineRun"):
            pipelineRuns.append(spec)
            if let pipeline = spec.part("pipelineSpec") { addPipeline(pipeline) }
        case (true, "TaskRun"):
            taskRuns.append(spec)
            if let task = spec.part("taskSpec") { tasks.append(task) }
        case (false, "PersistentVolumeClaim"): claims.append(spec)
        default: break
        }
        claims += runs.flatMap { $0.found(at: "workspaces[].volumeClaimTemplate.spec") }
    }

    private mutating func addPipeline(_ spec: Part) {
        pipelines.append(spec)
        for task in spec.allTasks {
            pipelineTasks.append(task)
            if let embedded = task.part("taskSpec"), !PipelineTask(task.node).isCustomTask { tasks.append(embedded) }
            if let pipeline = task.part("pipelineSpec") { addPipeline(pipeline) }
        }
    }

    /// The bodies of Tasks that stand in no Pipeline.
    var tasksOfTheirOwn: [Part] { pipelineTasks.isEmpty ? tasks : [] }

    /// All that may name a resolver: references to Tasks, Pipelines and StepActions.
    var references: [Part] {
        pipelineTasks.flatMap { $0.found(at: "taskRef") + $0.found(at: "pipelineRef") }
            + taskRuns.flatMap { $0.found(at: "taskRef") } + pipelineRuns.flatMap { $0.found(at: "pipelineRef") }
            + tasks.flatMap { $0.found(at: "steps[].ref") }
    }

    /// Metadata that TaskRuns come to have.
    var taskRunMetadata: [Part] {
        [metadata].compactMap(\.self) + pipelineTasks.flatMap { $0.found(at: "taskSpec.metadata") }
            + pipelineRuns.flatMap { $0.found(at: "taskRunSpecs[].metadata") }
    }

    var runs: [Part] { pipelineRuns + taskRuns }
    var sidecars: [Part] { tasks.flatMap { $0.parts("sidecars") } }

    /// Everything that is a container or becomes a part of one.
    var containers: [Part] {
        tasks.flatMap { $0.parts("steps") + $0.parts("sidecars") + $0.found(at: "stepTemplate") } + stepActions
    }

    /// What containers, and runs for all or some of them, say of their resources.
    var resources: [Part] {
        let ofRuns = [
            "computeResources", "stepSpecs[].computeResources", "sidecarSpecs[].computeResources",
        ]
        return containers.flatMap { $0.found(at: "computeResources") }
            + (ofRuns + ofRuns.map { "taskRunSpecs[].\($0)" }).flatMap { path in runs.flatMap { $0.found(at: path) } }
    }

    /// Everything that has variables of its own.
    var environments: [Part] { containers + podTemplates }

    var podTemplates: [Part] {
        taskRuns.flatMap { $0.found(at: "podTemplate") }
            + pipelineRuns.flatMap {
                $0.found(at: "taskRunTemplate.podTemplate") + $0.found(at: "taskRunSpecs[].podTemplate")
            }
    }

    /// The volumes of Tasks and Pods and what runs give for workspaces.
    var volumes: [Part] {
        (tasks + podTemplates).flatMap { $0.parts("volumes") } + runs.flatMap { $0.parts("workspaces") }
    }
}

extension Part {
    /// The parts at the end of a path of fields, with `[]` after lists whose elements are all meant: `steps[].ref`.
    ///
    /// What is null, empty or false is absent.
    func found(at path: String) -> [Part] { found(at: Self.fields(ofPath: path)) }

    /// The same with a path that was taken apart already.
    func found(at fields: [String]) -> [Part] {
        fields.reduce([self]) { parts, field in parts.flatMap { $0.found(in: field) } }
    }

    /// Takes a path of fields apart.
    static func fields(ofPath path: String) -> [String] { path.split(separator: ".").map(String.init) }

    private func found(in field: String) -> [Part] {
        guard !field.hasSuffix("[]") else { return parts(String(field.dropLast(2))) }
        guard let value = self[field], value.string != "", value.bool != false, let part = part(field) else {
            return []
        }
        return [part]
    }
}
