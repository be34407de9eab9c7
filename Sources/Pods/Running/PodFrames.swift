import Planning
import Synchronization

/// Makes the directories of Pods, that of the first while there is still other work to do.
final class PodFrames: Sendable {
    private let entrypoint: EntrypointInstallation
    private let begun = Mutex<(directory: PodDirectory, work: Task<Void, any Error>)?>(nil)

    init(entrypoint: EntrypointInstallation) {
        self.entrypoint = entrypoint
    }

    /// Begins to make a Pod's directory; once.
    func begin(_ directory: PodDirectory, for plan: TaskRunPlan) {
        let work = Task { [entrypoint] in
            try directory.makeFrame(for: plan, entrypoint: try await entrypoint.path())
        }
        begun.withLock { $0 = (directory, work) }
    }

    /// Comes back when a Pod's directory is there.
    /// - Throws: Why it cannot be made.
    func finish(_ directory: PodDirectory, for plan: TaskRunPlan) async throws {
        let work = begun.withLock { $0?.directory.root == directory.root ? $0?.work : nil }
        guard let work else {
            return try directory.makeFrame(for: plan, entrypoint: try await entrypoint.path())
        }
        try await work.value
    }

    /// Comes back when nothing is made any more.
    func end() async {
        _ = await begun.withLock { $0?.work }?.result
    }
}
