import Manifests
import Planning
import Testing
import YAML

/// The variables of a Pipeline, a row each.
///
/// [Tekton: Variables available in a Pipeline](https://tekton.dev/docs/pipelines/variables/#variables-available-in-a-pipeline)
struct PipelineVariablesTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var variable: String
        var value: YAMLNode
        var testDescription: String { variable }

        init(_ variable: String, _ value: YAMLNode) {
            self.variable = variable
            self.value = value
        }
    }

    @Test(arguments: [
        Row("params.text", "t"), Row("params['text']", "t"), Row(#"params["text"]"#, "t"),
        Row("params.list[*]", ["a", "b"]),
        Row("params.list[1]", "b"), Row("params['list'][1]", "b"), Row(#"params["list"][1]"#, "b"),
        Row("params.map[*]", ["key": "v"]), Row("params.map.key", "v"),
        Row("tasks.m.matrix.length", "2"), Row("tasks.m.matrix.r.length", "2"),
        Row("tasks.a.results.text", "rt"), Row("tasks.a.results.list[1]", "rb"),
        Row("tasks.a.results.list[*]", ["ra", "rb"]), Row("tasks.a.results.map.key", "rv"),
        Row("workspaces.given.bound", "true"), Row("workspaces.none.bound", "false"),
        Row("context.pipelineRun.name", "run"), Row("context.pipelineRun.namespace", "default"),
        Row("context.pipelineRun.uid", "uid"), Row("context.pipeline.name", "p"),
        Row("context.pipelineTask.retries", "3"),
    ])
    func `a variable is replaced in a task`(_ row: Row) throws {
        #expect(try param(row, in: "tasks") == row.value)
    }

    @Test(arguments: [
        Row("params.list[*]", ["a", "b"]), Row("params['list'][*]", ["a", "b"]),
        Row(#"params["list"][*]"#, ["a", "b"]), Row("tasks.a.results.list[*]", ["ra", "rb"]),
    ])
    func `a whole array takes the place of an element`(_ row: Row) throws {
        #expect(try param(row, in: "tasks", isElement: true) == row.value)
    }

    /// Tekton's documents promise more than its reconciler does.
    @Test(arguments: ["params['map'][*]", #"params["map"][*]"#, "params['list'][*]", #"params["list"][*]"#])
    func `a name in brackets is no whole value`(_ variable: String) throws {
        let text = YAMLNode("$(\(variable))")
        #expect(try param(Row(variable, text), in: "tasks") == text)
    }

    @Test(arguments: [
        Row("tasks.a.status", "Succeeded"), Row("tasks.a.reason", "Succeeded"), Row("tasks.status", "Completed"),
        Row("tasks.s.status", "None"), Row("tasks.a.results.text", "rt"), Row("params.text", "t"),
        Row("context.pipelineRun.name", "run"), Row("context.pipelineTask.retries", "3"),
    ])
    func `a variable is replaced in a finally task`(_ row: Row) throws {
        #expect(try param(row, in: "finally") == row.value)
    }

    @Test(arguments: [("outputs", "pkg:o"), ("inputs", "git:i")])
    func `artifacts of another task are replaced in an embedded Task`(_ row: (kind: String, uri: String)) throws {
        var run = try RunScript(
            #"""
            {"pipelineSpec": {"tasks": [
              {"name": "a", "taskSpec": {"steps": [{"image": "i"}]}},
              {"name": "b", "runAfter": ["a"],
               "taskSpec": {"steps": [{"image": "i", "script": "$(tasks.a.\#(row.kind).art)"}]}}]}}
            """#
        )
        _ = run.start()
        let artifacts = Artifacts(
            json:
                #"{"inputs": [{"name": "art", "values": [{"uri": "git:i"}]}], "outputs": [{"name": "art", "values": [{"uri": "pkg:o"}]}]}"#
        )
        #expect(run.end("a", artifacts: try #require(artifacts)) == ["start b"])
        let script = run.started["b"]?.taskRun.spec[path: "taskSpec", "steps"]?.elements.first?["script"]?.string
        #expect(script == #"[{"uri":"\#(row.uri)"}]"#)
    }

    /// The param of a task whose value is the variable, when the task starts.
    private func param(_ row: Row, in list: String, isElement: Bool = false) throws -> YAMLNode? {
        let type = row.value.sequence != nil ? "array" : row.value.mapping != nil ? "object" : "string"
        let variable = YAMLNode("$(\(row.variable))")
        var consumer: YAMLNode = [
            "name": "c", "retries": 3, "params": [["name": "x", "value": isElement ? [variable] : variable]],
            "taskSpec": [
                "params": [["name": "x", "type": YAMLNode(type), "properties": ["key": [:]]]],
                "steps": [["image": "i"]],
            ],
        ]
        var pipeline = Self.pipeline
        if list == "finally" {
            pipeline["finally"] = [consumer]
        } else {
            // How long the results of a matrix are is known when it has run, which its reader must see to.
            consumer["runAfter"] = ["m"]
            pipeline["tasks"] = YAMLNode((pipeline["tasks"]?.elements ?? []) + [consumer])
        }
        let document = Document([
            "apiVersion": "tekton.dev/v1", "kind": "Pipeline", "metadata": ["name": "p", "namespace": "default"],
            "spec": pipeline,
        ])
        var run = try RunScript(
            #"""
            {"pipelineRef": {"name": "p"}, "workspaces": [{"name": "given", "emptyDir": {}}],
             "params": [{"name": "text", "value": "t"}, {"name": "list", "value": ["a", "b"]},
                        {"name": "map", "value": {"key": "v"}}]}
            """#,
            manifests: [document]
        )
        _ = run.start()
        _ = run.end(
            "a",
            results: ["text": .string("rt"), "list": .array(["ra", "rb"]), "map": .object(["key": "rv"])]
        )
        for index in 0...1 { _ = run.end("m-\(index)", results: ["r": .string("\(index)")]) }
        let taskRun = try #require(run.started["c"]?.taskRun, "\(run.last): \(run.state.condition.message)")
        return taskRun.spec["params"]?.elements.first?["value"]
    }

    private static let pipeline: YAMLNode = [
        "params": [
            ["name": "text"], ["name": "list", "type": "array"],
            ["name": "map", "type": "object", "properties": ["key": [:]]],
        ],
        "workspaces": [["name": "given"], ["name": "none", "optional": true]],
        "tasks": [
            [
                "name": "a",
                "taskSpec": [
                    "results": [
                        ["name": "text"], ["name": "list", "type": "array"],
                        ["name": "map", "type": "object", "properties": ["key": [:]]],
                    ],
                    "steps": [["image": "i"]],
                ],
            ],
            [
                "name": "m", "matrix": ["params": [["name": "x", "value": ["1", "2"]]]],
                "taskSpec": [
                    "params": [["name": "x"]], "results": [["name": "r"]], "steps": [["image": "i"]],
                ],
            ],
            [
                "name": "s", "when": [["input": "a", "operator": "in", "values": ["b"]]],
                "taskSpec": ["steps": [["image": "i"]]],
            ],
        ],
    ]
}
