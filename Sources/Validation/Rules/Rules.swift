extension [Rule] {
    static let metadata: [Rule] = [.objectName]

    /// What holds for the spec of every Task, also one inside a run or a Pipeline.
    static let taskSpec: [Rule] = [
        .taskHasSteps, .taskResources, .volumeNames, .taskWorkspaces, .workspaceUsages,
        .artifactsEnabled, .stepReference, .stepContent, .stepNames, .stepTimeout, .stepVolumeMounts, .stepOnError,
        .stepFeatures, .stepResultPlaces, .stepArtifactPlaces, .stepResults, .stepGuards, .sidecars,
        .paramTypes, .paramNames, .paramEnums, .arrayUsage, .taskContextVariables, .taskResultVariables, .taskResults,
    ]

    /// What holds for a Task that stands alone: all that it uses is its own.
    static let task: [Rule] = [.paramUsage]

    static let pipelineSpec: [Rule] = [
        .pipelineBetaFields, .pipelineIsNotEmpty, .pipelineResources, .pipelineTaskNames, .pipelineTaskReference,
        .inlineSpecs, .embeddedTaskType, .pipelineTaskOnError, .customTasks, .taskReferences,
        .pipelineGraph, .pipelineParams, .pipelineContextVariables, .executionStatus, .pipelineWorkspaces,
        .pipelineResults, .childPipelineResults, .finallyNeedsTasks, .finallyTasks, .pipelineGuards,
        .pipelineArtifacts, .matrixes, .matrixResults, .variablePrefixes,
    ]

    /// What holds for a Pipeline that stands alone.
    static let pipeline: [Rule] = [.embeddedParamUsage, .pipelineParamUsage, .pipelineWorkspaceUsage]

    static let pipelineRun: [Rule] = [
        .pipelineRunReference, .pipelineRunParams, .pipelineRunInlineParams, .pipelineRunTimeouts, .taskRunSpecs,
        .pipelineRunStatus, .pipelineRunWorkspaces, .pipelineRunEnvironment, .betaPipelineRun,
    ]

    static let taskRun: [Rule] = [
        .taskRunReference, .runParamNames, .taskRunInlineParams, .taskRunWorkspaces, .taskRunDebug, .stepSpecs,
        .taskRunStatus, .taskRunRetries, .taskRunTimeout, .taskRunEnvironment, .taskRunResources,
    ]

    static let stepAction: [Rule] = [
        .stepActionContent, .stepActionParams, .stepActionVariables, .stepActionResults, .stepActionVolumeMounts,
    ]

    static let customRun: [Rule] = [.customRunReference]

    /// What holds for runs as whole objects.
    static let pending: [Rule] = [.pendingRun]
}
