package import Foundation
package import Manifests
package import Planning

/// A TaskRun that has come to its end, with all that is known about it.
package struct FinishedTaskRun: Sendable {
    /// One attempt; the last one gives the TaskRun its condition.
    package struct Attempt: Sendable {
        package var startedAt: Date
        package var endedAt: Date
        package var condition: Condition
        /// Nil if it was refused before a container started.
        package var outcome: PodOutcome?
        package var plan: TaskRunPlan?
    }

    package var taskRun: Document
    /// The pipeline task, empty for a TaskRun of its own.
    package var pipelineTask: String
    package var attempts: [Attempt]

    package var condition: Condition {
        attempts.last?.condition ?? Condition(status: .failed, reason: "TaskRunCancelled", message: "")
    }

    package var outcome: TaskRunOutcome {
        TaskRunOutcome(condition: condition, results: attempts.last?.outcome?.results ?? [])
    }
}
