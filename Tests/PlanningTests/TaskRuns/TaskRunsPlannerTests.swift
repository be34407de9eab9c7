import Manifests
import Planning
import TestSupport
import Testing
import YAML

struct TaskRunsPlannerTests {
    @Test func `a Task that is embedded is planned with its params and contexts replaced`() throws {
        let plan = try plan(
            """
            {"metadata": {"name": "run", "namespace": "ns"}, "spec": {
              "params": [{"name": "who", "value": "you"}],
              "taskSpec": {
                "params": [{"name": "who"}, {"name": "greeting", "default": "hello"}],
                "steps": [{"image": "busybox", "script": "echo $(params.greeting) $(params.who) $(context.taskRun.name)"}]
              }}}
            """
        ).get()
        #expect(plan.name == "run")
        #expect(plan.namespace == "ns")
        #expect(plan.taskName == "")
        #expect(plan.spec.steps.map(\.name) == ["unnamed-0"])
        #expect(plan.spec.steps.map(\.container.script) == ["echo hello you run"])
        #expect(
            plan.params == [
                Param(name: "who", value: .string("you")), Param(name: "greeting", value: .string("hello")),
            ]
        )
    }

    @Test(arguments: ["Task", "task", "TASK"])
    func `a Task is found in the namespace of the run, its kind in any letter case`(kind: String) throws {
        let plan = try plan(run(referringTo: kind), with: [task(namespace: "ns")]).get()
        #expect(plan.taskName == "build")
        #expect(plan.labels["tekton.dev/task"] == "build")
        #expect(plan.spec.steps.first?.container.image == "img")
    }

    @Test func `a Task of another namespace is not found`() {
        let refusal = Refusal(
            reason: "TaskRunResolutionFailed",
            message: "error when listing tasks for taskRun run: tasks.tekton.dev \"build\" not found"
        )
        #expect(throws: refusal) { try plan(run(referringTo: "Task"), with: [task(namespace: "other")]).get() }
    }

    @Test func `a ClusterTask is found from every namespace`() throws {
        let plan = try plan(run(referringTo: "ClusterTask"), with: [task(kind: "ClusterTask", namespace: "")]).get()
        #expect(plan.labels["tekton.dev/clusterTask"] == "build")
    }

    private func run(referringTo kind: String) -> String {
        """
        {"metadata": {"name": "run", "namespace": "ns"}, "spec": {"taskRef": {"kind": "\(kind)", "name": "build"}}}
        """
    }

    private func task(kind: String = "Task", namespace: String) -> String {
        """
        {"kind": "\(kind)", "metadata": {"name": "build", "namespace": "\(namespace)"},
         "spec": {"steps": [{"name": "a", "image": "img"}]}}
        """
    }

    private func plan(_ taskRun: String, with others: [String] = []) throws -> Result<TaskRunPlan, Refusal> {
        var manifests = ManifestSet()
        for other in others { manifests.add(Document(try JSONReader.read(other))) }
        return TaskRunPlanner.plan(
            Document(try JSONReader.read(taskRun)),
            task: nil,
            manifests: manifests,
            retry: 0
        )
    }
}
