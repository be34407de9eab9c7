import Foundation
import Manifests
import Planning
import TestSupport
import Testing
import YAML

struct TaskRunsStatusTests {
    private let spec = TaskSpec(["steps": [["name": "a"], ["name": "b"]]])

    @Test func `a step that failed gives the condition, those skipped after it do not`() {
        let condition = TaskRunStatus.condition(
            steps: [ended("a", code: 3, as: "Error"), ended("b", code: 1, as: "Skipped")],
            spec: spec
        )
        #expect(
            condition
                == Condition(status: .failed, reason: "StepFailed", message: "\"step-a\" exited with code 3: Error")
        )
    }

    @Test func `a failure that does not count lets the TaskRun succeed`() {
        let steps = [ended("a", code: 3, as: "Continued"), ended("b", code: 0, as: "Completed")]
        #expect(TaskRunStatus.condition(steps: steps, spec: spec).reason == "Succeeded")
    }

    @Test func `a TaskRun whose steps have not all ended is running`() {
        #expect(
            TaskRunStatus.condition(steps: [ended("a", code: 0, as: "Completed")], spec: spec) == TaskRunStatus.running
        )
    }

    @Test func `a step that ran too long is named as such`() {
        let steps = [ended("a", code: 1, as: "TimeoutExceeded"), ended("b", code: 1, as: "Skipped")]
        let message = TaskRunStatus.condition(steps: steps, spec: spec).message
        #expect(message == "\"step-a\" exited because the step exceeded the specified timeout limit")
    }

    @Test func `want of memory explains a failure before an exit code does`() {
        let steps = [ended("a", code: 1, as: "Error"), ended("b", code: 137, as: "OOMKilled", reason: "OOMKilled")]
        let condition = TaskRunStatus.condition(steps: steps, spec: spec)
        #expect(condition.reason == "StepOOM")
        #expect(condition.message == "\"step-b\" exited with code 137: OOMKilled")
    }

    @Test func `a sidecar that failed beside a failed step is the reason, and alone is none`() {
        let sidecar = ended("db", code: 2, as: "", container: "sidecar-db")
        let failed = [ended("a", code: 1, as: "Error"), ended("b", code: 1, as: "Skipped")]
        #expect(TaskRunStatus.condition(steps: failed, sidecars: [sidecar], spec: spec).reason == "SidecarFailed")
        let fine = [ended("a", code: 0, as: "Completed"), ended("b", code: 0, as: "Completed")]
        #expect(TaskRunStatus.condition(steps: fine, sidecars: [sidecar], spec: spec).reason == "Succeeded")
    }

    @Test func `a failure that the Pipeline lets pass keeps its message`() {
        let failed = Condition(status: .failed, reason: "StepFailed", message: "x")
        #expect(TaskRunStatus.ignored(failed) == Condition(status: .failed, reason: "FailureIgnored", message: "x"))
        let fine = Condition(status: .succeeded, reason: "Succeeded", message: "y")
        #expect(TaskRunStatus.ignored(fine) == fine)
    }

    @Test func `a status shows the last attempt, and the earlier ones as retries`() throws {
        let start = Date(timeIntervalSince1970: 1_000_000_000.9)
        let end = Date(timeIntervalSince1970: 1_000_000_005)
        var attempt = TaskRunRecord(
            startedAt: start,
            completedAt: end,
            condition: Condition(status: .failed, reason: "StepFailed", message: "m"),
            podName: TaskRunRecord.podName(of: "run", retry: 0),
            steps: [ended("a", code: 1, as: "Error")]
        )
        let first = attempt
        attempt.condition = Condition(status: .succeeded, reason: "Succeeded", message: "ok")
        attempt.podName = TaskRunRecord.podName(of: "run", retry: 1)
        attempt.results = [RunResult(name: "r", value: .array(["x"]))]
        attempt.steps[0].results = [RunResult(name: "own", value: .string("v"))]
        attempt.steps[0].containerID = "abc"
        let status = TaskRunStatus.node([first, attempt])
        let expected = try JSONReader.read(
            """
            {"conditions": [{"type": "Succeeded", "status": "True", "reason": "Succeeded", "message": "ok",
                             "lastTransitionTime": "2001-09-09T01:46:45Z"}],
             "podName": "run-pod-retry1",
             "startTime": "2001-09-09T01:46:40Z", "completionTime": "2001-09-09T01:46:45Z",
             "steps": [{"name": "a", "container": "step-a", "terminationReason": "Error",
                        "terminated": {"containerID": "docker://abc", "exitCode": 1, "reason": "Error",
                                       "startedAt": "1970-01-01T00:00:01Z", "finishedAt": "1970-01-01T00:00:02Z"},
                        "results": [{"name": "own", "type": "string", "value": "v"}]}],
             "results": [{"name": "r", "type": "array", "value": ["x"]}],
             "retriesStatus": [{
               "conditions": [{"type": "Succeeded", "status": "False", "reason": "StepFailed", "message": "m",
                               "lastTransitionTime": "2001-09-09T01:46:45Z"}],
               "podName": "run-pod",
               "startTime": "2001-09-09T01:46:40Z", "completionTime": "2001-09-09T01:46:45Z",
               "steps": [{"name": "a", "container": "step-a", "terminationReason": "Error",
                          "terminated": {"exitCode": 1, "reason": "Error",
                                         "startedAt": "1970-01-01T00:00:01Z", "finishedAt": "1970-01-01T00:00:02Z"}}]
             }]}
            """
        )
        #expect(differences(status, expected) == [])
    }

    @Test func `a status shows the Task as it was carried out, and what it made`() throws {
        let taskRun = Document([
            "apiVersion": "tekton.dev/v1", "kind": "TaskRun", "metadata": ["name": "run"],
            "spec": [
                "params": [["name": "p", "value": "v"]],
                "taskSpec": ["params": [["name": "p"]], "steps": [["image": "i", "script": "echo $(params.p)"]]],
            ],
        ])
        let plan = try TaskRunPlanner.plan(taskRun, task: nil, manifests: ManifestSet(), retry: 0).get()
        var record = TaskRunRecord(
            startedAt: Date(timeIntervalSince1970: 0),
            completedAt: nil,
            condition: Condition(status: .running, reason: "Running", message: ""),
            plan: plan
        )
        let made: YAMLNode = ["outputs": [["name": "o", "buildOutput": true, "values": [["uri": "pkg:a"]]]]]
        record.artifacts = try #require(Artifacts(json: made.jsonText()))
        let status = TaskRunStatus.node([record])
        #expect(status[path: "taskSpec", "steps"]?.elements.first?["script"] == "echo v")
        #expect(status["artifacts"] == made)
        #expect(status[path: "provenance", "featureFlags", "enableAPIFields"] == "alpha")
    }

    @Test func `a container shows its image and its state`() throws {
        let states = [
            ContainerState(
                name: "a",
                container: "step-a",
                imageID: "i@sha256:1",
                phase: .waiting(reason: "R", message: "m")
            ),
            ContainerState(
                name: "b",
                container: "step-b",
                imageID: "",
                phase: .running(startedAt: Date(timeIntervalSince1970: 1))
            ),
            ContainerState(
                name: "c",
                container: "step-c",
                imageID: "",
                phase: .terminated(.init(exitCode: 1, reason: "Error", message: "m"))
            ),
        ]
        var record = TaskRunRecord(
            startedAt: Date(timeIntervalSince1970: 0),
            completedAt: nil,
            condition: Condition(status: .running, reason: "Running", message: "")
        )
        (record.steps, record.sidecars) = (states, states)
        let status = TaskRunStatus.node([record])
        for list in ["steps", "sidecars"] {
            let nodes = status[list]?.elements ?? []
            #expect(nodes.map { $0["imageID"]?.string } == ["i@sha256:1", nil, nil])
            #expect(nodes.first?["waiting"] == ["reason": "R", "message": "m"])
            #expect(nodes.dropFirst().first?["running"] == ["startedAt": "1970-01-01T00:00:01Z"])
            #expect(nodes.last?["terminated"]?["message"] == "m")
        }
    }

    private func ended(
        _ name: String,
        code: Int,
        as terminationReason: String,
        container: String? = nil,
        reason: String? = nil
    ) -> ContainerState {
        ContainerState(
            name: name,
            container: container ?? "step-\(name)",
            imageID: "",
            phase: .terminated(
                .init(
                    exitCode: code,
                    reason: reason ?? (code == 0 ? "Completed" : "Error"),
                    startedAt: Date(timeIntervalSince1970: 1),
                    finishedAt: Date(timeIntervalSince1970: 2)
                )
            ),
            terminationReason: terminationReason
        )
    }
}
