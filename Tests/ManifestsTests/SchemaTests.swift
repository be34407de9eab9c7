import Manifests
import TestSupport
import Testing
import YAML

struct SchemaCase: Sendable, CustomTestStringConvertible {
    var document: String
    var expected: [String]
    var testDescription: String { document }
}

private func task(_ spec: String) -> String {
    #"{"apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": {"name": "t"}, "spec": \#(spec)}"#
}

@Suite struct `Schema of documents` {
    @Test(arguments: [
        SchemaCase(
            document: task(#"{"steps": [{"imge": "a"}]}"#),
            expected: [
                #"error: unknown field "spec.steps[0].imge" (did you mean "image"?)"#
            ]
        ),
        SchemaCase(
            document: task(#"{"steps": [{"Image": "a"}]}"#),
            expected: [
                #"error: unknown field "spec.steps[0].Image" (did you mean "image"?)"#
            ]
        ),
        SchemaCase(
            document: task(#"{"parameters": []}"#),
            expected: [
                #"error: unknown field "spec.parameters" (did you mean "params"?)"#
            ]
        ),
        SchemaCase(
            document: task(#"{"steps": [{"zebra": 1}]}"#),
            expected: [
                #"error: unknown field "spec.steps[0].zebra""#
            ]
        ),
        SchemaCase(
            document: task(#"{"volumes": [{"name": "v", "emptydir": {}}]}"#),
            expected: [
                #"warning: unknown field "spec.volumes[0].emptydir" (it is read as "emptyDir": a cluster ignores letter case here)"#
            ]
        ),
        SchemaCase(
            document: task(#"{"volumes": [{"name": "v", "emptyBox": {}}]}"#),
            expected: [
                #"error: unknown field "spec.volumes[0].emptyBox" (did you mean "emptyDir"?)"#
            ]
        ),
    ])
    func `an unknown field is reported with the nearest name`(_ one: SchemaCase) throws {
        #expect(try described(one.document) == one.expected)
    }

    @Test(arguments: [
        SchemaCase(
            document: task(#"{"steps": [{"script": 5}]}"#),
            expected: [
                "error: spec.steps[0].script: expected a string, found the number 5 (put it in quotes)"
            ]
        ),
        SchemaCase(
            document: task(#"{"steps": {"image": "a"}}"#),
            expected: [
                "error: spec.steps: expected a list, found a mapping"
            ]
        ),
        SchemaCase(
            document: task(#"{"steps": [{"timeout": "10"}]}"#),
            expected: [
                #"error: spec.steps[0].timeout: expected a duration like 1h30m, found the string "10" (a unit is missing: 10s, 10m or 10h)"#
            ]
        ),
        SchemaCase(
            document: task(#"{"steps": [{"computeResources": {"limits": {"cpu": "lots"}}}]}"#),
            expected: [
                #"error: spec.steps[0].computeResources.limits.cpu: expected a quantity like 500m or 1Gi, found the string "lots""#
            ]
        ),
        SchemaCase(
            document: task(#"{"steps": [{"securityContext": {"runAsUser": "root"}}]}"#),
            expected: [
                #"error: spec.steps[0].securityContext.runAsUser: expected an integer, found the string "root""#
            ]
        ),
        SchemaCase(document: task(#"{"steps": [{"image": null, "args": null}]}"#), expected: []),
        SchemaCase(
            document: task(
                #"{"steps": [{"computeResources": {"limits": {"cpu": 0.5, "memory": "1.5Gi", "gpu": "1e3"}}}]}"#
            ),
            expected: []
        ),
    ])
    func `a value of a wrong type is reported with what was expected`(_ one: SchemaCase) throws {
        #expect(try described(one.document) == one.expected)
    }

    @Test(arguments: [
        SchemaCase(
            document: #"{"apiVersion": "tekton.dev/v1alpha1", "kind": "Task"}"#,
            expected: [
                #"error: no matches for kind "Task" in version "tekton.dev/v1alpha1" (Task is in tekton.dev/v1 or tekton.dev/v1beta1)"#
            ]
        ),
        SchemaCase(
            document: #"{"apiVersion": "v1", "kind": "PipelineRun"}"#,
            expected: [
                #"error: no matches for kind "PipelineRun" in version "v1" (PipelineRun is in tekton.dev/v1 or tekton.dev/v1beta1)"#
            ]
        ),
        SchemaCase(
            document: #"{"apiVersion": "tekton.dev/v1", "kind": "taskrun"}"#,
            expected: [
                #"error: no matches for kind "taskrun" in version "tekton.dev/v1" (did you mean "TaskRun"?)"#
            ]
        ),
        SchemaCase(document: #"{"apiVersion": "v1", "kind": "Secret", "whatever": 1}"#, expected: []),
        SchemaCase(
            document: #"{"apiVersion": "triggers.tekton.dev/v1beta1", "kind": "Trigger", "spec": 1}"#,
            expected: []
        ),
    ])
    func `an unknown kind or version is reported, other groups pass`(_ one: SchemaCase) throws {
        #expect(try described(one.document) == one.expected)
    }

    @Test func `a param of a run must have a value, which may be null`() throws {
        let run =
            #"{"apiVersion": "tekton.dev/v1", "kind": "TaskRun", "spec": {"params": [{"name": "a"}, {"name": "b", "value": null}]}}"#
        #expect(try described(run) == ["error: missing field(s): spec.params[0].value"])
    }

    @Test func `each version has its own fields`() throws {
        let spec = #"{"timeout": "1h", "pipelineRef": {"name": "a"}}"#
        let beta = #"{"apiVersion": "tekton.dev/v1beta1", "kind": "PipelineRun", "spec": \#(spec)}"#
        let stable = #"{"apiVersion": "tekton.dev/v1", "kind": "PipelineRun", "spec": \#(spec)}"#
        #expect(try described(beta).isEmpty)
        #expect(try described(stable) == [#"error: unknown field "spec.timeout" (did you mean "timeouts"?)"#])
    }

    @Test func `a diagnostic stands at the key, or at the value of a wrong type`() {
        let key = SourcePlace(file: "a.yaml", line: 4, column: 3)
        let value = SourcePlace(file: "a.yaml", line: 5, column: 16)
        let spec = YAMLMapping([
            .init(key: "stepz", keyPlace: key, value: []),
            .init(key: "description", value: YAMLNode(.integer(3), place: value)),
        ])
        let document = Document(["apiVersion": "tekton.dev/v1", "kind": "Task", "spec": YAMLNode(.mapping(spec))])
        let found = Schema.check(document)
        #expect(found.map(\.place) == [key, value])
        #expect(found.map(\.rule) == ["DD1002", "DD1001"])
        #expect(found.map(\.path) == ["spec.stepz", "spec.description"])
    }

    @Test func `a field in wrong letter case is read as meant where a cluster does so`() throws {
        let written = try document(
            task(#"{"steps": [{"Image": "a"}], "volumes": [{"name": "v", "emptydir": {"SizeLimit": "1Gi"}}]}"#)
        )
        let read = Schema.canonicalised(written)
        #expect(read.spec[path: "volumes"]?.elements.first?[path: "emptyDir", "sizeLimit"] == "1Gi")
        #expect(read.spec["steps"]?.elements.first?["image"] == nil)
        #expect(read.metadata == written.metadata)
    }

    @Test func `a field that stands twice in different letter case counts once, the later`() throws {
        let written = try document(
            #"{"apiVersion": "tekton.dev/v1", "kind": "Pipeline", "spec": {"tasks": [{"taskSpec": {"steps": [{"image": "a", "Image": "b"}]}}]}}"#
        )
        let step = Schema.canonicalised(written).spec["tasks"]?.elements.first?[path: "taskSpec", "steps"]?.elements
            .first
        #expect(step == ["image": "b"])
    }

    private func document(_ json: String) throws -> Document { Document(try JSONReader.read(json)) }

    private func described(_ json: String) throws -> [String] {
        Schema.check(try document(json)).map { found in
            let notes = found.notes.isEmpty ? "" : " (\(found.notes.joined(separator: "; ")))"
            return "\(found.severity): \(found.message)\(notes)"
        }
    }
}

@Suite struct `Nearest name` {
    @Test(arguments: [
        ("runafter", "runAfter"), ("imge", "image"), ("workspace", "workspaces"), ("parameters", "params"),
        ("finaly", "finally"), ("tsaks", "tasks"),
    ])
    func `a slip of the keys or of the memory is found`(_ written: String, _ meant: String) {
        let names = ["finally", "image", "params", "results", "runAfter", "tasks", "workspaces"]
        #expect(NearestName.to(written, among: names) == meant)
    }

    @Test func `what resembles nothing has no nearest name`() {
        #expect(NearestName.to("zebra", among: ["image", "params"]) == nil)
    }
}
