import Manifests
import Planning
import Synchronization
import Testing

@testable import Runs

/// TaskRuns that wait for a place among those that may run.
struct QueueTests {
    private static let pair = """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: one}
        spec: {steps: [{name: work, image: busybox, command: ["true"]}]}
        ---
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: two}
        spec: {steps: [{name: work, image: busybox, command: ["true"]}]}
        ---
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: run}
        spec:
          pipelineSpec:
            tasks:
              - {name: a, taskRef: {name: one}, timeout: 50m}
              - {name: b, taskRef: {name: two}, timeout: 40m}
        """

    private final class Lines: Sendable {
        private let state = Mutex<[String]>([])
        var all: [String] { state.withLock { $0 } }
        func add(_ line: String) { state.withLock { $0.append(line) } }
    }

    @Test func `the time of a TaskRun that waits for a place is not counted before it starts`() async throws {
        var stage = Stage(Self.pair)
        let lines = Lines()
        stage.surroundings.limit = ParallelLimit(1)
        stage.surroundings.sink = { event in
            if case .taskRunEnded(let task, _, _, _) = event.kind { lines.add("ended \(task)") }
        }
        stage.surroundings.sleep = { duration in
            if [.seconds(3000), .seconds(2400)].contains(duration) {
                lines.add("counts \(duration.components.seconds)")
            }
            try await Task.sleep(for: .seconds(3600))
        }
        #expect(try await stage.runPipeline().condition.reason == "Succeeded")
        // The one that has the place first is left to chance, and a TaskRun may be over before its time is looked at.
        let ends = lines.all.filter { $0.hasPrefix("ended") }
        #expect(Set(ends) == ["ended a", "ended b"])
        let timers = ["ended a": "counts 3000", "ended b": "counts 2400"]
        let second = try #require(ends.last.flatMap { timers[$0] })
        let firstEnd = try #require(lines.all.firstIndex(of: ends[0]))
        #expect(lines.all.firstIndex(of: second).map { $0 > firstEnd } ?? true, "\(lines.all)")
    }

    @Test func `TaskRuns that wait for one another are told of`() async throws {
        var stage = Stage(Self.pair, ["one": .runsOn, "two": .runsOn])
        let lines = Lines()
        stage.surroundings.limit = ParallelLimit(1)
        stage.surroundings.sleep = { duration in
            guard duration == QueueWatch.quietTime else { return try await Task.sleep(for: duration) }
            try Task.checkCancellation()
            await Task.yield()
        }
        let control = stage.control
        stage.surroundings.sink = { event in
            guard case .notice(let text) = event.kind else { return }
            lines.add(text)
            if text.hasPrefix("nothing") { control.cancel(.cancelled) }
        }
        let watch = Task { [surroundings = stage.surroundings] in
            await QueueWatch(surroundings: surroundings).watch()
        }
        #expect(try await stage.runPipeline().condition.reason == "Cancelled")
        watch.cancel()
        await watch.value
        let texts = [("a", "b"), ("b", "a")].map { running, waiting in
            [
                "nothing has happened for 30 s: \(running) runs, \(waiting) waits for a place. "
                    + "If they wait for one another, --max-parallel 2 lets all of them run",
                "one TaskRun runs at a time (--max-parallel): \(waiting) and those after it wait for a place",
            ]
        }
        #expect(texts.contains(lines.all.sorted()), "\(lines.all)")
    }
}
