import Manifests
import TestSupport
import Testing
import Validation

/// A document in which `↓` stands before what is reported.
struct MarkedDocument: Sendable, CustomTestStringConvertible {
    var rules: [String]
    var yaml: MarkedYAML
    var testDescription: String { "\(rules) \(yaml.text)" }

    init(_ rules: String..., text: String) {
        self.rules = rules
        yaml = MarkedYAML(text)
    }

    static func task(_ rules: String..., spec: String) -> MarkedDocument {
        document(rules, "kind: Task, spec: {\(spec)}")
    }

    static func pipelineTask(_ rules: String..., task: String) -> MarkedDocument {
        document(rules, "kind: Pipeline, spec: {tasks: [{name: a, \(task)}]}")
    }

    static func pipeline(_ rules: String..., spec: String) -> MarkedDocument {
        document(rules, "kind: Pipeline, spec: {\(spec)}")
    }

    static func run(_ rules: String..., kind: String = "TaskRun", spec: String) -> MarkedDocument {
        document(rules, "kind: \(kind), spec: {\(spec)}")
    }

    private static func document(_ rules: [String], _ body: String) -> MarkedDocument {
        var document = MarkedDocument(text: "{apiVersion: tekton.dev/v1, metadata: {name: a}, \(body)}")
        document.rules = rules
        return document
    }

    func loaded() throws -> Document {
        var loader = ManifestLoader()
        #expect(loader.load(text: yaml.text, file: yaml.file).isEmpty)
        return try #require(loader.set.documents.first)
    }
}

@Suite struct `What is not carried out` {
    @Test(arguments: [
        MarkedDocument.pipelineTask("DD3002", task: "taskRef: ↓{name: b, kind: Wait, apiVersion: example.dev/v1}"),
        .pipelineTask("DD3002", task: "taskSpec: ↓{kind: Wait, apiVersion: example.dev/v1, spec: {ref: {}}}"),
        .pipelineTask("DD3003", task: "taskRef: {resolver: git, params: [↓{name: repo, value: r}]}"),
        .pipelineTask("DD3006", task: "taskRef: {resolver: ↓mine}"),
        .pipelineTask("DD3006", task: "pipelineRef: {resolver: ↓mine}"),
        .run("DD3006", spec: "taskRef: {resolver: ↓mine}"),
        .run("DD3006", kind: "PipelineRun", spec: "pipelineRef: {resolver: ↓mine}"),
        .task("DD3006", spec: "steps: [{ref: {resolver: ↓mine}}]"),
        .task("DD3021", spec: "steps: [{image: b, volumeDevices: ↓[{name: c, devicePath: /d}]}]"),
        .task("DD3022", spec: "steps: [{image: b, env: [{name: c, valueFrom: {fileKeyRef: ↓{key: d}}}]}]"),
        .run("DD3022", spec: "podTemplate: {env: [{name: c, valueFrom: {fileKeyRef: ↓{key: d}}}]}"),
        .task(
            "DD3027",
            spec: "steps: [{image: b, env: [{name: c, valueFrom: {resourceFieldRef: "
                + "{resource: limits.cpu, containerName: ↓d}}}]}]"
        ),
        .task(
            "DD3028",
            spec: "volumes: [{name: b, downwardAPI: {items: [{path: c, resourceFieldRef: ↓{resource: limits.cpu}}]}}]"
        ),
        .task("DD3023", spec: "stepTemplate: {volumeMounts: [{name: b, mountPath: /c, subPathExpr: ↓d}]}"),
        .task("DD3024", spec: "sidecars: [{name: b, image: c, lifecycle: ↓{preStop: {sleep: {seconds: 1}}}}]"),
        .task("DD3025", spec: "volumes: [{name: b, nfs: ↓{server: c, path: /d}}]"),
        .run("DD3025", spec: "workspaces: [{name: b, csi: ↓{driver: c}}]"),
        .task("DD3026", spec: "volumes: [{name: b, projected: {sources: [{serviceAccountToken: ↓{path: c}}]}}]"),
        .run("DD3034", spec: "podTemplate: {nodeSelector: {kubernetes.io/os: ↓windows}}"),
        .run(
            "DD3034",
            kind: "PipelineRun",
            spec: "taskRunSpecs: [{pipelineTaskName: b, podTemplate: {affinity: {nodeAffinity: "
                + "{requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: "
                + "[{key: c, operator: Exists}, ↓{key: kubernetes.io/os, operator: In, values: [windows]}]}]}}}}}]"
        ),
        .run(
            "DD3034",
            spec: "podTemplate: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                + "{nodeSelectorTerms: [{matchExpressions: [↓{key: kubernetes.io/os, operator: NotIn, values: [linux]}]}]}}}}"
        ),
        .run("DD3033", kind: "PipelineRun", spec: "managedBy: ↓example.dev/controller"),
        .run(
            "DD3006",
            kind: "PipelineRun",
            spec: "pipelineSpec: {finally: [{taskSpec: {steps: [{ref: {resolver: ↓mine}}]}}]}"
        ),
        MarkedDocument(
            "DD3023",
            text: "{apiVersion: tekton.dev/v1beta1, kind: StepAction, metadata: {name: a}, "
                + "spec: {image: b, volumeMounts: [{name: c, mountPath: /d, subPathExpr: ↓e}]}}"
        ),
    ])
    func `what is not carried out is an error at its place`(_ one: MarkedDocument) throws {
        let found = Unsupported.check(try one.loaded())
        #expect(found.map(\.rule) == one.rules)
        #expect(found.map(\.place) == one.yaml.places)
        #expect(found.allSatisfy { $0.severity == .error })
    }

    @Test(arguments: [
        MarkedDocument.pipelineTask(task: "taskRef: {name: b, kind: Task}, matrix: {params: [{name: c, value: [d]}]}"),
        .pipelineTask(task: "taskRef: {name: b}, when: [{cel: 'true'}]"),
        .pipelineTask(task: "pipelineRef: {name: b}"),
        .pipelineTask(task: "taskSpec: {steps: [{image: b, script: 'a $(tasks.c.outputs.d)'}]}"),
        .pipelineTask(task: "pipelineSpec: {tasks: [{name: b, taskRef: {name: c}}]}"),
        .pipelineTask(task: "taskRef: {name: b, kind: ClusterTask}, retries: 2, timeout: 1h, onError: continue"),
        .task(spec: "steps: [{image: b, results: [{name: c}], stdoutConfig: {path: /d}}]"),
        .task(spec: "steps: [{ref: {name: b}, params: [{name: c, value: $(steps.d.results.e)}]}]"),
        .task(spec: "steps: [{image: b, when: [{input: $(steps.d.results.e), operator: in, values: [d]}]}]"),
        .task(spec: "steps: [{image: b, env: [{name: c, value: $(steps.d.results.e)}], args: [$(steps.c.outputs.d)]}]"),
        .task(spec: "results: [{name: b, value: $(steps.c.results.d)}], steps: [{name: c, image: b}]"),
        .task(spec: "volumes: [{name: b}, {name: c, emptyDir: {}}, {name: d, hostPath: {path: /e}}]"),
        .run(spec: "debug: {breakpoints: {onFailure: enabled}}, status: TaskRunCancelled"),
        .task(spec: "params: [{name: b, type: object, properties: {c: {}}}]"),
        .run(spec: "podTemplate: {nodeSelector: {kubernetes.io/os: linux, kubernetes.io/arch: arm64}}"),
        .run(
            spec: "podTemplate: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                + "{nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}]}, "
                + "{matchExpressions: [{key: kubernetes.io/os, operator: In, values: [linux, windows]}]}]}}}}"
        ),
        .run(kind: "PipelineRun", spec: "managedBy: tekton.dev/pipeline, status: PipelineRunPending"),
        MarkedDocument(
            text: "{apiVersion: v1, kind: Secret, metadata: {name: a}, spec: {steps: [{ref: {resolver: b}}]}}"
        ),
    ])
    func `what is carried out is not reported`(_ one: MarkedDocument) throws {
        #expect(Unsupported.check(try one.loaded()).isEmpty)
    }

    @Test func `a custom task is carried out where somebody carries out its kind`() throws {
        let document = try MarkedDocument.pipelineTask(
            task: "taskRef: {name: b, kind: Wait, apiVersion: example.dev/v1}"
        ).loaded()
        #expect(Unsupported.check(document) { $0 == "example.dev/v1" && $1 == "Wait" }.isEmpty)
        #expect(Unsupported.check(document) { $0 == "example.dev/v2" && $1 == "Wait" }.map(\.rule) == ["DD3002"])
    }

    @Test func `all that a run refers to counts, and nothing else`() throws {
        let yaml = MarkedYAML(
            """
            {apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {name: run}, spec: {pipelineRef: {name: p}}}
            ---
            {apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: p}, spec: {tasks: [
              {name: a, taskRef: {name: used}}, {name: b, taskRef: {name: used}}, {name: c, taskRef: {name: gone}}]}}
            ---
            {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: used}, spec: {steps: [{ref: {name: x}}, {ref: {resolver: ↓mine}}]}}
            ---
            {apiVersion: tekton.dev/v1beta1, kind: StepAction, metadata: {name: x}, spec: {image: i, volumeMounts: [
              {name: c, mountPath: /d, subPathExpr: ↓e}]}}
            ---
            {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: unused}, spec: {steps: [{ref: {resolver: mine}}]}}
            ---
            {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: used, namespace: z}, spec: {steps: [{ref: {resolver: mine}}]}}
            """
        )
        var loader = ManifestLoader()
        #expect(loader.load(text: yaml.text, file: yaml.file).isEmpty)
        let run = try #require(loader.set.all(kind: "PipelineRun").first)
        #expect(Unsupported.check(run, in: loader.set).map(\.place) == yaml.places)
    }

    @Test func `the message names the path`() throws {
        let found = Unsupported.check(
            try MarkedDocument.task(spec: "steps: [{image: b}, {ref: {resolver: c}}]").loaded()
        )
        #expect(
            found.map(\.message) == [
                "only bundles, cluster, git, http and hub are resolvers here: spec.steps[1].ref.resolver"
            ]
        )
        #expect(found.map(\.path) == ["spec.steps[1].ref.resolver"])
    }
}
