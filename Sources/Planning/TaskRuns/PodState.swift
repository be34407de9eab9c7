/// A Pod as it is seen from outside: what a TaskRun's condition follows from.
package struct PodState: Sendable {
    /// Kubernetes' phase of a Pod.
    package enum Phase: String, Sendable {
        case pending = "Pending"
        case running = "Running"
        case succeeded = "Succeeded"
        case failed = "Failed"
        case unknown = "Unknown"
    }

    /// What Kubernetes says about a Pod, like that no machine has room for it.
    package struct Condition: Sendable {
        package var type: String
        package var status: String
        package var reason: String
        package var message: String

        package init(type: String, status: String, reason: String, message: String) {
            self.type = type
            self.status = status
            self.reason = reason
            self.message = message
        }
    }

    package var phase: Phase
    package var reason: String
    package var message: String
    package var conditions: [Condition]
    /// Those that run before the steps, in their order.
    package var initContainers: [ContainerState]
    /// Steps and sidecars, in their order.
    package var containers: [ContainerState]
    /// The Pod has not ended before its init containers have, as sidecars of Kubernetes' own kind are among them.
    package var awaitsInitContainers = false
    /// The Pod has not ended before the sidecar that reads results has.
    package var awaitsResultsSidecar = false

    package init(
        phase: Phase,
        reason: String = "",
        message: String = "",
        conditions: [Condition] = [],
        initContainers: [ContainerState] = [],
        containers: [ContainerState]
    ) {
        self.phase = phase
        self.reason = reason
        self.message = message
        self.conditions = conditions
        self.initContainers = initContainers
        self.containers = containers
    }
}

extension PodState {
    /// The container in which results are read where not the steps' messages hold them.
    private static let resultsSidecar = "sidecar-tekton-log-results"

    /// Whether nothing more is to be waited for.
    var hasEnded: Bool {
        guard containersHaveEnded || phase == .succeeded || phase == .failed || containers.contains(where: isKilledStep)
        else { return false }
        return !awaitsInitContainers || initContainersHaveEnded
    }

    /// Whether anything of it went wrong.
    var hasFailed: Bool {
        phase == .failed || containers.contains { $0.isStep && ($0.hasFailed || $0.isOutOfMemory) }
    }

    private var isActive: Bool { phase == .running || phase == .succeeded }

    private var containersHaveEnded: Bool {
        guard !containers.isEmpty, isActive else { return false }
        return containers.allSatisfy { container in
            let counts = container.isStep || (awaitsResultsSidecar && container.container == Self.resultsSidecar)
            return !counts || container.termination != nil
        }
    }

    private var initContainersHaveEnded: Bool {
        if phase == .failed { return true }
        return isActive && !initContainers.isEmpty && initContainers.allSatisfy { $0.termination != nil }
    }

    private func isKilledStep(_ container: ContainerState) -> Bool { container.isStep && container.isOutOfMemory }

    // MARK: - Failures

    /// What made a Pod fail.
    struct Failure {
        var reason: String
        /// Nil where no container is to blame.
        var container: ContainerState?
        var isInitContainer = false
    }

    /// Want of memory explains a failure before an exit code does, an earlier container before a later one, a sidecar
    /// before a step.
    var failure: Failure {
        guard reason != "Evicted" else { return Failure(reason: "PodEvicted") }
        let kinds: [(reason: String, isInit: Bool, applies: (ContainerState) -> Bool)] = [
            ("SidecarOOM", true, { $0.isSidecar && $0.isOutOfMemory }),
            ("InitContainerOOM", true, { !$0.isSidecar && $0.isOutOfMemory }),
            ("SidecarFailed", true, { $0.isSidecar && $0.hasFailed }),
            ("InitContainerFailed", true, { !$0.isSidecar && $0.hasFailed }),
            ("SidecarOOM", false, { $0.isSidecar && $0.isOutOfMemory }),
            ("StepOOM", false, { $0.isStep && $0.isOutOfMemory }),
            ("SidecarFailed", false, { $0.isSidecar && $0.hasFailed }),
            ("StepFailed", false, { $0.isStep && $0.hasFailed }),
        ]
        for kind in kinds {
            guard let container = (kind.isInit ? initContainers : containers).first(where: kind.applies) else {
                continue
            }
            return Failure(reason: kind.reason, container: container, isInitContainer: kind.isInit)
        }
        return Failure(reason: "Failed")
    }

    /// What is said about a failure.
    var failureMessage: String {
        guard reason != "Evicted" else { return message }
        let failure = failure
        if let text = failure.container?.failureMessage {
            return failure.isInitContainer ? "init container failed, \(text)" : text
        }
        guard message.isEmpty else { return message }
        let isKilled = containers.contains { ($0.isStep || $0.isSidecar) && $0.isOutOfMemory }
        return isKilled ? "OOMKilled" : "build failed for unspecified reasons."
    }
}

extension ContainerState {
    var isStep: Bool { container.hasPrefix("step-") }
    var isSidecar: Bool { container.hasPrefix("sidecar-") }

    /// Whether it ended with a code that counts as a failure.
    var hasFailed: Bool {
        guard let termination, terminationReason != "Continued" else { return false }
        return termination.exitCode != 0
    }

    var isOutOfMemory: Bool { termination?.reason == "OOMKilled" }

    /// What is said about its failure, nil where nothing tells of one.
    var failureMessage: String? {
        guard let termination else { return nil }
        guard terminationReason != "TimeoutExceeded" else {
            return "\"\(container)\" exited because the step exceeded the specified timeout limit"
        }
        guard hasFailed else { return nil }
        let code = "\"\(container)\" exited with code \(termination.exitCode)"
        return termination.reason.isEmpty ? code : "\(code): \(termination.reason)"
    }
}
