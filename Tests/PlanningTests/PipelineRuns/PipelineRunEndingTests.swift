import Foundation
import Manifests
import Planning
import Testing
import YAML

/// How a PipelineRun ends before its tasks are done.
struct PipelineRunEndingTests {
    private static let tasks = #"""
        "pipelineSpec": {
          "tasks": [
            {"name": "a", "taskSpec": {"steps": [{"image": "i"}]}},
            {"name": "b", "runAfter": ["a"], "taskSpec": {"steps": [{"image": "i"}]}}],
          "finally": [{"name": "f", "taskSpec": {"steps": [{"image": "i"}]}}]}
        """#

    private func run(timeouts: String? = nil) throws -> RunScript {
        try RunScript("{" + (timeouts.map { "\"timeouts\": \($0), " } ?? "") + Self.tasks + "}")
    }

    @Test func `cancelled at once, a run stops what runs and leaves finally out`() throws {
        var run = try run()
        _ = run.start()
        #expect(run.cancel(.cancelled) == ["stop a: cancelled", "finish Cancelled"])
        #expect(run.state.condition.message == "PipelineRun \"run\" was cancelled")
        #expect(run.end("a", "TaskRunCancelled") == [])
    }

    @Test func `cancelled gracefully, a run stops what runs, then finally runs`() throws {
        var run = try run()
        _ = run.start()
        #expect(run.cancel(.runFinally) == ["stop a: cancelled", "skip b: PipelineRun was gracefully cancelled"])
        #expect(run.state.condition.reason == "CancelledRunningFinally")
        #expect(run.end("a", "TaskRunCancelled") == ["start f"])
        #expect(run.end("f") == ["finish Cancelled"])
    }

    @Test func `stopped gracefully, a run lets come to an end what runs, then finally runs`() throws {
        var run = try run()
        _ = run.start()
        #expect(run.cancel(.stopRunFinally) == ["skip b: PipelineRun was gracefully stopped"])
        #expect(run.state.condition.reason == "StoppedRunningFinally")
        #expect(run.end("a") == ["start f"])
        #expect(run.end("f") == ["finish Cancelled"])
    }

    @Test func `a second wish, to stop at once, counts`() throws {
        var run = try run()
        _ = run.start()
        _ = run.cancel(.runFinally)
        _ = run.end("a", "TaskRunCancelled")
        #expect(run.cancel(.cancelled) == ["stop f: cancelled", "finish Cancelled"])
    }

    @Test func `a run that has taken too long fails`() throws {
        var run = try run(timeouts: #"{"pipeline": "1m"}"#)
        #expect(run.start() == ["start a", "wake 60001 ms"])
        #expect(run.wake(at: 60.001).contains("stop a: timedOut"))
        #expect(run.state.condition.reason == "PipelineRunTimeout")
        #expect(run.state.condition.message == "PipelineRun \"run\" failed to finish within \"1m0s\"")
    }

    @Test func `tasks that have taken too long are stopped, then finally runs`() throws {
        var run = try run(timeouts: #"{"pipeline": "1m", "tasks": "20s"}"#)
        #expect(run.start() == ["start a", "wake 20001 ms"])
        #expect(run.wake(at: 20.001) == ["stop a: timedOut", "wake 60001 ms"])
        #expect(run.end("a", "TaskRunCancelled") == ["start f", "skip b: PipelineRun was stopping"])
        #expect(run.end("f") == ["finish PipelineRunTimeout"])
        #expect(
            run.state.condition.message
                == "PipelineRun \"run\" failed due to tasks failed to finish within \"20s\""
        )
    }

    @Test func `a finally task that has taken too long is stopped`() throws {
        var run = try run(timeouts: #"{"pipeline": "1m", "finally": "5s"}"#)
        _ = run.start()
        _ = run.end("a")
        #expect(run.end("b") == ["start f", "wake 5001 ms"])
        #expect(run.wake(at: 5.001) == ["stop f: timedOut", "wake 60001 ms"])
        #expect(run.end("f", "TaskRunCancelled") == ["finish Failed"])
    }

    @Test func `without an end in time nobody is woken`() throws {
        var run = try run(timeouts: #"{"pipeline": "0"}"#)
        #expect(run.start() == ["start a"])
        #expect(run.wake(at: 1_000_000) == [])
        #expect(run.started["a"]?.taskRun.spec["timeout"]?.string == nil)
    }

    @Test func `who wakes up too early is asked to wait a little more`() throws {
        var run = try run(timeouts: #"{"pipeline": "1m"}"#)
        _ = run.start()
        #expect(run.wake(at: 59.9995) == ["wake 60002 ms"])
        #expect(run.wake(at: 59.9998) == ["wake 60003 ms"])
        #expect(run.wake(at: 60.003).last == "finish PipelineRunTimeout")
    }

    @Test func `a run that is pending does not start`() throws {
        var run = try RunScript("{\"status\": \"PipelineRunPending\", " + Self.tasks + "}")
        #expect(run.start() == [])
        #expect(run.state.isPending)
        #expect(run.state.condition.reason == "PipelineRunPending")
    }

    @Test(arguments: [
        ("1 == 1", "start a"), ("'a' == 'b'", "skip a: When Expressions evaluated to false"),
        ("a == 'b'", "finish CELEvaluationFailed"), ("'a'", "finish CELEvaluationFailed"),
    ])
    func `a guard in CEL decides`(_ expression: String, _ decision: String) throws {
        var run = try RunScript(
            #"""
            {"pipelineSpec": {"tasks": [
              {"name": "a", "when": [{"cel": "\#(expression)"}], "taskSpec": {"steps": [{"image": "i"}]}}]}}
            """#
        )
        #expect(run.start().first == decision)
    }

    @Test func `a finally task asks in CEL how the tasks ended`() throws {
        var run = try RunScript(
            #"""
            {"pipelineSpec": {
              "tasks": [{"name": "a", "taskSpec": {"steps": [{"image": "i"}]}}],
              "finally": [
                {"name": "y", "when": [{"cel": "'$(tasks.status)' == 'Failed'"}], "taskSpec": {"steps": [{"image": "i"}]}},
                {"name": "z", "when": [{"cel": "'$(tasks.a.reason)' == 'Oops'"}], "taskSpec": {"steps": [{"image": "i"}]}}]}}
            """#
        )
        #expect(run.start().first == "start a")
        #expect(run.end("a", "Oops").prefix(2) == ["start y", "start z"])
    }
}
