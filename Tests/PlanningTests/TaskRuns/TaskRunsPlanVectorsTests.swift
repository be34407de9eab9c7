import Manifests
import Planning
import TestSupport
import Testing
import YAML

/// Suite `taskrun`: what containers a TaskRun becomes, or why it is refused.
struct TaskRunsPlanVectorsTests {
    @Test func `TaskRuns become the containers of the vectors`() {
        let tally = Vectors.run("taskrun", leavingOut: Self.exclusions) { one in
            var manifests = ManifestSet()
            let documents = (one.input["documents"]?.elements ?? []).map { Document($0) }
            for document in documents { manifests.add(document) }
            guard let taskRun = documents.first(where: { $0.kind == "TaskRun" }) else { return ["no TaskRun"] }
            var root = taskRun.root
            root["metadata"]?["uid"] = "test-uid"
            root["metadata"]?["namespace"] = "default"
            switch TaskRunPlanner.plan(Document(root), task: nil, manifests: manifests, retry: 0) {
            case .failure(let refusal):
                let condition: YAMLNode = [
                    "reason": YAMLNode(refusal.reason), "message": YAMLNode(refusal.message), "status": "False",
                ]
                return differences(condition, one.expected["condition"])
            case .success(let plan):
                guard let containers = one.expected["containers"] else { return ["planned, not refused"] }
                let expected = containers.elements.map { VectorContainer($0).node }
                let found = plan.spec.node["steps"].map { VectorContainer.steps($0.elements) } ?? []
                let sidecars = plan.spec.node["sidecars"].map { VectorContainer.sidecars($0.elements) } ?? []
                return differences(YAMLNode(found + sidecars), YAMLNode(expected))
            }
        }
        #expect(tally.failures == [])
    }

    private static var exclusions: [Vectors.Exclusion] {
        [
            ("refused at admission", { $0.expected["admissionError"] != nil }),
            (
                "variables of a podTemplate, which only a Pod has",
                { holds($0) { $0[path: "spec", "podTemplate", "env"] != nil } }
            ),
            (
                "StepActions",
                { one in
                    holds(one) { document in
                        let spec = document[path: "spec", "taskSpec"] ?? document["spec"]
                        return (spec?["steps"]?.elements ?? []).contains { $0["ref"] != nil }
                    }
                }
            ),
        ]
    }

    private static func holds(_ one: VectorCase, _ isMeant: (YAMLNode) -> Bool) -> Bool {
        (one.input["documents"]?.elements ?? []).contains(where: isMeant)
    }
}

/// A container in the form in which the vectors show one: the command line joined, nothing of Kubernetes.
private struct VectorContainer {
    var node: YAMLNode

    /// Reads an expectation.
    init(_ expected: YAMLNode) {
        node = withSortedEnvironment(expected)
        node["imageEntrypoint"] = nil
        node["resources"] = nil
        node["stepResults"] = nil
        node["results"] = nil
        let mounts = node["volumeMounts"]?.elements ?? []
        // Workspaces are mounted by whoever makes the containers.
        node["volumeMounts"] = YAMLNode(mounts.filter { $0["name"]?.string?.hasPrefix("ws-") != true })
    }

    static func steps(_ steps: [YAMLNode]) -> [YAMLNode] { steps.map { of($0, kind: "step") } }

    static func sidecars(_ sidecars: [YAMLNode]) -> [YAMLNode] { sidecars.map { of($0, kind: "sidecar") } }

    private static func of(_ container: YAMLNode, kind: String) -> YAMLNode {
        var node = container
        node["kind"] = YAMLNode(kind)
        node["timeout"] = node["timeout"]?.string.flatMap { GoDuration($0) }.map { YAMLNode($0.description) }
        if node["name"] == nil { node["name"] = YAMLNode(kind) }
        for field in [
            "computeResources", "results", "workspaces", "displayName", "stdoutConfig", "stderrConfig", "startupProbe",
        ] {
            node[field] = nil
        }
        let command = node["command"]?.elements ?? []
        if node["script"]?.string?.isEmpty == false {
            node["script"] = YAMLNode(Container(node).scriptFile)
        } else if !command.isEmpty {
            node["command"] = YAMLNode(command + (node["args"]?.elements ?? []))
            node["args"] = nil
        }
        return VectorContainer(node).node
    }
}
