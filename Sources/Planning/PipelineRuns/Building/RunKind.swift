/// What a PipelineTask becomes when it starts.
package enum RunKind: String, Sendable, Hashable, Codable {
    case taskRun = "TaskRun"
    case customRun = "CustomRun"
    /// A Pipeline inside a Pipeline.
    case pipelineRun = "PipelineRun"

    package var apiVersion: String { self == .customRun ? "tekton.dev/v1beta1" : "tekton.dev/v1" }

    /// The reason with which one ends that was cancelled; Tekton does not tell a cancelled Pipeline from a failed one.
    var cancelledReason: String? {
        switch self {
        case .taskRun: "TaskRunCancelled"
        case .customRun: "CustomRunCancelled"
        case .pipelineRun: nil
        }
    }
}
