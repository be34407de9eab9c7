package import Foundation

/// All that is known about one attempt of a TaskRun: what its `.status` is made of.
package struct TaskRunRecord: Sendable {
    package var startedAt: Date
    /// Nil while it runs.
    package var completedAt: Date?
    package var condition: Condition
    /// Nil for a TaskRun that was refused before it was planned.
    package var plan: TaskRunPlan?
    /// Empty as long as no Pod was made.
    package var podName: String
    package var steps: [ContainerState]
    package var sidecars: [ContainerState]
    package var results: [RunResult]
    /// What the Task used and made, its steps' artifacts included.
    package var artifacts: Artifacts

    package init(
        startedAt: Date,
        completedAt: Date?,
        condition: Condition,
        plan: TaskRunPlan? = nil,
        podName: String = "",
        steps: [ContainerState] = [],
        sidecars: [ContainerState] = [],
        results: [RunResult] = [],
        artifacts: Artifacts = Artifacts()
    ) {
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.condition = condition
        self.plan = plan
        self.podName = podName
        self.steps = steps
        self.sidecars = sidecars
        self.results = results
        self.artifacts = artifacts
    }

    /// The name of the Pod of an attempt, the first of which is 0.
    package static func podName(of taskRun: String, retry: Int) -> String {
        ChildNames.child(of: taskRun, suffix: retry == 0 ? "-pod" : "-pod-retry\(retry)")
    }
}
