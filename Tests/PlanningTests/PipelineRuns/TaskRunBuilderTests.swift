import Foundation
import Manifests
import Planning
import Testing
import YAML

/// What the TaskRuns of a PipelineRun are made of.
struct TaskRunBuilderTests {
    @Test func `what a run says for one task goes before what it says for all`() throws {
        let taskRun = try taskRun(
            #"""
            {"taskRunTemplate": {
               "serviceAccountName": "all",
               "podTemplate": {"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}], "hostNetwork": true}},
             "taskRunSpecs": [{
               "pipelineTaskName": "a", "serviceAccountName": "own", "timeout": "5m",
               "metadata": {"labels": {"team": "blue"}},
               "podTemplate": {"env": [{"name": "B", "value": "2"}]}}],
             "pipelineSpec": {"tasks": [{"name": "a", "timeout": "1m", "taskSpec": {"steps": [{"image": "i"}]}}]}}
            """#
        )
        #expect(taskRun.spec["serviceAccountName"]?.string == "own")
        #expect(taskRun.spec["timeout"]?.string == "5m0s")
        #expect(taskRun.metadata.labels["team"] == "blue")
        let env = (taskRun.spec[path: "podTemplate", "env"]?.elements ?? []).map {
            "\($0["name"]?.string ?? "")=\($0["value"]?.string ?? "")"
        }
        #expect(env == ["A=1", "B=2"])
        #expect(taskRun.spec[path: "podTemplate", "hostNetwork"]?.bool == true)
    }

    @Test func `the sub-paths of run and task are joined`() throws {
        let taskRun = try taskRun(
            #"""
            {"workspaces": [{"name": "src", "subPath": "x/$(context.pipelineRun.name)",
                             "persistentVolumeClaim": {"claimName": "c"}}],
             "pipelineSpec": {"workspaces": [{"name": "src"}], "tasks": [{
               "name": "a", "workspaces": [{"name": "in", "workspace": "src", "subPath": "../y"}],
               "taskSpec": {"workspaces": [{"name": "in"}], "steps": [{"image": "i"}]}}]}}
            """#
        )
        let workspace = try #require(taskRun.spec["workspaces"]?.elements.first)
        #expect(workspace["name"]?.string == "in")
        #expect(workspace["subPath"]?.string == "x/y")
        #expect(workspace[path: "persistentVolumeClaim", "claimName"]?.string == "c")
    }

    @Test func `a template becomes the same claim for all tasks of a run`() throws {
        var run = try RunScript(
            #"""
            {"workspaces": [{"name": "src", "volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}],
             "pipelineSpec": {"workspaces": [{"name": "src"}], "tasks": [
               {"name": "a", "workspaces": [{"name": "src"}],
                "taskSpec": {"workspaces": [{"name": "src"}], "steps": [{"image": "i"}]}},
               {"name": "b", "workspaces": [{"name": "src"}],
                "taskSpec": {"workspaces": [{"name": "src"}], "steps": [{"image": "i"}]}}]}}
            """#
        )
        _ = run.start()
        let claims = ["a", "b"].map { task in
            run.started[task]?.taskRun.spec["workspaces"]?.elements.first?[path: "persistentVolumeClaim", "claimName"]?
                .string
        }
        // The first ten digits of SHA-256 of the workspace's name and the run's identity.
        #expect(claims == ["pvc-6526022d90", "pvc-6526022d90"])
        #expect(Array(run.state.claimTemplates.keys) == ["pvc-6526022d90"])
    }

    @Test func `an embedded Task takes part in params and workspaces of its run without declaring them`() throws {
        let taskRun = try taskRun(
            #"""
            {"params": [{"name": "who", "value": "you"}],
             "workspaces": [{"name": "src", "emptyDir": {}}],
             "pipelineSpec": {"tasks": [{"name": "a", "taskSpec": {
               "metadata": {"labels": {"kind": "greeting"}, "annotations": {"note": "n"}},
               "steps": [{"image": "i", "script": "echo $(params.who) > $(workspaces.src.path)/x"}]}}]}}
            """#
        )
        let step = try #require(taskRun.spec[path: "taskSpec", "steps"]?.elements.first)
        #expect(step["script"]?.string == "echo you > $(workspaces.src.path)/x")
        #expect(taskRun.spec["workspaces"]?.elements.first?["name"]?.string == "src")
        #expect(taskRun.metadata.labels["kind"] == "greeting")
        #expect(taskRun.metadata.annotations["note"] == "n")
        #expect(taskRun.spec["taskSpec"]?["metadata"] == nil)
        #expect(taskRun.metadata.labels["tekton.dev/memberOf"] == "tasks")
    }

    @Test func `an embedded Task keeps its sidecars, its volumes and what holds for all steps`() throws {
        let parts = #"""
            "sidecars": [{"name": "s", "image": "j"}], "stepTemplate": {"env": [{"name": "A", "value": "b"}]},
            "volumes": [{"name": "v", "emptyDir": {}}]
            """#
        let taskRun = try taskRun(
            #"{"pipelineSpec": {"tasks": [{"name": "a", "taskSpec": {\#(parts), "steps": [{"image": "i"}]}}]}}"#
        )
        let spec = try #require(taskRun.spec["taskSpec"])
        #expect(spec["sidecars"]?.elements.first?["image"]?.string == "j")
        #expect(spec[path: "stepTemplate", "env"]?.elements.first?["value"]?.string == "b")
        #expect(spec["volumes"]?.elements.first?["name"]?.string == "v")
    }

    @Test func `resources of single containers go to the TaskRun`() throws {
        let resources = #"{"limits": {"cpu": "1"}}"#
        let taskRun = try taskRun(
            #"""
            {"taskRunSpecs": [{"pipelineTaskName": "a", "computeResources": \#(resources),
               "stepSpecs": [{"name": "s", "computeResources": \#(resources)}],
               "sidecarSpecs": [{"name": "t", "computeResources": \#(resources)}]}],
             "pipelineSpec": {"tasks": [{"name": "a", "taskSpec": {
               "steps": [{"name": "s", "image": "i"}], "sidecars": [{"name": "t", "image": "i"}]}}]}}
            """#
        )
        #expect(taskRun.spec[path: "computeResources", "limits"] == ["cpu": "1"])
        for (list, name) in [("stepSpecs", "s"), ("sidecarSpecs", "t")] {
            let entry = try #require(taskRun.spec[list]?.elements.first)
            #expect(entry["name"]?.string == name)
            #expect(entry[path: "computeResources", "limits"] == ["cpu": "1"])
        }
    }

    @Test func `a custom task gets all that its Pipeline says of it`() throws {
        var run = try RunScript(
            #"""
            {"taskRunTemplate": {"serviceAccountName": "own"}, "workspaces": [{"name": "src", "emptyDir": {}}],
             "pipelineSpec": {"workspaces": [{"name": "src"}], "tasks": [{
               "name": "a", "timeout": "5m", "retries": 2, "params": [{"name": "p", "value": "v"}],
               "workspaces": [{"name": "in", "workspace": "src"}],
               "taskSpec": {"apiVersion": "example.dev/v1", "kind": "Wait", "metadata": {"labels": {"k": "l"}},
                            "spec": {"any": ["thing"]}}}]}}
            """#
        )
        #expect(run.start().first == "start custom a")
        let spec = try #require(run.custom["a"]?.object.spec)
        #expect(
            spec["customSpec"] == [
                "apiVersion": "example.dev/v1", "kind": "Wait", "metadata": ["labels": ["k": "l"]],
                "spec": ["any": ["thing"]],
            ]
        )
        #expect(spec["params"] == [["name": "p", "value": "v"]])
        #expect(spec["serviceAccountName"] == "own")
        #expect(spec["timeout"] == "5m0s")
        #expect(spec["retries"] == 2)
        #expect(spec["workspaces"]?.elements.first?["name"] == "in")
    }

    @Test func `a ClusterTask is found from every namespace, a missing Task is named`() throws {
        let spec = #"""
            {"pipelineSpec": {"tasks": [{"name": "a", "taskRef": {"name": "build", "kind": "ClusterTask"}}]}}
            """#
        let task = Document([
            "apiVersion": "tekton.dev/v1", "kind": "ClusterTask", "metadata": ["name": "build"],
            "spec": ["steps": [["image": "i"]]],
        ])
        var run = try RunScript(spec, manifests: [task])
        #expect(run.start().first == "start a")
        #expect(run.started["a"]?.task?.metadata.name == "build")
        var without = try RunScript(spec)
        #expect(without.start() == ["finish CouldntGetTask"])
        #expect(
            without.state.condition.message
                == "Pipeline default/run can't be Run; it contains Tasks that don't exist: "
                + "Couldn't retrieve Task \"build\": clustertasks.tekton.dev \"build\" not found"
        )
    }

    private func taskRun(_ spec: String) throws -> Document {
        var run = try RunScript(spec)
        _ = run.start()
        return try #require(run.started["a"]?.taskRun, "\(run.last): \(run.state.condition.message)")
    }
}
