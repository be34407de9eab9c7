package import Manifests

/// The condition `Succeeded` of a run.
package struct Condition: Sendable, Hashable, Codable {
    package enum Status: String, Sendable, Hashable, Codable {
        case succeeded = "True"
        case failed = "False"
        case running = "Unknown"
    }

    package var status: Status
    /// Tekton's reason, like `Succeeded`, `TaskRunTimeout`.
    package var reason: String
    package var message: String

    package init(status: Status, reason: String, message: String) {
        self.status = status
        self.reason = reason
        self.message = message
    }
}

/// A result as a run reports it.
package struct RunResult: Sendable, Hashable, Codable {
    package var name: String
    package var value: ParamValue

    package init(name: String, value: ParamValue) {
        self.name = name
        self.value = value
    }
}

/// How one TaskRun ended, all its attempts counted: what the scheduler needs to know.
package struct TaskRunOutcome: Sendable, Hashable {
    package var condition: Condition
    package var results: [RunResult]
    /// What the Task used and made, which other tasks may name.
    package var artifacts: Artifacts

    package init(condition: Condition, results: [RunResult] = [], artifacts: Artifacts = Artifacts()) {
        self.condition = condition
        self.results = results
        self.artifacts = artifacts
    }
}
