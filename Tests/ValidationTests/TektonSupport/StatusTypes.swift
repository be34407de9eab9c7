/// The fields of `.status`, which nobody writes into a manifest and which the schema therefore leaves open.
///
/// [Tekton: Pipeline API](https://tekton.dev/docs/pipelines/pipeline-api/)
enum StatusTypes {
    static let fields: [String: [String]] = [
        "TaskRunStatus": common + [
            "podName", "startTime", "completionTime", "steps", "retriesStatus", "results", "artifacts", "sidecars",
            "taskSpec", "provenance", "spanContext",
        ],
        "StepState": container + [
            "results", "provenance", "terminationReason", "inputs", "outputs",
        ],
        "SidecarState": container,
        "ContainerStateWaiting": ["reason", "message"],
        "ContainerStateRunning": ["startedAt"],
        "ContainerStateTerminated": [
            "exitCode", "signal", "reason", "message", "startedAt", "finishedAt", "containerID",
        ],
        "TaskRunResult": ["name", "type", "value"],
        "Artifacts": ["inputs", "outputs"],
        "Artifact": ["name", "values", "buildOutput"],
        "ArtifactValue": ["digest", "uri"],
        "Provenance": ["refSource", "featureFlags"],
        "RefSource": ["uri", "digest", "entryPoint"],
        "PipelineRunStatus": common + [
            "startTime", "completionTime", "results", "pipelineSpec", "skippedTasks", "childReferences",
            "finallyStartTime", "provenance", "spanContext",
        ],
        "ChildStatusReference": [
            "apiVersion", "kind", "name", "displayName", "pipelineTaskName", "whenExpressions",
        ],
        "SkippedTask": ["name", "reason", "whenExpressions"],
        "PipelineRunResult": ["name", "value"],
        "CustomRunStatus": common + [
            "startTime", "completionTime", "results", "retriesStatus", "extraFields",
        ],
        "CustomRunResult": ["name", "value"],
        "Condition": ["type", "status", "reason", "message", "lastTransitionTime", "severity"],
    ]

    private static let common = ["conditions", "observedGeneration", "annotations"]
    private static let container = ["name", "container", "imageID", "waiting", "running", "terminated"]
}
