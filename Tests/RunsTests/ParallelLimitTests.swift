import Synchronization
import Testing

@testable import Runs

struct ParallelLimitTests {
    private let someone = ParallelLimit.Claimant(run: "r", task: "t")

    @Test func `never more run at the same time than may`() async {
        let limit = ParallelLimit(2)
        let running = Counts()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { [someone] in
                    await limit.withSlot(for: someone) {
                        running.enter()
                        await Task.yield()
                        running.leave()
                    }
                }
            }
        }
        #expect(running.now == 0)
        #expect(running.most <= 2)
    }

    @Test func `who is cancelled while waiting does not run and gives its place up`() async {
        let limit = ParallelLimit(1)
        await limit.withSlot(for: someone) {
            let waiting = Task { [someone] in await limit.withSlot(for: someone) { true } }
            waiting.cancel()
            #expect(await waiting.value == nil)
        }
        #expect(await limit.withSlot(for: someone) { true } == true)
    }
}

/// How many are inside now, and how many were at most.
private final class Counts: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var now: Int { state.withLock { $0.now } }
    var most: Int { state.withLock { $0.most } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() { state.withLock { $0.now -= 1 } }
}
