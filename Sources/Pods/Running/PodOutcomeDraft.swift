import Foundation
import Manifests
import Planning
import Runs

/// Makes the outcome of a TaskRun's attempt from what became of its containers.
struct PodOutcomeDraft: Sendable {
    private let plan: TaskRunPlan

    init(_ plan: TaskRunPlan) {
        self.plan = plan
    }

    /// The steps have ended.
    func ended(_ record: PodExecution.Record) -> PodOutcome {
        PodOutcome(
            steps: record.steps,
            sidecars: record.sidecars,
            results: results(of: record.messages),
            condition: StepsCondition.condition(of: record.steps)
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
        refused(.podCreation(message, pod: PodIdentity.podName(of: plan.name)))
    }

    /// An image is not there.
    func imagePullFailed(container: String, image: String, _ failure: ImageStore.Failure) -> PodOutcome {
        let kind = plan.spec.sidecars.contains { $0.name == container && $0.container.image == image }
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

    /// The results that the steps wrote, in the order of the Task's declarations; a later step's value counts.
    private func results(of messages: [TerminationMessage]) -> [RunResult] {
        let written = Dictionary(
            messages.flatMap(\.results).map { ($0.name, $0.text) },
            uniquingKeysWith: { _, last in last }
        )
        return plan.spec.results.compactMap { declared in
            written[declared.name].map { text in
                RunResult(name: declared.name, value: Self.value(of: text, as: declared.type))
            }
        }
    }

    /// A result of the declared type; text that is not the JSON of that type stays text.
    private static func value(of text: String, as type: ParamType) -> ParamValue {
        let data = Data(text.utf8)
        // What does not decode is the Task's mistake, and is shown as it is.
        switch type {
        case .string: return .string(text)
        case .array: return (try? JSONDecoder().decode([String].self, from: data)).map { .array($0) } ?? .string(text)
        case .object:
            return (try? JSONDecoder().decode([String: String].self, from: data)).map { .object($0) } ?? .string(text)
        }
    }
}
