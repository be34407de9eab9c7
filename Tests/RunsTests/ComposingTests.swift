import Manifests
import Testing
import YAML

@testable import Runs

struct ParamArgumentTests {
    @Test(arguments: [
        ("a=b", ParamType.string, ParamValue.string("b")),
        ("a=", .string, .string("")),
        ("a=x=y", .string, .string("x=y")),
        ("a=b,c", .string, .string("b,c")),
        ("a=b,c", .array, .array(["b", "c"])),
        ("a=", .array, .array([])),
        ("a=k:v, l:http://w", .object, .object(["k": "v", "l": "http://w"])),
    ])
    func `the declared type decides how a value is read`(_ text: String, _ type: ParamType, _ value: ParamValue) throws
    {
        #expect(try ParamArgument(parsing: text).value(for: type) == value)
    }

    @Test(arguments: ["a", "=b", ""])
    func `what is no name=value is refused`(_ text: String) {
        #expect(throws: ArgumentError.self) { try ParamArgument(parsing: text) }
    }

    @Test func `an object without a colon is refused`() {
        #expect(throws: ArgumentError.self) { try ParamArgument(parsing: "a=b").value(for: .object) }
    }
}

struct WorkspaceArgumentTests {
    @Test(
        arguments: [
            ("name=w,emptyDir=", ["name": "w", "emptyDir": [:]]),
            ("name=w,emptyDir=Memory", ["name": "w", "emptyDir": ["medium": "Memory"]]),
            (
                "name=w,claimName=c,subPath=a/b",
                ["name": "w", "subPath": "a/b", "persistentVolumeClaim": ["claimName": "c"]]
            ),
            (
                "name=w,config=m,item=k=p",
                ["name": "w", "configMap": ["name": "m", "items": [["key": "k", "path": "p"]]]]
            ),
            ("name=w,secret=s", ["name": "w", "secret": ["secretName": "s"]]),
            ("name=w,path=/d", ["name": "w", "directory": ["path": "/d", "access": "copy"]]),
            ("name=w,path=/d,ro", ["name": "w", "directory": ["path": "/d", "access": "readOnly"]]),
            ("name=w,path=/d,rw", ["name": "w", "directory": ["path": "/d", "access": "readWrite"]]),
        ] as [(String, YAMLNode)]
    )
    func `a workspace becomes the binding of a run`(_ text: String, _ binding: YAMLNode) throws {
        #expect(try WorkspaceArgument(parsing: text).binding() == binding)
    }

    @Test(arguments: [
        "", "emptyDir=", "name=w", "name=w,emptyDir=,secret=s", "name=w,volume=v", "name=w,config=m,item=k",
    ])
    func `what cannot be read is refused`(_ text: String) {
        #expect(throws: ArgumentError.self) { try WorkspaceArgument(parsing: text) }
    }
}

struct RunComposerTests {
    private let pipeline = Document([
        "apiVersion": "tekton.dev/v1", "kind": "Pipeline", "metadata": ["name": "p", "namespace": "n"],
        "spec": ["params": [["name": "a", "type": "array"]], "workspaces": [["name": "w", "optional": true]]],
    ])

    @Test func `a run of a Pipeline refers to it and has the params in their types`() throws {
        let composer = RunComposer(
            params: [try ParamArgument(parsing: "a=1,2")],
            workspaces: [["name": "w", "emptyDir": [:]]]
        )
        let run = try composer.run(of: pipeline)
        #expect(run.kind == "PipelineRun")
        #expect(run.metadata.generateName == "p-run-")
        #expect(
            run.spec == [
                "pipelineRef": ["name": "p"],
                "params": [["name": "a", "value": ["1", "2"]]],
                "workspaces": [["name": "w", "emptyDir": [:]]],
            ]
        )
    }

    @Test func `what the Pipeline needs must be given, and once`() throws {
        let needy = Document([
            "apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": ["name": "t"],
            "spec": ["params": [["name": "a"], ["name": "b", "default": ""]], "workspaces": [["name": "w"]]],
        ])
        let message = "Task 't' needs param 'a', workspace 'w'; add -p a=VALUE -w name=w,emptyDir="
        #expect(throws: ArgumentError(message)) { try RunComposer().run(of: needy) }
        let unknown = RunComposer(workspaces: [["name": "v", "emptyDir": [:]]])
        #expect(throws: ArgumentError("Task 't' has no workspace 'v': it declares w")) { try unknown.run(of: needy) }
        let twice = RunComposer(params: try ["a=1", "a=2"].map { try ParamArgument(parsing: $0) })
        #expect(throws: ArgumentError("param 'a' is given more than once")) { try twice.run(of: needy) }
    }

    @Test func `a param that the Pipeline does not declare is refused`() throws {
        let composer = RunComposer(params: [try ParamArgument(parsing: "b=1")])
        #expect(throws: ArgumentError("Pipeline 'p' has no param 'b': it declares a")) {
            try composer.run(of: pipeline)
        }
    }

    @Test func `params of the command line take the place of those of a written run`() throws {
        let written = Document([
            "apiVersion": "tekton.dev/v1", "kind": "PipelineRun", "metadata": ["name": "r"],
            "spec": ["params": [["name": "a", "value": ["0"]], ["name": "c", "value": "x"]]],
        ])
        let composer = RunComposer(params: [try ParamArgument(parsing: "a=1")])
        let run = try composer.completed(written, definition: pipeline)
        #expect(run.spec["params"] == [["name": "c", "value": "x"], ["name": "a", "value": ["1"]]])
    }

    @Test func `a run that asks for a generated name gets one that is free`() {
        var generator = SystemRandomNumberGenerator()
        let run = Document(["apiVersion": "tekton.dev/v1", "kind": "TaskRun", "metadata": ["generateName": "x-"]])
        let named = RunNames.named(run, using: &generator)
        #expect(named.metadata.name.hasPrefix("x-"))
        #expect(named.metadata.name.count == 7)
        #expect(named.root[path: "metadata", "name"]?.string == named.metadata.name)
    }

    @Test func `a run begins anew whatever status its manifest shows`() {
        var generator = SystemRandomNumberGenerator()
        let run = Document([
            "apiVersion": "tekton.dev/v1", "kind": "PipelineRun", "metadata": ["name": "x"],
            "status": ["conditions": [["type": "Succeeded", "status": "True"]]],
        ])
        let named = RunNames.named(run, using: &generator)
        #expect(named.root["status"] == nil)
        #expect(named.metadata.name == "x")
    }
}
