import Docker
import Foundation
import Planning
import SystemPackage

/// A container of a Pod that has been made on the engine.
struct PodContainer: Sendable {
    let plan: PlannedContainer
    let id: String
    let output: Output
    let started = OneTimeEvent()
    let ended = OneTimeEvent()
}

extension PodContainer {
    /// Where what it writes comes from.
    enum Output: Sendable {
        /// The engine; nobody is attached twice.
        case engine(LogFrames)
        /// The step's own pipes.
        case pipes(StepPipes)
    }
}

extension PlannedContainer {
    /// A state in which the container has ended.
    func terminated(
        exitCode: Int,
        reason: String,
        message: String = "",
        startedAt: Date?,
        finishedAt: Date?,
        as terminationReason: String? = nil
    ) -> ContainerState {
        let termination = ContainerState.Termination(
            exitCode: exitCode,
            reason: reason,
            message: message,
            startedAt: startedAt,
            finishedAt: finishedAt
        )
        return ContainerState(
            name: name,
            container: containerName,
            imageID: image.identity,
            phase: .terminated(termination),
            terminationReason: terminationReason
        )
    }
}

/// How a step left its files: what a state is made of beside the container's exit code.
struct StepRecord: Sendable {
    var message: TerminationMessage
    /// When it wrote that it has ended, nil if it did not come to that.
    var finishedAt: Date?
    /// Whether the steps after it may run.
    var letsNextRun: Bool

    /// The state of the step after its container has ended.
    /// - Parameters:
    ///   - step: The step.
    ///   - exit: How its container ended.
    ///   - isOOMKilled: Whether the kernel ended it for want of memory.
    ///   - cancelledAt: When the Pod was stopped, nil if it was not.
    ///   - now: The present moment.
    /// - Returns: The state as the TaskRun's status shows it.
    func state(
        of step: PlannedContainer,
        exit: ContainerExit,
        isOOMKilled: Bool,
        cancelledAt: Date?,
        now: Date
    ) -> ContainerState {
        let start = message.startedAt
        let finish = max(finishedAt ?? now, start ?? .distantPast)
        let endedBefore = finishedAt.map { end in cancelledAt.map { end < $0 } ?? true } ?? false
        if cancelledAt != nil, exit.code != 0, !endedBefore {
            return step.terminated(
                exitCode: 1,
                reason: ContainerState.stopped,
                startedAt: start ?? finish,
                finishedAt: finish,
                as: ContainerState.stopped
            )
        }
        let reason = exit.code == 0 ? "Completed" : isOOMKilled ? "OOMKilled" : "Error"
        return step.terminated(
            exitCode: message.exitCode ?? exit.code,
            reason: reason,
            message: message.text,
            startedAt: start ?? finish,
            finishedAt: finish,
            as: message.terminationReason(containerReason: reason)
        )
    }
}
