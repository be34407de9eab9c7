package import Git
import Planning
package import SystemPackage

extension CloneTask {
    /// Carries out a recognised clone.
    ///
    /// - Parameters:
    ///   - request: What `recognise` found.
    ///   - source: A repository of this machine that is taken in the place of the remote.
    ///   - workspace: The host directory of the workspace that is cloned into.
    ///   - scratch: A directory that only this process can enter; what is made in it is removed again.
    ///   - owner: The user and group of the Task's step.
    /// - Returns: What the step would have printed and left as results, also when it fails.
    /// - Throws: `CancellationError`, or that the scratch directory cannot be used. After a cancellation the scratch
    ///   directory may be written to for a short while yet; the workspace is not.
    package static func perform(
        _ request: Request,
        source: LocalSource? = nil,
        in workspace: FilePath,
        scratch: FilePath,
        owner: Owner
    ) async throws -> CloneOutcome {
        var performance = ClonePerformance(
            request: request,
            source: source,
            workspace: workspace,
            scratch: scratch,
            owner: owner
        )
        return try await performance.run()
    }
}
