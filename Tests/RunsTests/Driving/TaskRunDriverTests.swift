import Planning
import Runs
import Testing
import YAML

struct TaskRunDriverTests {
    private static func manifest(_ spec: String) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: work}
        spec: {steps: [{name: only, image: busybox, command: ["true"]}]}
        ---
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: run}
        spec: {taskRef: {name: work}\(spec)}
        """
    }

    @Test func `an attempt that fails is made again as often as retries allow`() async throws {
        let stage = Stage(Self.manifest(", retries: 2"), ["work": .succeedsAtAttempt(2)])
        let finished = try await stage.runTask()
        #expect(finished.attempts.map(\.condition.status) == [.failed, .failed, .succeeded])
        let object = RunObjects.object(of: finished)
        #expect(object["status"]?["retriesStatus"]?.elements.count == 2)
    }

    @Test func `a success is not made again`() async throws {
        let stage = Stage(Self.manifest(", retries: 2"))
        #expect(try await stage.runTask().attempts.count == 1)
    }

    @Test func `an attempt whose time is over is stopped and says so`() async throws {
        let stage = Stage(Self.manifest(", timeout: 1ms"), ["work": .runsOn])
        let finished = try await stage.runTask()
        #expect(finished.condition.reason == "TaskRunTimeout")
        #expect(finished.condition.message == #"TaskRun "run" failed to finish within "1ms""#)
    }

    @Test func `a TaskRun that is cancelled is not made again`() async throws {
        let stage = Stage(Self.manifest(", retries: 3"), ["work": .runsOn])
        stage.whenStepStarts { [control = stage.control] in control.cancel(.cancelled) }
        let finished = try await stage.runTask()
        #expect(finished.attempts.count == 1)
        #expect(finished.condition.reason == "TaskRunCancelled")
    }

    @Test func `a TaskRun that begins cancelled never starts`() async throws {
        let stage = Stage(Self.manifest(", retries: 3, status: TaskRunCancelled, statusMessage: not now"))
        let finished = try await stage.runTask()
        #expect(stage.runner.begun.isEmpty)
        #expect(finished.attempts.count == 1)
        #expect(finished.condition.reason == "TaskRunCancelled")
        #expect(finished.condition.message == #"TaskRun "run" was cancelled. not now"#)
    }

    @Test func `a Task that does not exist fails the TaskRun before anything starts`() async throws {
        let stage = Stage(
            """
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata: {name: run}
            spec: {taskRef: {name: absent}}
            """
        )
        let finished = try await stage.runTask()
        #expect(stage.runner.begun.isEmpty)
        #expect(finished.condition.status == .failed)
        #expect(finished.condition.reason == "TaskRunResolutionFailed" || finished.condition.reason == "CouldntGetTask")
    }
}
