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
        if let failed = failure(steps: steps, sidecars: sidecars) {
            return Condition(status: .failed, reason: failed.reason, message: message(of: failed.container))
        }
        guard steps.count >= spec.steps.count, steps.allSatisfy({ $0.termination != nil }) else { return running }
        return Condition(status: .succeeded, reason: "Succeeded", message: "All Steps have completed executing")
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

    /// Which container made the TaskRun fail: for want of memory before all else, a sidecar before a step.
    private static func failure(
        steps: [ContainerState],
        sidecars: [ContainerState]
    ) -> (reason: String, container: ContainerState)? {
        guard steps.contains(where: { $0.hasFailed || $0.isOutOfMemory }) else { return nil }
        if let sidecar = sidecars.first(where: \.isOutOfMemory) { return ("SidecarOOM", sidecar) }
        if let step = steps.first(where: \.isOutOfMemory) { return ("StepOOM", step) }
        if let sidecar = sidecars.first(where: \.hasFailed) { return ("SidecarFailed", sidecar) }
        return steps.first(where: \.hasFailed).map { ("StepFailed", $0) }
    }

    private static func message(of container: ContainerState) -> String {
        guard container.terminationReason != "TimeoutExceeded" else {
            return "\"\(container.container)\" exited because the step exceeded the specified timeout limit"
        }
        let code = "\"\(container.container)\" exited with code \(container.termination?.exitCode ?? 0)"
        guard let reason = container.termination?.reason, !reason.isEmpty else { return code }
        return "\(code): \(reason)"
    }
}

extension ContainerState {
    /// Whether it ended with a code that counts as a failure.
    fileprivate var hasFailed: Bool {
        guard let termination, terminationReason != "Continued" else { return false }
        return termination.exitCode != 0
    }

    fileprivate var isOutOfMemory: Bool { termination?.reason == "OOMKilled" }
}
