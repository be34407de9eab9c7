import Foundation
import Manifests
import Planning
import Testing
import YAML

/// Decisions, one moment after the other.
struct PipelineRunStateTests {
    @Test func `a task starts as soon as what it waits for is done, whatever else runs`() throws {
        var run = try RunScript(
            #"{"pipelineSpec": {"tasks": [\#(task("a")), \#(task("b")), \#(task("c", after: "a"))]}}"#
        )
        #expect(run.start() == ["start a", "start b", "wake 3600001 ms"])
        #expect(run.state.taskNames == ["a", "b", "c"])
        #expect(run.end("a") == ["start c"])
        #expect(run.end("c") == [])
        #expect(run.end("b") == ["finish Succeeded"])
        #expect(run.state.isFinished)
    }

    @Test func `an end that is told twice, and one of a stranger, change nothing`() throws {
        var run = try RunScript(#"{"pipelineSpec": {"tasks": [\#(task("a")), \#(task("b", after: "a"))]}}"#)
        _ = run.start()
        #expect(run.end("x") == [])
        #expect(run.end("a") == ["start b"])
        #expect(run.end("a", "Failed") == [])
        #expect(run.end("b") == ["finish Succeeded"])
        #expect(run.end("b") == [])
    }

    @Test func `a failure skips what has not started, and finally learns of it`() throws {
        let finally = #"""
            "finally": [{"name": "f", "params": [{"name": "how", "value": "$(tasks.a.status) $(tasks.a.reason) $(tasks.status)"}],
              "taskSpec": {"params": [{"name": "how"}], "steps": [{"image": "i"}]}}]
            """#
        var run = try RunScript(
            #"{"pipelineSpec": {"tasks": [\#(task("a")), \#(task("b", after: "a"))], \#(finally)}}"#
        )
        _ = run.start()
        #expect(run.end("a", "StepFailed") == ["start f", "skip b: PipelineRun was stopping"])
        #expect(
            run.started["f"]?.taskRun.spec["params"]?.elements.first?["value"]?.string == "Failed StepFailed Failed"
        )
        #expect(run.end("f") == ["finish Failed"])
        #expect(run.state.condition.message == "Tasks Completed: 2 (Failed: 1, Cancelled 0), Skipped: 1")
        #expect(run.state.skippedTasks.map(\.name) == ["b"])
    }

    @Test func `a failure that a task lets pass stops nothing`() throws {
        var run = try RunScript(
            #"{"pipelineSpec": {"tasks": [\#(task("a", #", "onError": "continue""#)), \#(task("b", after: "a"))]}}"#
        )
        _ = run.start()
        let note = run.started["a"]?.taskRun.metadata.annotations["pipeline.tekton.dev/pipeline-task-on-error"]
        #expect(note == "continue")
        #expect(run.end("a", "FailureIgnored") == ["start b"])
        #expect(run.end("b") == ["finish Succeeded"])
        let message = "Tasks Completed: 2 (Failed: 1 (Ignored: 1), Cancelled 0), Skipped: 0"
        #expect(run.state.condition.message == message)
    }

    @Test func `a skip is told when nothing can take it back`() throws {
        let guarded = #", "when": [{"input": "x", "operator": "in", "values": ["y"]}]"#
        var run = try RunScript(
            #"""
            {"pipelineSpec": {"tasks": [
              \#(task("a", guarded)), \#(task("b", uses: "a")), \#(task("c")),
              \#(task("d", guarded, after: "b", "c")), \#(task("e", after: "d"))]}}
            """#
        )
        #expect(
            run.start() == [
                "start c", "skip a: When Expressions evaluated to false", "skip b: Results were missing",
                "wake 3600001 ms",
            ]
        )
        let provisional = run.state.skippedTasks.map { "\($0.name): \($0.reason)" }
        #expect(provisional.suffix(2) == ["d: Parent Tasks were skipped", "e: Parent Tasks were skipped"])
        // With all parents done its own guards count, so that what follows it may run.
        #expect(run.end("c") == ["start e", "skip d: When Expressions evaluated to false"])
        #expect(run.end("e") == ["finish Completed"])
    }

    @Test func `results reach the params of tasks and the results of the Pipeline`() throws {
        var run = try RunScript(
            #"""
            {"pipelineSpec": {
              "tasks": [\#(task("a")), \#(task("b", uses: "a"))],
              "results": [{"name": "out", "value": "<$(tasks.a.results.r)>"}]}}
            """#
        )
        _ = run.start()
        #expect(run.end("a", results: ["r": .string("one")]) == ["start b"])
        #expect(run.started["b"]?.taskRun.spec["params"]?.elements.first?["value"]?.string == "one")
        _ = run.end("b")
        #expect(run.state.results == [RunResult(name: "out", value: .string("<one>"))])
        #expect(run.state.status["results"]?.elements.first?["value"]?.string == "<one>")
    }

    @Test(arguments: [(#""type": "array", "#, "Succeeded"), ("", "CouldntGetPipelineResult")])
    func `results of a matrix that no task uses are gathered for who asks for an array`(
        _ row: (type: String, end: String)
    ) throws {
        let matrix = #", "matrix": {"params": [{"name": "q", "value": ["x", "y"]}]}"#
        var run = try RunScript(
            #"""
            {"pipelineSpec": {
              "tasks": [\#(task("a", matrix))],
              "results": [{"name": "out", \#(row.type)"value": "$(tasks.a.results.r[*])"}]}}
            """#
        )
        _ = run.start()
        _ = run.end("a-0", results: ["r": .string("0")])
        #expect(run.end("a-1", results: ["r": .string("1")]) == ["finish \(row.end)"])
        let gathered = RunResult(name: "out", value: .array(["0", "1"]))
        #expect(run.state.results == (row.type.isEmpty ? [] : [gathered]))
    }

    @Test func `a result that failed to come ends the run in Tekton's words`() throws {
        var run = try RunScript(#"{"pipelineSpec": {"tasks": [\#(task("a")), \#(task("b", uses: "a"))]}}"#)
        _ = run.start()
        #expect(run.end("a") == ["finish PipelineValidationFailed"])
        #expect(run.state.condition.message.contains("completed successfully but did not emit the result \"r\""))
    }

    private func task(_ name: String, _ more: String = "", after: String..., uses: String? = nil) -> String {
        let runAfter = after.map { "\"\($0)\"" }.joined(separator: ", ")
        let params = uses.map { #", "params": [{"name": "p", "value": "$(tasks.\#($0).results.r)"}]"# } ?? ""
        return #"""
            {"name": "\#(name)", "runAfter": [\#(runAfter)]\#(params)\#(more), "taskSpec": {
              "params": [{"name": "p", "default": ""}], "results": [{"name": "r"}], "steps": [{"image": "i"}]}}
            """#
    }
}
