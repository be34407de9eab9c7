extension PodState {
    /// What a TaskRun's condition says while its Pod has not begun.
    var pendingCondition: Planning.Condition {
        if conditions.contains(where: { $0.reason == "Unschedulable" && $0.message.contains("Insufficient") }) {
            return .running("ExceededNodeResources", "TaskRun Pod exceeded available resources")
        }
        if containers.contains(where: { $0.isWaitingForSubPath }) {
            return .running("Pending", "Waiting for subPath directory creation to complete")
        }
        let all = initContainers + containers
        if all.contains(where: { $0.waitingReason == "CreateContainerConfigError" && !$0.isWaitingForSubPath }) {
            return Planning.Condition(
                status: .failed,
                reason: "CreateContainerConfigError",
                message: "Failed to create pod due to config error"
            )
        }
        let lacksImage = all.contains { Self.imageReasons.contains($0.waitingReason) }
        return .running(lacksImage ? "PullImageFailed" : "Pending", waitingMessage)
    }

    private static let imageReasons: Set<String> = [
        "ImagePullBackOff", "ImageInspectError", "ErrImagePull", "ErrImageNeverPull", "RegistryUnavailable",
        "InvalidImageName",
    ]

    private var waitingMessage: String {
        for container in containers {
            guard case .waiting(_, let message) = container.phase, !message.isEmpty else { continue }
            return "build step \"\(container.container)\" is pending with reason \"\(message)\""
        }
        if let condition = conditions.first(where: { $0.status != "True" }) {
            return "pod status \"\(condition.type)\":\"\(condition.status)\"; message: \"\(condition.message)\""
        }
        return message.isEmpty ? "Pending" : message
    }
}

extension Condition {
    fileprivate static func running(_ reason: String, _ message: String) -> Condition {
        Condition(status: .running, reason: reason, message: message)
    }
}

extension ContainerState {
    fileprivate var waitingReason: String {
        if case .waiting(let reason, _) = phase { reason } else { "" }
    }

    fileprivate var isWaitingForSubPath: Bool {
        guard case .waiting("CreateContainerConfigError", let message) = phase else { return false }
        return message.contains("failed to create subPath directory")
    }
}
