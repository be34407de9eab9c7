import Manifests
import Planning
import Runs
import Synchronization
import Testing
import YAML

/// References that are answered while a run is under way.
struct ReferenceDrivingTests {
    private static let task: Document = {
        let spec: YAMLNode = ["steps": [["name": "s", "image": "i"]]]
        return Document(["apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": ["name": "brought"], "spec": spec])
    }()

    private static let manifest = """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: p}
        spec:
          pipelineSpec:
            tasks: [{name: a, taskRef: {resolver: http, params: [{name: url, value: "http://h"}]}}]
        """

    @Test func `a run asks what its references lead to, and shows it`() async throws {
        let stage = Stage(Self.manifest)
        var surroundings = stage.surroundings
        let source = RefSource(uri: "http://h", digest: ["sha256": "1"])
        let asked = Mutex<[String]>([])
        surroundings.resolve = { reference in
            asked.withLock { $0.append(reference.summary) }
            return .found(Self.task, source)
        }
        let finished = try await PipelineRunner(surroundings: surroundings).run(
            try stage.document("PipelineRun"),
            uid: "uid-1"
        )
        #expect(finished.condition.status == .succeeded, "\(finished.condition.message)")
        #expect(asked.withLock { Set($0) } == ["http url=http://h"])
        let child = try #require(finished.children.first)
        let status = RunObjects.object(of: child)["status"]
        #expect(status?[path: "provenance", "refSource"] == source.node)
    }

    @Test func `a run is told once, with its tasks, when its references are answered`() async throws {
        let stage = Stage(
            """
            apiVersion: tekton.dev/v1
            kind: PipelineRun
            metadata: {name: p}
            spec: {pipelineRef: {resolver: http, params: [{name: url, value: "http://p"}]}}
            """
        )
        var surroundings = stage.surroundings
        let pipeline = Document([
            "apiVersion": "tekton.dev/v1", "kind": "Pipeline", "metadata": ["name": "brought"],
            "spec": [
                "tasks": [
                    ["name": "a", "taskRef": ["resolver": "http"]], ["name": "b", "taskRef": ["resolver": "http"]],
                    ["name": "c", "taskRef": ["resolver": "hub"]],
                ]
            ],
        ])
        surroundings.resolve = { reference in
            .found(reference.params.isEmpty ? Self.task : pipeline, RefSource(uri: "http://h", digest: [:]))
        }
        let told = Mutex<[[String]]>([])
        surroundings.sink = { event in
            guard case .runStarted(_, _, _, let tasks) = event.kind else { return }
            told.withLock { $0.append(tasks) }
        }
        let finished = try await PipelineRunner(surroundings: surroundings).run(
            try stage.document("PipelineRun"),
            uid: "uid-1"
        )
        #expect(finished.condition.status == .succeeded, "\(finished.condition.message)")
        #expect(stage.runner.begun.sorted() == ["p-a", "p-b", "p-c"])
        #expect(told.withLock { $0 } == [["a", "b", "c"]])
        let source = finished.object[path: "status", "provenance", "refSource"]
        #expect(source == RefSource(uri: "http://h", digest: [:]).node)
    }

    @Test func `a Pipeline that is a task asks what its own references lead to`() async throws {
        let stage = Stage(
            """
            apiVersion: tekton.dev/v1
            kind: PipelineRun
            metadata: {name: p}
            spec: {pipelineSpec: {tasks: [{name: inner, pipelineRef: {resolver: hub}}]}}
            """
        )
        var surroundings = stage.surroundings
        let pipeline = Document([
            "apiVersion": "tekton.dev/v1", "kind": "Pipeline", "metadata": ["name": "brought"],
            "spec": ["tasks": [["name": "a", "taskRef": ["resolver": "http"]]]],
        ])
        surroundings.resolve = { reference in
            .found(reference.resolver == "hub" ? pipeline : Self.task, RefSource(uri: "http://h", digest: [:]))
        }
        let finished = try await PipelineRunner(surroundings: surroundings).run(
            try stage.document("PipelineRun"),
            uid: "uid-1"
        )
        #expect(finished.condition.status == .succeeded, "\(finished.condition.message)")
        #expect(stage.runner.begun == ["p-inner-a"])
    }

    @Test func `a reference that leads nowhere fails the run`() async throws {
        let stage = Stage(Self.manifest)
        var surroundings = stage.surroundings
        surroundings.resolve = { _ in .failed(.resource(resolver: "Http", "why")) }
        let finished = try await PipelineRunner(surroundings: surroundings).run(
            try stage.document("PipelineRun"),
            uid: "uid-1"
        )
        #expect(finished.condition.reason == "CouldntGetTask")
        #expect(finished.condition.message.contains("\": why"))
        #expect(finished.children.isEmpty)
    }

    @Test func `what keeps drydock from finding out is thrown`() async throws {
        struct Away: Error {}
        let stage = Stage(Self.manifest)
        var surroundings = stage.surroundings
        surroundings.resolve = { _ in throw Away() }
        let run = try stage.document("PipelineRun")
        await #expect(throws: Away.self) { try await PipelineRunner(surroundings: surroundings).run(run, uid: "u") }
    }
}
