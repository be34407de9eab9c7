import Git
import Planning
import SystemPackage

extension CloneTask {
    /// What a clone finds around it beside the workspace that it fills.
    struct Surroundings: Sendable {
        /// The workspaces that bring something, by their names.
        var materials: [String: CloneMaterial] = [:]
        /// The credentials of the run's account, by their place in a home.
        var credentials: [VolumeFile] = []
        /// Further groups of the step's user.
        var groups: [Int] = []
        var mirrors: MirrorCache?
        /// The user's own repository.
        var source: LocalSource?
    }

    /// Carries out a recognised clone.
    ///
    /// - Parameters:
    ///   - request: What `recognise` found.
    ///   - workspace: The host directory of the workspace that is cloned into.
    ///   - scratch: A directory that only this process can enter; what is made in it is removed again.
    ///   - owner: The user and group that the files get.
    ///   - user: The user and group of the Task's step, if they are others.
    ///   - surroundings: What else there is.
    ///   - notice: Takes what is worth saying before anything is fetched.
    /// - Returns: What the step would have printed and left as results, also when it fails.
    /// - Throws: `CancellationError`, or that the scratch directory cannot be used. After a cancellation the scratch
    ///   directory may be written to for a short while yet; the workspace is not.
    static func perform(
        _ request: Request,
        in workspace: FilePath,
        scratch: FilePath,
        owner: Owner,
        as user: Owner? = nil,
        with surroundings: Surroundings = Surroundings(),
        notice: @Sendable (String) -> Void = { _ in }
    ) async throws -> CloneOutcome {
        var performance = ClonePerformance(
            request: request,
            workspace: workspace,
            scratch: scratch,
            owner: owner,
            user: user ?? owner,
            surroundings: surroundings
        )
        return try await performance.run(notice: notice)
    }
}
