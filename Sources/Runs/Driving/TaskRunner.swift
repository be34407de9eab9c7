package import Planning

/// Carries out one attempt of a TaskRun: the seam between what is decided and the engine.
///
/// Pods implements it on Docker; tests script it.
package protocol TaskRunner: Sendable {
    /// Runs the plan to its end and removes all that it made, also when the task is cancelled.
    ///
    /// Cancellation of the Swift task stops the containers; what they had reached is returned and not thrown.
    /// - Parameters:
    ///   - plan: The TaskRun.
    ///   - retry: The number of this attempt, from 0.
    ///   - emit: Takes what happens while it happens; safe from any thread and quick.
    /// - Returns: The states of the containers, the results, and why it failed if it did.
    /// - Throws: Only if drydock could not do its work (the engine is gone, the disk is full).
    func run(
        _ plan: TaskRunPlan,
        retry: Int,
        emit: @escaping @Sendable (PodEvent) -> Void
    ) async throws -> PodOutcome
}

/// What a Pod tells while it runs.
package enum PodEvent: Sendable {
    /// Something is done differently from a cluster, or is worth knowing before it starts.
    case notice(String)
    case pulling(image: String, progress: String)
    case stepStarted(name: String)
    /// Bytes that a step or sidecar wrote, as they came; a chunk may end inside a line.
    case output(step: String, stream: OutputStream, bytes: [UInt8])
    case stepEnded(ContainerState)
}

package enum OutputStream: String, Sendable, Codable { case stdout, stderr }

/// How an attempt ended.
package struct PodOutcome: Sendable {
    package var steps: [ContainerState]
    package var sidecars: [ContainerState]
    package var results: [RunResult]
    /// What the steps said that they used and made.
    package var artifacts: Artifacts
    /// The condition that follows from the states, in Tekton's words; a driver overrides it on timeout and cancellation.
    package var condition: Condition

    package init(
        steps: [ContainerState],
        sidecars: [ContainerState] = [],
        results: [RunResult] = [],
        artifacts: Artifacts = Artifacts(),
        condition: Condition
    ) {
        self.steps = steps
        self.sidecars = sidecars
        self.results = results
        self.artifacts = artifacts
        self.condition = condition
    }
}
