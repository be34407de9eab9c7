import Synchronization

/// Counts what happens in runs, so that it can be seen whether anything does.
package final class Activity: Sendable {
    private let counter = Atomic(0)

    package init() {}

    var count: Int { counter.load(ordering: .relaxed) }

    func note() { counter.add(1, ordering: .relaxed) }
}

extension RunSurroundings {
    /// Runs the body when fewer TaskRuns run than may, and tells the first time that one has to wait.
    func withSlot<Value: Sendable>(
        run: String,
        task: String,
        _ body: @Sendable () async throws -> Value
    ) async rethrows -> Value? {
        let claimant = ParallelLimit.Claimant(run: run, task: task)
        let tell: @Sendable () -> Void = {
            let places = limit.count == 1 ? "one TaskRun runs" : "\(limit.count) TaskRuns run"
            emit(
                .notice("\(places) at a time (--max-parallel): \(claimant.name) and those after it wait for a place"),
                run: run
            )
        }
        return try await limit.withSlot(for: claimant, whenFirstFull: tell, body)
    }
}

/// Tells when nothing moves while TaskRuns wait for a place: they may wait for one another.
///
/// On a cluster all would run, so that such runs come to an end there.
package struct QueueWatch: Sendable {
    /// How long nothing has to happen.
    static let quietTime = Duration.seconds(30)

    private let surroundings: RunSurroundings

    package init(surroundings: RunSurroundings) {
        self.surroundings = surroundings
    }

    /// Watches until its task is cancelled.
    package func watch() async {
        var lastTold: Int?
        while true {
            let before = surroundings.activity.count
            do {
                try await surroundings.sleep(Self.quietTime)
            } catch {
                return
            }
            guard before == surroundings.activity.count, before != lastTold else { continue }
            let occupancy = surroundings.limit.occupancy
            guard let first = occupancy.waiting.first else { continue }
            lastTold = before
            surroundings.emit(.notice(Self.text(of: occupancy)), run: first.run)
        }
    }

    private static func text(of occupancy: ParallelLimit.Occupancy) -> String {
        let all = occupancy.running.count + occupancy.waiting.count
        return "nothing has happened for \(quietTime.components.seconds) s: \(names(occupancy.running)) "
            + "\(occupancy.running.count == 1 ? "runs" : "run"), \(names(occupancy.waiting)) "
            + "\(occupancy.waiting.count == 1 ? "waits" : "wait") for a place. "
            + "If they wait for one another, --max-parallel \(all) lets all of them run"
    }

    /// The first few names, and how many more there are.
    private static func names(_ claimants: [ParallelLimit.Claimant]) -> String {
        let most = 3
        let shown = claimants.prefix(most).map(\.name)
        guard claimants.count <= most else {
            return shown.joined(separator: ", ") + " and \(claimants.count - most) more"
        }
        return shown.count < 2
            ? shown.joined() : shown.dropLast().joined(separator: ", ") + " and " + shown[shown.count - 1]
    }
}
