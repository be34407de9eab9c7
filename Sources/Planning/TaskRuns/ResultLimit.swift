import Manifests
import YAML

/// How much results may take.
///
/// [Tekton: Larger results using sidecar logs](https://tekton.dev/docs/pipelines/tasks/#larger-results-using-sidecar-logs)
package enum ResultLimit: Sendable, Hashable {
    /// All that a step leaves fits into a termination message of 4,096 bytes: `results-from: termination-message`.
    case message
    /// Each result may take 4,096 bytes: `results-from: sidecar-logs`.
    case each
    /// There is none.
    case none

    /// The setting `max-result-size` where nobody changed it.
    package static let greatestSize = 4096

    /// Why a TaskRun fails whose steps have left these messages; nil if it need not for their size.
    ///
    /// Of ``message``, the steps themselves take care.
    /// - Parameters:
    ///   - messages: What the steps have left, in their order.
    ///   - steps: The names of the steps.
    ///   - taskRun: The name of the TaskRun.
    /// - Returns: Tekton's reason and message.
    package func refusal(of messages: [TerminationMessage], steps: [String], taskRun: String) -> Refusal? {
        guard self == .each else { return nil }
        for (message, step) in zip(messages, steps) {
            for entry in message.entries {
                guard let length = Self.lineLength(of: entry, step: step), length > Self.greatestSize else { continue }
                return Refusal(
                    reason: "TaskRunResultLargerThanAllowedLimit",
                    message: "[User error]  TaskRun \"\(GoText.quoted(taskRun))\" failed: \(length) bytes results size "
                        + "exceeds configured limit of \(Self.greatestSize) bytes"
                )
            }
        }
        return nil
    }

    /// How long the line is in which Tekton's sidecar tells a result.
    private static func lineLength(of entry: TerminationMessage.Entry, step: String) -> Int? {
        let (name, type): (String, String)
        switch entry.kind {
        case .taskRunResult: (name, type) = (entry.key, "task")
        case .stepResult: (name, type) = ("\(step).\(entry.key)", "step")
        case .stepArtifacts: (name, type) = ("step-\(step)", "stepArtifact")
        case .taskRunArtifacts: (name, type) = ("", "taskArtifact")
        case .fact, .other: return nil
        }
        let line: YAMLNode = ["name": YAMLNode(name), "value": YAMLNode(entry.value), "type": YAMLNode(type)]
        let text = line.jsonText()
        // Go writes each of these as six characters.
        return text.utf8.count + 5 * text.utf8.count { "<>&".utf8.contains($0) }
    }
}
