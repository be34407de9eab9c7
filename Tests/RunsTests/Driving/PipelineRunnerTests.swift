import Manifests
import Planning
import Runs
import Testing
import YAML

struct PipelineRunnerTests {
    /// A Pipeline of two Tasks one after the other and a finally Task.
    private static let chain = """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: first}
        spec: {steps: [{name: work, image: busybox, command: ["true"]}]}
        ---
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: second}
        spec: {steps: [{name: work, image: busybox, command: ["true"]}]}
        ---
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: last}
        spec: {steps: [{name: work, image: busybox, command: ["true"]}]}
        ---
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata: {name: chain}
        spec:
          tasks:
            - {name: a, taskRef: {name: first}}
            - {name: b, taskRef: {name: second}, runAfter: [a]}
          finally:
            - {name: z, taskRef: {name: last}}
        ---
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: run}
        spec: {pipelineRef: {name: chain}}
        """

    @Test func `tasks run in their order and the run tells how they ended`() async throws {
        let stage = Stage(Self.chain)
        let finished = try await stage.runPipeline()
        #expect(stage.runner.begun == ["run-a", "run-b", "run-z"])
        #expect(finished.condition.reason == "Succeeded")
        #expect(finished.condition.message == "Tasks Completed: 3 (Failed: 0, Cancelled 0), Skipped: 0")
        #expect(finished.object["status"]?["childReferences"]?.elements.count == 3)
    }

    @Test func `a failure keeps later tasks from running and not the finally task`() async throws {
        let stage = Stage(Self.chain, ["first": .fails])
        let finished = try await stage.runPipeline()
        #expect(stage.runner.begun == ["run-a", "run-z"])
        #expect(finished.condition.reason == "Failed")
        #expect(finished.condition.message == "Tasks Completed: 2 (Failed: 1, Cancelled 0), Skipped: 1")
    }

    @Test func `cancelling runs finally and stopping now does not`() async throws {
        for (mode, begun) in [(CancelMode.runFinally, ["run-a", "run-z"]), (.cancelled, ["run-a"])] {
            let stage = Stage(Self.chain, ["first": .runsOn])
            stage.whenStepStarts { [control = stage.control] in control.cancel(mode) }
            let finished = try await stage.runPipeline()
            #expect(stage.runner.begun == begun)
            #expect(finished.condition.reason == "Cancelled")
            #expect(finished.children.first?.condition.reason == "TaskRunCancelled")
            #expect(
                finished.children.first?.condition.message
                    == #"TaskRun "run-a" was cancelled. TaskRun cancelled as the PipelineRun it belongs to has been cancelled."#
            )
        }
    }

    @Test func `what keeps drydock from working ends the run with that error`() async throws {
        let stage = Stage(Self.chain, ["first": .breaks])
        await #expect(throws: ScriptedTaskRunner.Broken.self) { try await stage.runPipeline() }
    }
}
