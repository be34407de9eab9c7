package import Manifests
package import YAML

/// A TaskRun that is ready to be carried out: its Task found, params bound, every variable replaced.
///
/// Pods turns it into containers without looking at a manifest again, except for Secrets and ConfigMaps.
package struct TaskRunPlan: Sendable {
    package var name: String
    package var namespace: String
    /// Labels and annotations that the TaskRun and its Pod carry.
    package var labels: [String: String]
    package var annotations: [String: String]
    /// The name of the Task that `taskRef` named; empty for an embedded `taskSpec`.
    package var taskName: String
    /// The Task's body after substitution, stepTemplate and what the run says of steps; every step has its name.
    package var spec: TaskSpec
    /// The same as a Pod has it: the workspaces are volumes and mounts, the steps have the podTemplate's variables.
    package var podSpec: TaskSpec
    /// The Task's body after substitution only: what `.status.taskSpec` shows.
    package var statusSpec: YAMLNode
    /// The params in force after defaults; a clone Task is recognised by them.
    package var params: [Param]
    /// Where a resolver has found the Task: `.status.provenance.refSource`.
    package var source: RefSource?
    /// Where resolvers have found the StepActions of steps, by the steps' names.
    package var stepSources: [String: RefSource] = [:]
    /// One binding for each declared workspace that is bound.
    package var workspaces: [WorkspaceBinding]
    /// The names of the volumes in `podSpec` that the workspaces are, by the workspaces' names.
    package var workspaceVolumes: [String: String]
    /// The claims that last only as long as the run: a `volumeClaimTemplate` made them.
    package var temporaryClaims: Set<String> = []
    package var serviceAccountName: String
    /// Where the TaskRun waits for a person.
    package var breakpoints = Breakpoints()
    /// `spec.podTemplate`, an empty mapping where there is none.
    package var podTemplate: YAMLNode
    /// The Task's spec before substitution: from it a clone Task is recognised.
    package var writtenSpec: YAMLNode

    package init(
        name: String,
        namespace: String,
        labels: [String: String] = [:],
        annotations: [String: String] = [:],
        taskName: String = "",
        spec: TaskSpec,
        podSpec: TaskSpec? = nil,
        statusSpec: YAMLNode? = nil,
        params: [Param] = [],
        workspaces: [WorkspaceBinding] = [],
        workspaceVolumes: [String: String] = [:],
        serviceAccountName: String = "default",
        podTemplate: YAMLNode = [:],
        writtenSpec: YAMLNode
    ) {
        self.name = name
        self.namespace = namespace
        self.labels = labels
        self.annotations = annotations
        self.taskName = taskName
        self.spec = spec
        self.podSpec = podSpec ?? spec
        self.statusSpec = statusSpec ?? spec.node
        self.params = params
        self.workspaces = workspaces
        self.workspaceVolumes = workspaceVolumes
        self.serviceAccountName = serviceAccountName
        self.podTemplate = podTemplate
        self.writtenSpec = writtenSpec
    }
}

extension TaskRunPlan {
    /// Whether the steps are to reach no network: a feature of the level `alpha`.
    ///
    /// [Tekton: Hermetic Execution Mode](https://tekton.dev/docs/pipelines/hermetic/)
    package var isHermetic: Bool { annotations["experimental.tekton.dev/execution-mode"] == "hermetic" }
}

/// Where a TaskRun waits for a person to look into it.
///
/// [Tekton: Debugging a TaskRun](https://tekton.dev/docs/pipelines/debug/)
package struct Breakpoints: Sendable, Hashable {
    /// A step that has failed waits before it ends.
    package var onFailure = false
    /// The steps that wait before they begin.
    package var beforeSteps: Set<String> = []

    package init() {}

    /// Reads `spec.debug` of a TaskRun.
    package init(_ node: YAMLNode?) {
        onFailure = node?[path: "breakpoints", "onFailure"]?.string == "enabled"
        beforeSteps = Set(node?[path: "breakpoints", "beforeSteps"]?.strings ?? [])
    }

    package var isEmpty: Bool { !onFailure && beforeSteps.isEmpty }
}

/// Why a run is refused before anything of it starts: Tekton's reason and message of a failed condition.
package struct Refusal: Error, Sendable, Hashable {
    package var reason: String
    package var message: String

    package init(reason: String, message: String) {
        self.reason = reason
        self.message = message
    }
}
