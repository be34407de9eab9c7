import Manifests
import Planning
import Testing
import YAML

/// The variables of a Task, a row each.
///
/// [Tekton: Variables available in a Task](https://tekton.dev/docs/pipelines/variables/#variables-available-in-a-task)
struct TaskVariablesTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var variable: String
        var words: [String]
        var testDescription: String { variable }

        init(_ variable: String, _ words: String...) {
            self.variable = variable
            self.words = words
        }
    }

    @Test(arguments: [
        Row("params.text", "t"), Row("params['text']", "t"), Row(#"params["text"]"#, "t"),
        Row("params.list[*]", "a", "b"), Row("params['list'][*]", "a", "b"), Row(#"params["list"][*]"#, "a", "b"),
        Row("params.list[1]", "b"), Row("params['list'][1]", "b"), Row(#"params["list"][1]"#, "b"),
        Row("params.map.key", "v"),
        Row("results.out.path", "/tekton/results/out"), Row("results['out'].path", "/tekton/results/out"),
        Row(#"results["out"].path"#, "/tekton/results/out"),
        Row("workspaces.own.path", "/own"), Row("workspaces.claimed.path", "/workspace/claimed"),
        Row("workspaces.none.path", ""),
        Row("workspaces.own.bound", "true"), Row("workspaces.none.bound", "false"),
        Row("workspaces.claimed.claim", "c"), Row("workspaces.own.claim", ""),
        Row("credentials.path", "/tekton/creds"),
        Row("context.taskRun.name", "run"), Row("context.taskRun.namespace", "ns"), Row("context.taskRun.uid", "u-1"),
        Row("context.task.name", "task"), Row("context.task.retry-count", "2"),
        Row("steps.step-named.exitCode.path", "/tekton/steps/step-named/exitCode"),
        Row("steps.step-unnamed-1.exitCode.path", "/tekton/steps/step-unnamed-1/exitCode"),
        Row("artifacts.path", "/tekton/artifacts/provenance.json"),
    ])
    func `a variable is replaced`(_ row: Row) throws {
        #expect(try plan(row.variable).spec.steps.last?.container.args == row.words)
    }

    @Test func `the volume of a workspace is the one that is mounted`() throws {
        let plan = try plan("workspaces.claimed.volume")
        let volume = try #require(plan.workspaceVolumes["claimed"])
        #expect(plan.spec.steps.last?.container.args == [volume])
        #expect(plan.podSpec.volumes.contains { $0.name == volume })
    }

    @Test func `a whole object goes to a StepAction`() throws {
        var manifests = ManifestSet()
        manifests.add(
            Document([
                "apiVersion": "tekton.dev/v1beta1", "kind": "StepAction",
                "metadata": ["name": "act", "namespace": "ns"],
                "spec": [
                    "image": "i", "args": ["$(params.taken.key)"],
                    "params": [["name": "taken", "type": "object", "properties": ["key": [:]]]],
                ],
            ])
        )
        let step: YAMLNode = ["ref": ["name": "act"], "params": [["name": "taken", "value": "$(params.map[*])"]]]
        #expect(try plan(step: step, manifests).spec.steps.last?.container.args == ["v"])
    }

    private func plan(_ variable: String) throws -> TaskRunPlan {
        try plan(step: ["image": "i", "args": [YAMLNode("$(\(variable))")]], ManifestSet())
    }

    private func plan(step: YAMLNode, _ others: ManifestSet) throws -> TaskRunPlan {
        var manifests = others
        manifests.add(
            Document([
                "apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": ["name": "task", "namespace": "ns"],
                "spec": [
                    "params": [
                        ["name": "text"], ["name": "list", "type": "array"],
                        ["name": "map", "type": "object", "properties": ["key": [:]]],
                    ],
                    "results": [["name": "out"]],
                    "workspaces": [
                        ["name": "own", "mountPath": "/own"], ["name": "claimed"], ["name": "none", "optional": true],
                    ],
                    "steps": [["name": "named", "image": "i"], ["image": "i"], step],
                ],
            ])
        )
        let taskRun = Document([
            "apiVersion": "tekton.dev/v1", "kind": "TaskRun",
            "metadata": ["name": "run", "namespace": "ns", "uid": "u-1"],
            "spec": [
                "taskRef": ["name": "task"],
                "params": [
                    ["name": "text", "value": "t"], ["name": "list", "value": ["a", "b"]],
                    ["name": "map", "value": ["key": "v"]],
                ],
                "workspaces": [
                    ["name": "own", "emptyDir": [:]],
                    ["name": "claimed", "persistentVolumeClaim": ["claimName": "c"]],
                ],
            ],
        ])
        return try TaskRunPlanner.plan(taskRun, task: nil, manifests: manifests, retry: 2).get()
    }
}
