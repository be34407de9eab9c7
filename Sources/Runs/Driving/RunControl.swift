package import Planning
import Synchronization

/// Carries a wish to stop from the door to all runs that are under way.
package final class RunControl: Sendable {
    private struct State {
        var mode: CancelMode?
        var listeners: [Int: AsyncStream<CancelMode>.Continuation] = [:]
        var nextID = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The mode that was asked for last, nil if the runs may go on.
    package var mode: CancelMode? { state.withLock { $0.mode } }

    /// Asks every run to stop, also those that begin later.
    package func cancel(_ mode: CancelMode) {
        let listeners = state.withLock { state in
            state.mode = mode
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.yield(mode) }
    }

    /// The wishes from now on, the last earlier one first.
    ///
    /// Ends when its task is cancelled.
    func wishes() -> AsyncStream<CancelMode> {
        let (stream, continuation) = AsyncStream.makeStream(of: CancelMode.self)
        let (id, earlier) = state.withLock { state in
            state.nextID += 1
            state.listeners[state.nextID] = continuation
            return (state.nextID, state.mode)
        }
        if let earlier { continuation.yield(earlier) }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.listeners[id] = nil }
        }
        return stream
    }
}
