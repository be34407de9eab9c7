import Synchronization

/// Lets at most a number of TaskRuns run at the same time; the others wait in the order in which they came.
package final class ParallelLimit: Sendable {
    /// Who wants to run.
    package struct Claimant: Sendable, Hashable {
        var run: String
        /// The pipeline task, empty for a TaskRun of its own.
        var task: String

        package init(run: String, task: String) {
            self.run = run
            self.task = task
        }

        /// What people call it.
        var name: String { task.isEmpty ? run : task }
    }

    /// Who runs and who waits, each in the order in which they came.
    struct Occupancy: Sendable, Hashable {
        var running: [Claimant]
        var waiting: [Claimant]
    }

    private struct State {
        var free: Int
        var running: [Int: Claimant] = [:]
        var waiting: [Int: (claimant: Claimant, continuation: CheckedContinuation<Bool, Never>)] = [:]
        var nextID = 0
        /// The least number that may still wait.
        var firstID = 1
        var hasBeenFull = false

        /// Gives the place that is free to the one that waits longest.
        mutating func admitFirst() -> CheckedContinuation<Bool, Never>? {
            while firstID <= nextID {
                firstID += 1
                guard let first = waiting.removeValue(forKey: firstID - 1) else { continue }
                running[firstID - 1] = first.claimant
                return first.continuation
            }
            return nil
        }
    }

    /// How many may run.
    let count: Int
    private let state: Mutex<State>

    package init(_ count: Int) {
        precondition(count > 0, "at least one TaskRun must be able to run")
        self.count = count
        state = Mutex(State(free: count))
    }

    var occupancy: Occupancy {
        state.withLock { state in
            Occupancy(
                running: state.running.sorted { $0.key < $1.key }.map(\.value),
                waiting: state.waiting.sorted { $0.key < $1.key }.map(\.value.claimant)
            )
        }
    }

    /// Runs the body when there is room; returns nil without running it if the task is cancelled before.
    /// - Parameters:
    ///   - claimant: Whose body it is.
    ///   - whenFirstFull: Is called if this is the first one ever that has to wait.
    ///   - body: What is to run.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    package func withSlot<Value: Sendable>(
        for claimant: Claimant,
        whenFirstFull: @Sendable () -> Void = {},
        _ body: @Sendable () async throws -> Value
    ) async rethrows -> Value? {
        guard let id = await acquire(claimant, whenFirstFull) else { return nil }
        defer { release(id) }
        return try await body()
    }

    private enum Entry { case admitted, cancelled, queued(isFirst: Bool) }

    private func acquire(_ claimant: Claimant, _ whenFirstFull: @Sendable () -> Void) async -> Int? {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isAdmitted = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let entry: Entry = state.withLock { state in
                    if Task.isCancelled { return .cancelled }
                    if state.free > 0 {
                        state.free -= 1
                        state.running[id] = claimant
                        return .admitted
                    }
                    state.waiting[id] = (claimant, continuation)
                    state.firstID = min(state.firstID, id)
                    defer { state.hasBeenFull = true }
                    return .queued(isFirst: !state.hasBeenFull)
                }
                switch entry {
                case .admitted: continuation.resume(returning: true)
                case .cancelled: continuation.resume(returning: false)
                case .queued(let isFirst): if isFirst { whenFirstFull() }
                }
            }
        } onCancel: {
            let waiting = state.withLock { $0.waiting.removeValue(forKey: id) }
            waiting?.continuation.resume(returning: false)
        }
        return isAdmitted ? id : nil
    }

    private func release(_ id: Int) {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            state.running[id] = nil
            guard let first = state.admitFirst() else {
                state.free += 1
                return nil
            }
            return first
        }
        next?.resume(returning: true)
    }
}
