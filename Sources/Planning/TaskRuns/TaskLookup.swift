import Manifests
import YAML

/// The Task of a TaskRun, found: its name and its body as written.
struct TaskLookup: Sendable {
    /// The Task's own name; the TaskRun's where the Task is embedded.
    var name: String
    var spec: YAMLNode
    var isEmbedded: Bool
    var kind: String
    var labels: [String: String]
    var annotations: [String: String]
    /// Where a resolver has found it.
    var source: RefSource?

    /// Finds the Task, or says in Tekton's words why it cannot be found.
    /// - Parameters:
    ///   - taskRun: The TaskRun.
    ///   - task: The Task, where it is known already.
    ///   - manifests: Where Tasks are looked up, in the TaskRun's namespace.
    /// - Returns: The Task.
    /// - Throws: Tekton's reason and message where there is none.
    static func find(
        _ taskRun: Document,
        task: Document?,
        manifests: ManifestSet
    ) throws(Refusal) -> TaskLookup {
        let reference = taskRun.spec["taskRef"]
        let namespace = taskRun.metadata.namespace.isEmpty ? manifests.defaultNamespace : taskRun.metadata.namespace
        let request = ResolverReference(ofTaskRun: taskRun, namespace: namespace)
        if let task {
            var lookup = TaskLookup(of: task)
            if let request, case .found(_, let source)? = manifests.resolutions[request] { lookup.source = source }
            return lookup
        }
        if let name = reference?["name"]?.string, !name.isEmpty, reference?["resolver"] == nil {
            let isClusterTask = reference?["kind"]?.string?.lowercased() == "clustertask"
            let kind = isClusterTask ? "ClusterTask" : "Task"
            if let task = manifests.task(kind: kind, name: name, for: taskRun) { return TaskLookup(of: task) }
            throw .resolution(
                "error when listing tasks for taskRun \(taskRun.metadata.name): "
                    + "\(kind.lowercased())s.tekton.dev \"\(name)\" not found"
            )
        }
        if let spec = taskRun.spec["taskSpec"] {
            return TaskLookup(
                name: taskRun.metadata.name,
                spec: spec,
                isEmbedded: true,
                kind: "Task",
                labels: [:],
                annotations: [:]
            )
        }
        if let request {
            return try resolved(request, for: taskRun, manifests)
        }
        throw .resolution("taskRun \(taskRun.metadata.name) not providing TaskRef or TaskSpec")
    }
}

extension TaskLookup {
    /// The Task that a resolver has brought.
    private static func resolved(
        _ request: ResolverReference,
        for taskRun: Document,
        _ manifests: ManifestSet
    ) throws(Refusal) -> TaskLookup {
        switch manifests.resolutions[request] {
        case .found(let task, let source)? where task.kind == "Task":
            var lookup = TaskLookup(of: task)
            lookup.source = source
            return lookup
        case .found?: throw .resolution("resource is not a task")
        case .failed(let failure)?:
            let message = failure.message(for: request, owner: taskRun.metadata.name)
            throw failure.isRefusal
                ? Refusal(reason: "TaskValidationFailed", message: message) : .resolution(message)
        case nil: throw .resolution("the reference \(request.summary) was not resolved")
        }
    }

    private init(of task: Document) {
        name = task.metadata.name
        spec = task.spec
        isEmbedded = false
        kind = task.kind
        labels = task.metadata.labels
        annotations = task.metadata.annotations
    }
}

extension ManifestSet {
    /// A Task in the run's namespace; a ClusterTask wherever it stands.
    fileprivate func task(kind: String, name: String, for run: Document) -> Document? {
        let namespace = run.metadata.namespace.isEmpty ? defaultNamespace : run.metadata.namespace
        if let task = document(kind: kind, namespace: namespace, name: name) { return task }
        return kind == "ClusterTask" ? all(kind: kind).first { $0.metadata.name == name } : nil
    }
}

extension Refusal {
    /// Something that the run refers to is not there.
    static func resolution(_ message: String) -> Refusal {
        Refusal(reason: "TaskRunResolutionFailed", message: message)
    }

    /// The run does not fit its Task: the user's mistake, which Tekton says in front.
    static func validation(_ message: String) -> Refusal {
        Refusal(reason: "TaskRunValidationFailed", message: "[User error] \(message)")
    }
}
