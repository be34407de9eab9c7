import Synchronization

/// Something that happens once and that many can wait for.
final class OneTimeEvent: Sendable {
    private struct State {
        var hasHappened = false
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        var nextID = 0
    }

    private let state = Mutex(State())

    var hasHappened: Bool { state.withLock { $0.hasHappened } }

    /// Lets everyone go who waits or will wait.
    func happen() {
        let waiting = state.withLock { state in
            state.hasHappened = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume(returning: true) }
    }

    /// Waits for the event.
    /// - Returns: False if the task was cancelled before.
    @discardableResult
    func wait() async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.hasHappened { return true }
                    if Task.isCancelled { return false }
                    state.waiting[id] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
            continuation?.resume(returning: false)
        }
    }

    /// Waits for the event, but not longer than a while.
    /// - Returns: Whether it has happened.
    func wait(atMost duration: Duration) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            // It ends early only by cancellation, which ends the wait as well.
            group.addTask { try? await Task.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
        return hasHappened
    }

    /// Waits until this event or another has happened.
    func wait(orEither other: OneTimeEvent) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { await other.wait() }
            await group.next()
            group.cancelAll()
        }
    }
}
