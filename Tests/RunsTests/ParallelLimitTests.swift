import Synchronization
import Testing

@testable import Runs

struct ParallelLimitTests {
    @Test func `never more run at the same time than may`() async {
        let limit = ParallelLimit(2)
        let running = Mutex((now: 0, most: 0))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await limit.withSlot {
                        running.withLock { counts in
                            counts.now += 1
                            counts.most = max(counts.most, counts.now)
                        }
                        await Task.yield()
                        running.withLock { $0.now -= 1 }
                    }
                }
            }
        }
        #expect(running.withLock { $0.most } <= 2)
        #expect(running.withLock { $0.now } == 0)
    }

    @Test func `who is cancelled while waiting does not run and gives its place up`() async {
        let limit = ParallelLimit(1)
        await limit.withSlot {
            let waiting = Task { await limit.withSlot { true } }
            waiting.cancel()
            #expect(await waiting.value == nil)
        }
        #expect(await limit.withSlot { true } == true)
    }
}
