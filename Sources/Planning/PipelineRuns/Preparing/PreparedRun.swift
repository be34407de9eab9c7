import Manifests
import YAML

/// A PipelineRun that fits its Pipeline: everything that is known before its first TaskRun.
struct PreparedRun: Sendable {
    var name: String
    var namespace: String
    var uid: String
    /// The name behind `pipelineRef`, empty where the Pipeline is embedded.
    var pipelineRef: String
    /// The Pipeline, its params, contexts and workspaces replaced.
    var spec: PipelineSpec
    /// The tasks, without those of `finally`.
    var graph: TaskGraph
    /// For each task, and after them each finally task, its Task.
    var resolvedTasks: [ResolvedTask]
    /// What the run binds to workspaces, by their names, params replaced.
    var bindings: [String: YAMLNode]
    /// The run's labels and annotations, those of its Pipeline taken over.
    var metadata: RunMetadata
    /// What the run sets for the runs of single tasks.
    var settings: TaskRunSettings.Table
    /// `spec` of the run after defaults.
    var runSpec: YAMLNode

    var tasks: [PipelineTask] { spec.tasks + spec.finally }
}

/// What a PipelineRun hands down to its TaskRuns.
struct RunMetadata: Sendable {
    var labels: [String: String]
    var annotations: [String: String]

    /// Labels and annotations of a run before its Pipeline is known.
    init(run: Document) {
        labels = run.metadata.labels
        annotations = run.metadata.annotations
        guard labels[Self.pipelineLabel] == nil else { return }
        let reference = run.spec["pipelineRef"].map { TaskReference($0) }
        if let reference, !reference.name.isEmpty {
            labels[Self.pipelineLabel] = reference.name
        } else if let reference, !reference.resolver.isEmpty {
            labels[Self.pipelineLabel] = Self.pipeline(namedBy: reference) ?? run.metadata.name
        } else if run.metadata.generateName.isEmpty {
            labels[Self.pipelineLabel] = run.metadata.name
        } else {
            let name = ChildNames.restricted(run.metadata.generateName)
            labels[Self.pipelineLabel] = name.isEmpty ? run.metadata.name : name
        }
    }

    /// Takes over what the Pipeline carries; the run's own values stay.
    mutating func takeOver(_ pipeline: ObjectMetadata) {
        labels.merge(pipeline.labels) { own, _ in own }
        if pipeline.generateName.isEmpty, !pipeline.name.isEmpty { labels[Self.pipelineLabel] = pipeline.name }
        for (key, value) in pipeline.annotations where key != Self.lastApplied && annotations[key] == nil {
            annotations[key] = value
        }
    }

    /// The Pipeline that the params of a resolver name.
    private static func pipeline(namedBy reference: TaskReference) -> String? {
        func text(_ name: String) -> String? { reference.params.last { $0.name == name }?.value.asString }
        return text("kind") == "pipeline" ? text("name") ?? "" : nil
    }

    /// The annotations that TaskRuns take over.
    var inheritedAnnotations: [String: String] { annotations.filter { !$0.key.contains("chains.tekton.dev/") } }

    private static let pipelineLabel = "tekton.dev/pipeline"
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
}
