import Foundation
import Manifests
import Planning
import Testing

struct OpenReferencesTests {
    private func manifests(_ text: String) -> ManifestSet {
        var loader = ManifestLoader()
        let problems = loader.load(text: text, file: "m.yaml")
        #expect(problems.isEmpty)
        return loader.set
    }

    private func run(_ manifests: ManifestSet, _ kind: String) throws -> Document {
        try #require(manifests.all(kind: kind).first)
    }

    private func document(_ text: String) throws -> Document { try #require(manifests(text).documents.first) }

    private func reference(_ resolver: String, _ params: KeyValuePairs<String, String>) -> ResolverReference {
        ResolverReference(
            resolver: resolver,
            params: params.map { Param(name: $0.key, value: .string($0.value)) },
            namespace: "default"
        )
    }

    /// What a run waits for when it starts.
    private func awaited(by run: Document, _ manifests: ManifestSet) -> [ResolverReference] {
        var state = PipelineRunState(run: run, manifests: manifests, uid: "")
        _ = state.start(at: .distantPast)
        return state.openReferences
    }

    private let source = RefSource(uri: "u", digest: ["sha256": "1"])

    @Test func `the references of a run come one after the other, as answers bring them`() throws {
        var known = manifests(
            """
            apiVersion: tekton.dev/v1
            kind: PipelineRun
            metadata: {name: p}
            spec:
              params: [{name: file, value: a.yaml}]
              pipelineRef:
                resolver: git
                params:
                  - {name: pathInRepo, value: $(params.file)}
                  - {name: revision, value: $(context.pipelineRun.name)}
            """
        )
        let run = try run(known, "PipelineRun")
        let first = reference("git", ["pathInRepo": "a.yaml", "revision": "p"])
        #expect(OpenReferences.foreseeable(of: run, in: known) == [first])
        let pipeline = try document(
            """
            apiVersion: tekton.dev/v1
            kind: Pipeline
            metadata: {name: remote}
            spec:
              params: [{name: file, default: b.yaml}, {name: host, default: "http://h"}]
              tasks:
                - {name: a, taskRef: {resolver: http, params: [{name: url, value: "$(params.host)/$(params.file)"}]}}
                - {name: b, taskRef: {resolver: http, params: [{name: url, value: "$(params.host)/$(params.file)"}]}}
                - name: c
                  params: [{name: action, value: act.yaml}]
                  taskSpec:
                    params: [{name: action}, {name: from, default: "http://s"}]
                    steps:
                      - {name: s, ref: {resolver: http, params: [{name: url, value: "$(params.from)/$(params.action)"}]}}
            """
        )
        known.resolutions[first] = .found(pipeline, source)
        let second = reference("http", ["url": "http://h/a.yaml"])
        #expect(OpenReferences.foreseeable(of: run, in: known) == [second])
        let task = try document(
            """
            apiVersion: tekton.dev/v1
            kind: Task
            metadata: {name: t}
            spec: {steps: [{name: s, image: i}]}
            """
        )
        known.resolutions[second] = .found(task, source)
        let third = reference("http", ["url": "http://s/act.yaml"])
        #expect(OpenReferences.foreseeable(of: run, in: known) == [third])
        known.resolutions[third] = .failed(.unusable("broken"))
        #expect(OpenReferences.foreseeable(of: run, in: known).isEmpty)
        #expect(awaited(by: run, known).isEmpty)
    }

    @Test func `a TaskRun's params stand in its reference`() throws {
        let known = manifests(
            """
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata: {name: t}
            spec:
              params: [{name: file, value: a.yaml}]
              taskRef:
                resolver: git
                params: [{name: pathInRepo, value: "$(params.file)"}, {name: revision, value: "$(context.taskRun.name)"}]
            """
        )
        let expected = [reference("git", ["pathInRepo": "a.yaml", "revision": "t"])]
        #expect(OpenReferences.foreseeable(of: try run(known, "TaskRun"), in: known) == expected)
    }

    @Test func `what depends on results is left for later, and asked for as it stands when the run starts`() throws {
        let known = manifests(
            """
            apiVersion: tekton.dev/v1
            kind: PipelineRun
            metadata: {name: p}
            spec:
              pipelineSpec:
                tasks:
                  - {name: a, taskSpec: {results: [{name: r}], steps: [{name: s, image: i}]}}
                  - {name: b, runAfter: [a], taskRef: {resolver: http, params: [{name: url, value: $(tasks.a.results.r)}]}}
            """
        )
        let run = try run(known, "PipelineRun")
        #expect(OpenReferences.foreseeable(of: run, in: known).isEmpty)
        let asked = reference("http", ["url": "$(tasks.a.results.r)"])
        #expect(awaited(by: run, known) == [asked])
    }

    @Test func `Pipelines as tasks are gone into, and none into itself`() throws {
        var known = manifests(
            """
            apiVersion: tekton.dev/v1
            kind: Pipeline
            metadata: {name: outer}
            spec:
              tasks:
                - {name: inner, pipelineRef: {resolver: http, params: [{name: url, value: "http://h/p"}]}}
                - {name: again, pipelineRef: {resolver: http, params: [{name: url, value: "http://h/p"}]}}
            ---
            apiVersion: tekton.dev/v1
            kind: PipelineRun
            metadata: {name: p}
            spec: {pipelineRef: {name: outer}}
            """
        )
        let run = try run(known, "PipelineRun")
        let first = reference("http", ["url": "http://h/p"])
        #expect(OpenReferences.foreseeable(of: run, in: known) == [first])
        known.resolutions[first] = .found(
            try document(
                """
                apiVersion: tekton.dev/v1
                kind: Pipeline
                metadata: {name: brought}
                spec:
                  tasks:
                    - {name: a, taskSpec: {steps: [{name: s, ref: {resolver: http, params: [{name: url, value: "http://h/s"}]}}]}}
                    - {name: b, pipelineRef: {name: outer}}
                    - {name: c, pipelineRef: {name: outer}}
                """
            ),
            source
        )
        #expect(OpenReferences.foreseeable(of: run, in: known) == [reference("http", ["url": "http://h/s"])])
        #expect(awaited(by: run, known).isEmpty)
    }

    // MARK: - What answers come to

    private static let taskRun = """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: t}
        spec: {taskRef: {resolver: http, params: [{name: url, value: "http://h/a"}]}}
        """

    @Test func `a Task that was brought is planned, and shows where it came from`() throws {
        var known = manifests(Self.taskRun)
        let task = try document(
            """
            apiVersion: tekton.dev/v1
            kind: Task
            metadata: {name: brought}
            spec: {steps: [{name: s, image: i}]}
            """
        )
        known.resolutions[reference("http", ["url": "http://h/a"])] = .found(task, source)
        let plan = try TaskRunPlanner.plan(try run(known, "TaskRun"), task: nil, manifests: known, retry: 0).get()
        #expect(plan.taskName == "brought")
        #expect(plan.source == source)
        #expect(plan.labels["tekton.dev/task"] == "brought")
    }

    @Test(arguments: [
        (ResolutionFailure.invalidRequest("why"), "TaskRunResolutionFailed", "error requesting remote resource: "),
        (.resource(resolver: "Http", "why"), "TaskRunResolutionFailed", "error requesting remote resource: "),
        (.unusable("invalid runtime object: why"), "TaskRunResolutionFailed", "invalid runtime object: why"),
        (.refused(name: "n", "why"), "TaskValidationFailed", "validation failed for referenced object n: "),
    ])
    func `a failure becomes Tekton's`(_ failure: ResolutionFailure, _ reason: String, _ start: String) throws {
        var known = manifests(Self.taskRun)
        known.resolutions[reference("http", ["url": "http://h/a"])] = .failed(failure)
        let plan = TaskRunPlanner.plan(try run(known, "TaskRun"), task: nil, manifests: known, retry: 0)
        guard case .failure(let refusal) = plan else {
            Issue.record("it was planned")
            return
        }
        #expect(refusal.reason == reason)
        #expect(refusal.message.hasPrefix(start))
        #expect(refusal.message.contains("why"))
    }

    @Test func `a Pipeline is no Task`() throws {
        var known = manifests(Self.taskRun)
        let pipeline = try document(
            "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: p}\nspec: {tasks: []}\n"
        )
        known.resolutions[reference("http", ["url": "http://h/a"])] = .found(pipeline, source)
        let plan = TaskRunPlanner.plan(try run(known, "TaskRun"), task: nil, manifests: known, retry: 0)
        guard case .failure(let refusal) = plan else {
            Issue.record("it was planned")
            return
        }
        #expect(refusal.message == "resource is not a task")
    }

    @Test func `a StepAction that was brought is put into its step, and shows where it came from`() throws {
        var known = manifests(
            """
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata: {name: t}
            spec:
              params: [{name: host, value: "http://h"}]
              taskSpec:
                steps:
                  - {name: plain, image: i}
                  - {name: act, ref: {resolver: http, params: [{name: url, value: "$(params.host)/a"}]}}
            """
        )
        let asked = reference("http", ["url": "http://h/a"])
        let run = try run(known, "TaskRun")
        #expect(OpenReferences.foreseeable(of: run, in: known) == [asked])
        known.resolutions[asked] = .found(
            try document(
                """
                apiVersion: tekton.dev/v1beta1
                kind: StepAction
                metadata: {name: act}
                spec: {image: brought, script: echo}
                """
            ),
            source
        )
        let plan = try TaskRunPlanner.plan(run, task: nil, manifests: known, retry: 0).get()
        #expect(plan.spec.steps.map(\.container.image) == ["i", "brought"])
        #expect(plan.stepSources == ["act": source])
        known.resolutions[asked] = .failed(.resource(resolver: "Http", "why"))
        guard case .failure(let refusal) = TaskRunPlanner.plan(run, task: nil, manifests: known, retry: 0) else {
            Issue.record("it was planned")
            return
        }
        #expect(refusal.reason == "TaskRunResolutionFailed")
        #expect(
            refusal.message
                == "failed to resolve step ref for step \"act\" (index 1): error requesting remote resource: "
                + "error getting \"Http\" \"\(asked.requestKey(for: "t"))\": why"
        )
    }
}
