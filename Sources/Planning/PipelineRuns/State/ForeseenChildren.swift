/// What a run may bring, as far as it is known before anything has run.
package struct ForeseenChildren: Sendable {
    package var taskRuns: [PlannedTaskRun] = []
    /// Those of tasks that are Pipelines.
    package var pipelineRuns: [PlannedRun] = []
}
