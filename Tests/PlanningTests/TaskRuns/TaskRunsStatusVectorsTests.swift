import Foundation
import Manifests
import Planning
import TestSupport
import Testing
import YAML

/// Suite `taskrun-status`: what a Pod's containers mean for the TaskRun.
///
/// Out of scope is what only a cluster has: Pods that wait for a node, were evicted or failed though no step did,
/// init containers, results from the logs of a sidecar; and artifacts.
struct TaskRunsStatusVectorsTests {
    @Test func `containers become the status of the vectors`() {
        let tally = Vectors.run(
            "taskrun-status",
            leavingOut: [("only a cluster has it, or artifacts", { !Self.isInScope($0) })]
        ) { one in
            let pod = VectorPod(one)
            let found = TaskRunStatus.node([pod.record])
            let result = one.expected["result"] ?? [:]
            var problems: [String] = []
            for field in ["steps", "sidecars", "results"] {
                problems += differences(Self.shown(found[field]), Self.shown(result[field]), at: field)
            }
            for field in ["status", "reason", "message"] {
                let expected = result["conditions"]?.elements.first?[field]
                problems += differences(found["conditions"]?.elements.first?[field], expected, at: field)
            }
            return problems
        }
        #expect(tally.failures == [])
    }

    private static func isInScope(_ one: VectorCase) -> Bool {
        let status = one.input[path: "pod", "status"]
        let containers = (status?["containerStatuses"]?.elements ?? [])
        let inits = (status?["initContainerStatuses"]?.elements ?? [])
        let hasFailedStep = containers.contains {
            ($0[path: "state", "terminated", "exitCode"]?.integer ?? 0) != 0
                && $0["name"]?.string?.hasPrefix("step-") == true
        }
        let phases: Set<String> = hasFailedStep ? ["Failed", "Running"] : ["Succeeded", "Running"]
        return phases.contains(status?["phase"]?.string ?? "") && status?["message"] == nil && !containers.isEmpty
            && !inits.contains { !($0["name"]?.string ?? "").isEmpty }
            && one.input[path: "features", "results-from"] == nil
            && one.input[path: "taskRun", "status", "steps"] == nil
            && one.expected[path: "result", "artifacts", "inputs"] == nil
            && one.expected[path: "result", "artifacts", "outputs"] == nil
    }

    /// Without the times that the vectors do not give.
    private static func shown(_ node: YAMLNode?) -> YAMLNode {
        YAMLNode(
            (node?.elements ?? []).map { element in
                var element = element
                for field in ["terminated", "running"] where element[field] != nil {
                    element[field]?["finishedAt"] = nil
                    if element[field]?["startedAt"]?.string == "1970-01-01T00:00:00Z" {
                        element[field]?["startedAt"] = nil
                    }
                }
                return element
            }
        )
    }
}

/// A Pod of the vectors, read as the one who runs containers would describe it.
private struct VectorPod {
    var record: TaskRunRecord

    init(_ one: VectorCase) {
        var specNode = one.input["taskSpec"] ?? [:]
        let statuses = one.input[path: "pod", "status", "containerStatuses"]?.elements ?? []
        let order = (one.input[path: "pod", "spec", "containers"]?.elements ?? []).compactMap { $0["name"]?.string }
        let sorted = statuses.enumerated().sorted { left, right in
            let first = order.firstIndex(of: left.element["name"]?.string ?? "") ?? left.offset
            let second = order.firstIndex(of: right.element["name"]?.string ?? "") ?? right.offset
            return first < second
        }.map(\.element)
        let stepStatuses = sorted.filter { $0["name"]?.string?.hasPrefix("step-") == true }
        if specNode["steps"] == nil {
            specNode["steps"] = YAMLNode(stepStatuses.map { ["name": YAMLNode(Self.name($0, without: "step-"))] })
        }
        let spec = TaskSpec(specNode)
        let results = TaskResults(
            stepStatuses.map { TerminationMessage(parsing: Self.message($0)) },
            spec: spec
        )
        let steps = stepStatuses.map { Self.state($0, prefix: "step-", results: results) }
        let sidecars = sorted.filter { $0["name"]?.string?.hasPrefix("sidecar-") == true }
            .map { Self.state($0, prefix: "sidecar-", results: nil) }
        var condition = TaskRunStatus.condition(steps: steps, sidecars: sidecars, spec: spec)
        if let refusal = results.refusal {
            condition = Condition(status: .failed, reason: refusal.reason, message: refusal.message)
        }
        record = TaskRunRecord(
            startedAt: Date(timeIntervalSince1970: 0),
            completedAt: nil,
            condition: condition,
            podName: "pod",
            steps: steps,
            sidecars: sidecars,
            results: condition.status == .running ? [] : results.results
        )
    }

    private static func name(_ status: YAMLNode, without prefix: String) -> String {
        String((status["name"]?.string ?? "").dropFirst(prefix.count))
    }

    private static func message(_ status: YAMLNode) -> [UInt8] {
        Array((status[path: "state", "terminated", "message"]?.string ?? "").utf8)
    }

    private static func state(_ status: YAMLNode, prefix: String, results: TaskResults?) -> ContainerState {
        let name = name(status, without: prefix)
        let message = TerminationMessage(parsing: message(status))
        var phase = ContainerState.Phase.waiting(reason: "", message: "")
        var reason: String?
        if let terminated = status[path: "state", "terminated"] {
            let containerReason = terminated["reason"]?.string ?? ""
            reason = message.terminationReason(containerReason: containerReason)
            phase = .terminated(
                .init(
                    exitCode: message.exitCode ?? terminated["exitCode"]?.integer ?? 0,
                    reason: containerReason,
                    message: message.text,
                    startedAt: message.startedAt
                )
            )
        } else if let waiting = status[path: "state", "waiting"] {
            phase = .waiting(reason: waiting["reason"]?.string ?? "", message: waiting["message"]?.string ?? "")
        } else if status[path: "state", "running"] != nil {
            phase = .running(startedAt: Date(timeIntervalSince1970: 0))
        }
        return ContainerState(
            name: name,
            container: status["name"]?.string ?? "",
            imageID: status["imageID"]?.string ?? "",
            phase: phase,
            terminationReason: reason,
            results: results?.steps[name] ?? []
        )
    }
}
