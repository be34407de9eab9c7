import Manifests
import Planning
import Runs

/// Makes the outcome of a TaskRun's attempt from what became of its containers.
struct PodOutcomeDraft: Sendable {
    private let plan: TaskRunPlan
    private let retry: Int
    private let resultLimit: ResultLimit

    init(_ plan: TaskRunPlan, retry: Int, resultLimit: ResultLimit) {
        self.plan = plan
        self.retry = retry
        self.resultLimit = resultLimit
    }

    /// The steps have ended.
    func ended(_ record: PodExecution.Record) -> PodOutcome {
        let tooLarge = resultLimit.refusal(
            of: record.messages,
            steps: plan.spec.steps.map(\.name),
            taskRun: plan.name
        )
        let written = TaskResults(tooLarge == nil ? record.messages : [], spec: plan.spec)
        var condition = TaskRunStatus.condition(
            steps: record.steps,
            sidecars: record.sidecarsEndedEarly,
            spec: plan.spec
        )
        if let refusal = tooLarge ?? written.refusal {
            condition = Condition(status: .failed, reason: refusal.reason, message: refusal.message)
        }
        let steps = zip(record.steps, record.messages).map { state, message in
            var state = state
            state.results = written.steps[state.name] ?? []
            state.artifacts = message.stepArtifacts
            return state
        }
        return PodOutcome(
            steps: steps,
            sidecars: record.sidecars,
            results: written.results,
            artifacts: TerminationMessage.artifacts(of: record.messages),
            condition: condition
        )
    }

    /// Nothing was started, for a reason of Tekton's or Kubernetes'.
    func refused(_ refusal: Refusal) -> PodOutcome {
        PodOutcome(
            steps: waitingSteps(reason: refusal.reason, message: refusal.message),
            condition: Condition(status: .failed, reason: refusal.reason, message: refusal.message)
        )
    }

    /// The engine did not take a container.
    func notCreated(_ message: String) -> PodOutcome {
        refused(.podCreation(message, pod: TaskRunRecord.podName(of: plan.name, retry: retry)))
    }

    /// An image is not there.
    func imagePullFailed(container: String, image: String, _ failure: ImageStore.Failure) -> PodOutcome {
        let kind =
            plan.spec.sidecars.contains { $0.name == container && $0.container.image == image }
            ? "sidecar" : "step"
        return PodOutcome(
            steps: waitingSteps(reason: failure.reason, message: failure.message),
            condition: Condition(
                status: .failed,
                reason: "TaskRunImagePullFailed",
                message: "the \(kind) \"\(container)\" in TaskRun \"\(plan.name)\" failed to pull the image "
                    + "\"\(image)\". The pod errored with the message: \"\(failure.message).\""
            )
        )
    }

    /// The TaskRun was stopped before any container was made.
    func cancelledBeforeStart() -> PodOutcome {
        PodOutcome(
            steps: [],
            condition: Condition(
                status: .failed,
                reason: "TaskRunCancelled",
                message: "TaskRun \"\(plan.name)\" was cancelled"
            )
        )
    }

    private func waitingSteps(reason: String, message: String) -> [ContainerState] {
        plan.spec.steps.map { step in
            ContainerState(
                name: step.name,
                container: "step-\(step.name)",
                imageID: "",
                phase: .waiting(reason: reason, message: message)
            )
        }
    }
}
