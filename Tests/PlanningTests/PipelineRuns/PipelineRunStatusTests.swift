import Foundation
import Manifests
import Planning
import TestSupport
import Testing
import YAML

struct PipelineRunStatusTests {
    @Test func `a status tells when what began and ended, what ran and what did not`() throws {
        var run = try RunScript(
            #"""
            {"pipelineSpec": {
               "results": [{"name": "out", "value": "$(tasks.a.results.r)"}],
               "tasks": [
                 {"name": "a", "displayName": "First", "when": [{"input": "x", "operator": "in", "values": ["x"]}],
                  "taskSpec": {"results": [{"name": "r"}], "steps": [{"image": "i"}]}},
                 {"name": "b", "when": [{"input": "x", "operator": "in", "values": ["y"]}],
                  "taskSpec": {"steps": [{"image": "i"}]}}],
               "finally": [{"name": "c", "taskSpec": {"steps": [{"image": "i"}]}}]}}
            """#
        )
        _ = run.start()
        _ = run.wake(at: 10)
        _ = run.end("a", results: ["r": .string("v")])
        _ = run.wake(at: 20)
        _ = run.end("c")
        let status = run.state.status
        #expect(
            differences(
                status["conditions"],
                [
                    [
                        "type": "Succeeded", "status": "True", "reason": "Completed",
                        "message": "Tasks Completed: 2 (Failed: 0, Cancelled 0), Skipped: 1",
                        "lastTransitionTime": "2027-01-15T08:00:20Z",
                    ]
                ]
            ) == []
        )
        #expect(status["startTime"] == "2027-01-15T08:00:00Z")
        #expect(status["finallyStartTime"] == "2027-01-15T08:00:10Z")
        #expect(status["completionTime"] == "2027-01-15T08:00:20Z")
        #expect(status["results"] == [["name": "out", "value": "v"]])
        #expect(
            status["childReferences"] == [
                [
                    "apiVersion": "tekton.dev/v1", "kind": "TaskRun", "name": "run-a", "pipelineTaskName": "a",
                    "displayName": "First", "whenExpressions": [["input": "x", "operator": "in", "values": ["x"]]],
                ],
                ["apiVersion": "tekton.dev/v1", "kind": "TaskRun", "name": "run-c", "pipelineTaskName": "c"],
            ]
        )
        #expect(
            status["skippedTasks"] == [
                [
                    "name": "b", "reason": "When Expressions evaluated to false",
                    "whenExpressions": [["input": "x", "operator": "in", "values": ["y"]]],
                ]
            ]
        )
        #expect(status[path: "pipelineSpec", "tasks"]?.elements.map { $0["name"]?.string } == ["a", "b"])
        #expect(status[path: "provenance", "featureFlags"] != nil)
    }
}
