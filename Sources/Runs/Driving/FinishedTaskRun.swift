package import Manifests
package import Planning

/// A TaskRun that has come to its end, with all that is known about it.
package struct FinishedTaskRun: Sendable {
    package var taskRun: Document
    /// The pipeline task, empty for a TaskRun of its own.
    package var pipelineTask: String
    /// The last one gives the TaskRun its condition; none if it was given up before it began.
    package var attempts: [TaskRunRecord]

    package init(taskRun: Document, pipelineTask: String, attempts: [TaskRunRecord]) {
        self.taskRun = taskRun
        self.pipelineTask = pipelineTask
        self.attempts = attempts
    }

    package var condition: Condition {
        attempts.last?.condition
            ?? Condition(
                status: .failed,
                reason: "TaskRunCancelled",
                message: "TaskRun \"\(taskRun.metadata.name)\" was cancelled."
            )
    }

    package var outcome: TaskRunOutcome {
        TaskRunOutcome(
            condition: condition,
            results: attempts.last?.results ?? [],
            artifacts: attempts.last?.artifacts ?? Artifacts()
        )
    }
}
