import Foundation
import Manifests
import Planning
import Runs
import Testing
import YAML

/// Pipelines and custom tasks as tasks of a Pipeline.
struct NestedRunTests {
    private static let nested = """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: leaf}
        spec: {steps: [{name: work, image: busybox, command: ["true"]}]}
        ---
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata: {name: inner}
        spec:
          params: [{name: who}]
          tasks:
            - {name: one, taskRef: {name: leaf}}
        ---
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: run}
        spec:
          pipelineSpec:
            tasks:
              - {name: inside, pipelineRef: {name: inner}, params: [{name: who, value: me}]}
              - name: embedded
                pipelineSpec: {tasks: [{name: two, taskRef: {name: leaf}}]}
                runAfter: [inside]
            finally:
              - {name: z, taskRef: {name: leaf}}
        """

    @Test func `a Pipeline inside a Pipeline is a run of its own`() async throws {
        let stage = Stage(Self.nested)
        let finished = try await stage.runPipeline()
        #expect(stage.runner.begun == ["run-inside-one", "run-embedded-two", "run-z"])
        #expect(finished.condition.message == "Tasks Completed: 3 (Failed: 0, Cancelled 0), Skipped: 0")
        let inner = try #require(finished.others.first { $0[path: "metadata", "name"]?.string == "run-inside" })
        #expect(inner["kind"]?.string == "PipelineRun")
        #expect(inner[path: "status", "conditions"]?.elements.first?["reason"]?.string == "Succeeded")
        #expect(inner[path: "metadata", "labels"]?["tekton.dev/pipeline"]?.string == "inner")
        let owner = inner[path: "metadata", "ownerReferences"]?.elements.first
        #expect(owner?["kind"]?.string == "PipelineRun")
        #expect(owner?["name"]?.string == "run")
        let references = finished.object[path: "status", "childReferences"]?.elements ?? []
        #expect(references.map { $0["kind"]?.string } == ["PipelineRun", "PipelineRun", "TaskRun"])
    }

    @Test func `what fails inside fails outside`() async throws {
        let stage = Stage(Self.nested, ["leaf": .fails])
        let finished = try await stage.runPipeline()
        #expect(stage.runner.begun == ["run-inside-one", "run-z"])
        #expect(finished.condition.reason == "Failed")
    }

    @Test func `stopping reaches what runs inside`() async throws {
        let stage = Stage(Self.nested, ["leaf": .runsOn])
        stage.whenStepStarts { [control = stage.control] in control.cancel(.cancelled) }
        let finished = try await stage.runPipeline()
        #expect(stage.runner.begun == ["run-inside-one"])
        #expect(finished.condition.reason == "Cancelled")
        #expect(finished.children.map(\.condition.reason) == ["TaskRunCancelled"])
    }

    @Test func `a Pipeline does not run inside itself`() async throws {
        let stage = Stage(
            """
            apiVersion: tekton.dev/v1
            kind: Pipeline
            metadata: {name: circle}
            spec: {tasks: [{name: again, pipelineRef: {name: circle}}]}
            ---
            apiVersion: tekton.dev/v1
            kind: PipelineRun
            metadata: {name: run}
            spec: {pipelineRef: {name: circle}}
            """
        )
        let finished = try await stage.runPipeline()
        #expect(finished.condition.reason == "CreateRunFailed")
        #expect(finished.condition.message.hasPrefix("detected cycle in pipeline-in-pipeline"))
    }

    // MARK: - Custom tasks

    private static func custom(_ task: String) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: leaf}
        spec:
          params: [{name: p}]
          steps: [{name: work, image: busybox, command: ["echo", $(params.p)]}]
        ---
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: run}
        spec:
          pipelineSpec:
            results: [{name: out, value: $(tasks.custom.results.answer)}]
            tasks:
              - {name: custom, \(task)}
              - {name: user, taskRef: {name: leaf}, params: [{name: p, value: $(tasks.custom.results.answer)}]}
        """
    }

    private static let expression =
        "taskRef: {apiVersion: cel.tekton.dev/v1alpha1, kind: CEL}, params: [{name: answer, value: 6 * 7}]"

    @Test func `expressions are worth their results`() async throws {
        let stage = Stage(Self.custom(Self.expression))
        let finished = try await stage.runPipeline()
        #expect(finished.condition.reason == "Succeeded")
        #expect(finished.object[path: "status", "results"]?.elements.first?["value"]?.string == "42")
        #expect(finished.children.first?.taskRun.spec["params"]?.elements.first?["value"]?.string == "42")
        let custom = try #require(finished.others.first)
        #expect(custom["apiVersion"]?.string == "tekton.dev/v1beta1")
        #expect(custom[path: "status", "conditions"]?.elements.first?["reason"]?.string == "EvaluationSuccess")
    }

    @Test func `an expression that is none fails its task`() async throws {
        let text = Self.expression.replacingOccurrences(of: "6 * 7", with: "'6 *'")
        let finished = try await Stage(Self.custom(text)).runPipeline()
        #expect(finished.condition.reason == "Failed")
        #expect(finished.children.isEmpty)
    }

    @Test func `a program gets the run and tells its status`() async throws {
        var stage = Stage(
            Self.custom("taskRef: {apiVersion: example.dev/v1, kind: Echo}, params: [{name: a, value: b}]")
        )
        let status = #"{"results": [{"name": "answer", "value": "yes"}]}"#
        try stage.surroundings.customTasks.add(
            parsing: "example.dev/v1/Echo=grep -q '\"name\":\"a\",\"value\":\"b\"' && echo '\(status)'"
        )
        let finished = try await stage.runPipeline()
        #expect(finished.condition.reason == "Succeeded")
        #expect(finished.object[path: "status", "results"]?.elements.first?["value"]?.string == "yes")
    }

    @Test func `a program that fails is tried again`() async throws {
        var stage = Stage(Self.custom("taskRef: {apiVersion: example.dev/v1, kind: Echo}, retries: 2"))
        try stage.surroundings.customTasks.add(parsing: "Echo=exit 3")
        let finished = try await stage.runPipeline()
        #expect(finished.condition.reason == "Failed")
        let status = try #require(finished.others.first?["status"])
        #expect(status["retriesStatus"]?.elements.count == 2)
        #expect(status["conditions"]?.elements.first?["message"]?.string == "the program ended with code 3")
    }

    @Test func `a wait ends when its time has come or its run is stopped`() async throws {
        let wait =
            "taskRef: {apiVersion: wait.testing.tekton.dev/v1beta1, kind: Wait}, params: [{name: duration, value: "
        let short = try await Stage(Self.custom(wait + "1ms}]")).runPipeline()
        #expect(
            short.others.first?[path: "status", "conditions"]?.elements.first?["reason"]?.string == "DurationElapsed"
        )
        let stage = Stage(Self.custom(wait + "10h}]"))
        stage.control.cancel(.cancelled)
        let finished = try await stage.runPipeline()
        #expect(finished.condition.reason == "Cancelled")
    }

    @Test(arguments: ["Echo", "=true", "Echo=", "example.dev/v1/=true"])
    func `an argument that names no program is refused`(_ argument: String) {
        var registry = CustomTaskRegistry()
        #expect(throws: ArgumentError.self) { try registry.add(parsing: argument) }
    }
}
