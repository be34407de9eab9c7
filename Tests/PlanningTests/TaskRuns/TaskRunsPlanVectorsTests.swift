import Manifests
import Planning
import TestSupport
import Testing
import YAML

/// Suite `taskrun`: what containers a TaskRun becomes, or why it is refused.
///
/// What admission says before anything is planned is told in the tests of Validation.
struct TaskRunsPlanVectorsTests {
    @Test func `TaskRuns become the containers of the vectors`() {
        let tally = Vectors.run("taskrun", where: { $0.expected["admissionError"] == nil }) { one in
            switch plan(one) {
            case nil: return ["no TaskRun"]
            case .failure(let refusal):
                let condition: YAMLNode = [
                    "reason": YAMLNode(refusal.reason), "message": YAMLNode(refusal.message), "status": "False",
                ]
                return differences(condition, one.expected["condition"])
            case .success(let plan):
                guard let containers = one.expected["containers"] else { return ["planned, not refused"] }
                let found =
                    (plan.podSpec.node["steps"]?.elements ?? []).map { step(stored($0), of: plan) }
                    + (plan.podSpec.node["sidecars"]?.elements ?? []).map { container(stored($0), kind: "sidecar") }
                let volumes =
                    (plan.podSpec.node["volumes"]?.elements ?? []) + (plan.podTemplate["volumes"]?.elements ?? [])
                return differences(
                    YAMLNode(found.map(withSortedEnvironment)),
                    YAMLNode(containers.elements.map(withSortedEnvironment))
                ) + differences(YAMLNode(volumes), one.expected["volumes"], at: "volumes")
            }
        }
        #expect(tally.failures == [])
    }

    private func plan(_ one: VectorCase) -> Result<TaskRunPlan, Refusal>? {
        var manifests = ManifestSet()
        let documents = (one.input["documents"]?.elements ?? []).map { Document($0) }
        for document in documents { manifests.add(document) }
        guard let taskRun = documents.first(where: { $0.kind == "TaskRun" }) else { return nil }
        var root = taskRun.root
        root["metadata"]?["uid"] = "test-uid"
        root["metadata"]?["namespace"] = "default"
        return TaskRunPlanner.plan(Document(root), task: nil, manifests: manifests, retry: 0)
    }

    /// A step in the form in which the vectors show one.
    private func step(_ step: YAMLNode, of plan: TaskRunPlan) -> YAMLNode {
        var node = container(step, kind: "step")
        let results = plan.podSpec.results.filter { $0.value == nil }
        node["results"] = YAMLNode(results.map(\.name))
        node["stepResults"] = YAMLNode((step["results"]?.elements ?? []).compactMap { $0["name"]?.string })
        return node
    }

    /// A container in the form in which the vectors show one: the command line joined.
    private func container(_ container: YAMLNode, kind: String) -> YAMLNode {
        var node = container
        node["kind"] = YAMLNode(kind)
        if (node["name"]?.string ?? "").isEmpty { node["name"] = YAMLNode(kind) }
        node["resources"] = node["computeResources"]
        // What the vectors do not show of a container.
        for field in [
            "computeResources", "results", "workspaces", "displayName", "stdoutConfig", "stderrConfig", "when",
            "startupProbe",
        ] {
            node[field] = nil
        }
        let command = node["command"]?.elements ?? []
        if node["script"]?.string?.isEmpty == false {
            node["script"] = YAMLNode(Container(node).scriptFile)
            node["command"] = nil
        } else if !command.isEmpty {
            node["command"] = YAMLNode(command + (node["args"]?.elements ?? []))
            node["args"] = nil
        } else if kind == "step" {
            node["imageEntrypoint"] = true
        }
        return node
    }

    /// Lengths of time and amounts as Kubernetes writes them.
    private func stored(_ container: YAMLNode) -> YAMLNode {
        var container = container
        container["timeout"] = container["timeout"]?.string.flatMap { GoDuration($0) }.map { YAMLNode($0.description) }
        container.change("computeResources") { resources in
            for field in ["limits", "requests"] {
                resources.change(field) { quantities in
                    let entries = (quantities.mapping?.entries ?? []).map { entry in
                        let text = entry.value.string ?? entry.value.jsonText()
                        return YAMLMapping.Entry(key: entry.key, value: YAMLNode(Quantity(text)?.description ?? text))
                    }
                    quantities.content = .mapping(YAMLMapping(entries))
                }
            }
        }
        return container
    }
}
