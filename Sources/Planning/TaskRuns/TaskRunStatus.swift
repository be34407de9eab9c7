package import Manifests

/// What a TaskRun's `.status` says, in Tekton's words.
///
/// [Tekton: Monitoring execution status](https://tekton.dev/docs/pipelines/taskruns/#monitoring-execution-status)
package enum TaskRunStatus {
    /// The condition that follows from how the containers stand.
    /// - Parameters:
    ///   - steps: The steps that have a container, in the order of the Task.
    ///   - sidecars: Those that ended while steps were still running; one that was stopped afterwards says nothing.
    ///   - spec: The Task, by which it is known whether a step is still to come.
    /// - Returns: A condition whose reason names what failed.
    package static func condition(
        steps: [ContainerState],
        sidecars: [ContainerState] = [],
        spec: TaskSpec
    ) -> Condition {
        let pod = PodState(phase: .running, containers: steps + sidecars)
        let isWhole = steps.count >= spec.steps.count && steps.allSatisfy { $0.termination != nil }
        guard isWhole || pod.hasFailed else { return running }
        return condition(ofEnded: pod)
    }

    /// The condition that follows from a Pod as a cluster shows it.
    /// - Parameters:
    ///   - pod: The Pod.
    ///   - isFailureIgnored: The Pipeline lets a failure pass (`onError: continue` of its task).
    ///   - earlier: What was known before.
    /// - Returns: The condition.
    package static func condition(
        of pod: PodState,
        isFailureIgnored: Bool = false,
        earlier: Condition = running
    ) -> Condition {
        guard !pod.hasEnded else {
            let condition = condition(ofEnded: pod)
            return isFailureIgnored ? ignored(condition) : condition
        }
        switch pod.phase {
        case .running: return running
        case .pending: return pod.pendingCondition
        case .succeeded, .failed, .unknown: return earlier
        }
    }

    private static func condition(ofEnded pod: PodState) -> Condition {
        guard pod.hasFailed else {
            return Condition(status: .succeeded, reason: "Succeeded", message: "All Steps have completed executing")
        }
        return Condition(status: .failed, reason: pod.failure.reason, message: pod.failureMessage)
    }

    /// The condition while steps run.
    package static let running = Condition(
        status: .running,
        reason: "Running",
        message: "Not all Steps in the Task have finished executing"
    )

    /// The condition with which a failure counts that the Pipeline lets pass (`onError: continue` of its task).
    package static func ignored(_ condition: Condition) -> Condition {
        guard condition.status == .failed else { return condition }
        return Condition(status: .failed, reason: "FailureIgnored", message: condition.message)
    }
}
