import Manifests
import TestSupport
import Testing
import Validation

struct RefusedDocument: Sendable, CustomTestStringConvertible {
    var yaml: MarkedYAML
    var messages: [String]
    var testDescription: String { yaml.text }

    init(_ text: String, _ messages: String..., version: String = "v1") {
        yaml = MarkedYAML("apiVersion: tekton.dev/\(version)\n\(text)")
        self.messages = messages
    }
}

@Suite struct `Admission of documents` {
    @Test(arguments: [
        RefusedDocument(
            "kind: Task\nmetadata: {name: a}\nspec: ↓{description: b}",
            "missing field(s): spec.steps"
        ),
        RefusedDocument(
            "kind: Task\nmetadata: {name: a}\nspec: {steps: [{name: ↓B_, image: c}]}",
            #"invalid value "B_": spec.steps[0].name"#
        ),
        RefusedDocument(
            "kind: Task\nmetadata: {name: ↓A}\nspec: {steps: [{image: c}]}",
            #"invalid resource name "A": must be a valid DNS label: metadata.name"#
        ),
        RefusedDocument(
            "kind: Task\nmetadata: {name: a}\nspec: {steps: [{image: b, script: ↓$(params.c)}]}",
            #"non-existent variable in "$(params.c)": spec.steps[0].script"#
        ),
        RefusedDocument(
            "kind: Pipeline\nmetadata: {name: a}\nspec: {tasks: [{name: b, taskRef: {name: c}, runAfter: ↓[d]}]}",
            "invalid value: couldn't add link between b and d: task b depends on d but d wasn't present in Pipeline: "
                + "spec.tasks"
        ),
        RefusedDocument(
            "kind: PipelineRun\nmetadata: {name: a}\nspec: {pipelineRef: {name: b}, taskRunSpecs: [{stepOverrides: [↓{resources: {}}]}]}",
            "missing field(s): spec.taskRunSpecs[0].stepOverrides[0].name",
            version: "v1beta1"
        ),
        RefusedDocument(
            "kind: Task\nmetadata: {name: a}\nspec: {steps: [{image: b}], resources: ↓{inputs: [{name: c}]}}",
            "must not set the field(s): spec.resources",
            version: "v1beta1"
        ),
        RefusedDocument(
            "kind: TaskRun\nmetadata: {name: a}\nspec: {taskRef: {name: b}, resources: ↓{inputs: [{name: c}]}}",
            "must not set the field(s): spec.resources",
            version: "v1beta1"
        ),
        RefusedDocument(
            "kind: Pipeline\nmetadata: {name: a}\nspec: {resources: ↓[{name: c}], tasks: [{name: b, taskRef: {name: c}, "
                + "resources: ↓{inputs: [{name: c}]}}]}",
            "must not set the field(s): spec.resources",
            "must not set the field(s): spec.tasks[0].resources",
            version: "v1beta1"
        ),
        RefusedDocument(
            "kind: PipelineRun\nmetadata: {name: a}\nspec: {pipelineRef: {name: b}, resources: ↓[{name: c}]}",
            "must not set the field(s): spec.resources",
            version: "v1beta1"
        ),
        RefusedDocument(
            "kind: PipelineRun\nmetadata: {name: a}\nspec: {pipelineSpec: {tasks: [{name: b, taskSpec: "
                + "{steps: [{image: c}], resources: ↓{inputs: [{name: c}]}}}]}}",
            "must not set the field(s): spec.pipelineSpec.tasks[0].taskSpec.resources",
            version: "v1beta1"
        ),
    ])
    func `what admission refuses is an error in Tekton's words at its place`(_ one: RefusedDocument) throws {
        var loader = ManifestLoader()
        _ = loader.load(text: one.yaml.text, file: one.yaml.file)
        let document = try #require(loader.set.documents.first)
        let found = Validator.validate(document, in: loader.set)
        #expect(found.map(\.message) == one.messages)
        #expect(found.map(\.place) == one.yaml.places)
    }

    @Test(arguments: [
        "{image: b, stdoutConfig: {path: /c}}", "{image: b, args: [$(step.artifacts.path)]}",
        #"{image: b, script: 'echo > "$(results.a-${i}.path)"'}"#,
    ])
    func `a step may use every feature unless the settings say otherwise`(_ step: String) throws {
        var loader = ManifestLoader()
        let text = "{apiVersion: tekton.dev/v1, kind: Task, metadata: {name: a}, spec: {steps: [\(step)]}}"
        #expect(loader.load(text: text, file: "test.yaml").isEmpty)
        let document = try #require(loader.set.documents.first)
        #expect(Validator.validate(document, in: loader.set).isEmpty)
        #expect(Validator.validate(document, in: loader.set, settings: AdmissionSettings()).count == 1)
    }

    @Test func `a document is judged as it was written, not as it was converted`() throws {
        var loader = ManifestLoader()
        let text = """
            apiVersion: tekton.dev/v1beta1
            kind: TaskRun
            metadata: {name: a}
            spec: {taskRef: {bundle: registry.example/b, name: c}}
            """
        #expect(loader.load(text: text, file: "test.yaml").isEmpty)
        let document = try #require(loader.set.documents.first)
        #expect(document.apiVersion == "tekton.dev/v1")
        #expect(
            Validator.validate(document, in: loader.set).map(\.message) == [
                "must not set the field(s): spec.taskRef.bundle"
            ]
        )
    }
}
