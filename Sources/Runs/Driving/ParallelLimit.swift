import Synchronization

/// Lets at most a number of TaskRuns run at the same time; the others wait in the order in which they came.
package final class ParallelLimit: Sendable {
    private struct State {
        var free: Int
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        var nextID = 0
        /// The least number that may still wait.
        var firstID = 1

        /// Takes out the one that waits longest.
        mutating func takeFirst() -> CheckedContinuation<Bool, Never>? {
            while firstID <= nextID {
                firstID += 1
                if let continuation = waiting.removeValue(forKey: firstID - 1) { return continuation }
            }
            return nil
        }
    }

    private let state: Mutex<State>

    package init(_ count: Int) {
        precondition(count > 0, "at least one TaskRun must be able to run")
        state = Mutex(State(free: count))
    }

    /// Runs the body when there is room; returns nil without running it if the task is cancelled before.
    package func withSlot<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async rethrows -> Value? {
        guard await acquire() else { return nil }
        defer { release() }
        return try await body()
    }

    private func acquire() async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting[id] = continuation
                    state.firstID = min(state.firstID, id)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { $0.waiting.removeValue(forKey: id) }
            waiting?.resume(returning: false)
        }
    }

    private func release() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let first = state.takeFirst() else {
                state.free += 1
                return nil
            }
            return first
        }
        next?.resume(returning: true)
    }
}
