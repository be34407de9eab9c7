import Planning

/// The condition that follows from how the steps of a TaskRun ended, in Tekton's words.
enum StepsCondition {
    static func condition(of steps: [ContainerState]) -> Condition {
        let failed = steps.first { step in
            step.terminationReason != "Continued" && step.termination.map { $0.exitCode != 0 } ?? true
        }
        guard let failed else {
            return Condition(status: .succeeded, reason: "Succeeded", message: "All Steps have completed executing")
        }
        let message =
            failed.terminationReason == "TimeoutExceeded"
            ? "\"\(failed.container)\" exited because the step exceeded the specified timeout limit"
            : "\"\(failed.container)\" exited with code \(failed.termination?.exitCode ?? 1)"
        return Condition(status: .failed, reason: "Failed", message: message)
    }
}
