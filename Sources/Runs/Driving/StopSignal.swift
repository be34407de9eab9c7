import Planning
import Synchronization

/// Tells one TaskRun that is under way to stop, and why.
final class StopSignal: Sendable {
    private struct State {
        var reason: StopReason?
        var continuation: AsyncStream<StopReason>.Continuation?
    }

    private let state = Mutex(State())

    var reason: StopReason? { state.withLock { $0.reason } }

    /// Only the first reason counts.
    func stop(_ reason: StopReason) {
        let continuation = state.withLock { state in
            guard state.reason == nil else { return AsyncStream<StopReason>.Continuation?.none }
            state.reason = reason
            return state.continuation
        }
        continuation?.yield(reason)
    }

    /// Waits for the reason; returns nil if the waiting task is cancelled.
    func wait() async -> StopReason? {
        let (stream, continuation) = AsyncStream.makeStream(of: StopReason.self)
        let early = state.withLock { state in
            state.continuation = continuation
            return state.reason
        }
        if let early { return early }
        return await stream.first { _ in true }
    }
}
