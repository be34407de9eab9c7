import Manifests
import TestSupport
import Testing
import Validation

@Suite struct `References to what is not among the manifests` {
    private static let others = """

        ---
        {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: task}, spec: {steps: [{ref: {name: action}}]}}
        ---
        {apiVersion: tekton.dev/v1beta1, kind: StepAction, metadata: {name: action}, spec: {image: i}}
        ---
        {apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: pipeline}, spec: {tasks: [{name: a, taskRef: {name: task}}]}}
        ---
        {apiVersion: tekton.dev/v1beta1, kind: ClusterTask, metadata: {name: everywhere}, spec: {steps: [{image: i}]}}
        ---
        {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: away, namespace: other}, spec: {steps: [{image: i}]}}
        """

    private func found(_ text: String) throws -> (found: [Diagnostic], yaml: MarkedYAML) {
        let yaml = MarkedYAML(text + Self.others)
        var loader = ManifestLoader()
        #expect(loader.load(text: yaml.text, file: yaml.file).isEmpty)
        let run = try #require(loader.set.documents.first { $0.metadata.name == "r" })
        return (MissingReferences.check(run, in: loader.set), yaml)
    }

    @Test(arguments: [
        (kind: "TaskRun", spec: "taskRef: {name: ↓none}", named: "Task \"none\""),
        (kind: "TaskRun", spec: "taskRef: {name: ↓away}", named: "Task \"away\""),
        (kind: "TaskRun", spec: "taskRef: {name: ↓task, kind: ClusterTask}", named: "ClusterTask \"task\""),
        (kind: "TaskRun", spec: "taskSpec: {steps: [{ref: {name: ↓none}}]}", named: "StepAction \"none\""),
        (kind: "PipelineRun", spec: "pipelineRef: {name: ↓task}", named: "Pipeline \"task\""),
        (
            kind: "PipelineRun", spec: "pipelineSpec: {tasks: [{name: a, taskRef: {name: ↓none}}]}",
            named: "Task \"none\""
        ),
        (
            kind: "PipelineRun", spec: "pipelineSpec: {tasks: [{name: a, pipelineRef: {name: ↓none}}]}",
            named: "Pipeline \"none\""
        ),
        (
            kind: "PipelineRun",
            spec: "pipelineRef: {resolver: cluster, params: [{name: kind, value: pipeline}, "
                + "{name: name, value: ↓none}, {name: namespace, value: default}]}",
            named: "Pipeline \"none\""
        ),
    ])
    func `a name of nothing is an error where it stands`(_ one: (kind: String, spec: String, named: String)) throws {
        let (found, yaml) = try found(
            "{apiVersion: tekton.dev/v1, kind: \(one.kind), metadata: {name: r}, spec: {\(one.spec)}}"
        )
        #expect(found.map(\.place) == yaml.places)
        #expect(found.map(\.rule) == ["DD3007"])
        #expect(found.first?.message.contains("no \(one.named) is among the manifests: spec.") == true)
        #expect(found.first?.severity == .error)
    }

    @Test(arguments: [
        (kind: "TaskRun", spec: "taskRef: {name: task}"),
        (kind: "TaskRun", spec: "taskRef: {name: everywhere, kind: ClusterTask}"),
        (kind: "TaskRun", spec: "taskRef: {name: none}, status: TaskRunCancelled"),
        (kind: "TaskRun", spec: "taskRef: {resolver: hub, params: [{name: name, value: none}]}"),
        (kind: "PipelineRun", spec: "pipelineRef: {name: pipeline}"),
        (kind: "PipelineRun", spec: "pipelineSpec: {tasks: [{name: a, taskRef: {name: $(params.b)}}]}"),
        (
            kind: "PipelineRun",
            spec: "pipelineSpec: {tasks: [{name: a, taskRef: {apiVersion: example.dev/v1, kind: Wait, name: none}}]}"
        ),
        (
            kind: "PipelineRun",
            spec: "pipelineRef: {resolver: cluster, params: [{name: kind, value: pipeline}, {name: name, value: none}]}"
        ),
        (
            kind: "TaskRun",
            spec: "taskRef: {resolver: cluster, params: [{name: name, value: away}, {name: namespace, value: other}]}"
        ),
    ])
    func `what is there, or may be elsewhere, is no error`(_ one: (kind: String, spec: String)) throws {
        let (found, _) = try found(
            "{apiVersion: tekton.dev/v1, kind: \(one.kind), metadata: {name: r}, spec: {\(one.spec)}}"
        )
        #expect(found.isEmpty)
    }

    @Test func `what a run reaches through others is looked at as well`() throws {
        let (found, yaml) = try found(
            """
            {apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {name: r}, spec: {pipelineRef: {name: outer}}}
            ---
            {apiVersion: tekton.dev/v1, kind: Pipeline, metadata: {name: outer}, spec: {tasks: [{name: a, taskRef: {name: ↓none}}]}}
            """
        )
        #expect(found.map(\.place) == yaml.places)
    }
}
