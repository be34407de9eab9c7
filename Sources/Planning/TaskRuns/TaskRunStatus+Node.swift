import Foundation
import Manifests
package import YAML

extension TaskRunStatus {
    /// A TaskRun's `.status` as Tekton's `v1` API has it.
    ///
    /// [Tekton: TaskRunStatus](https://tekton.dev/docs/pipelines/pipeline-api/#tekton.dev/v1.TaskRunStatus)
    /// - Parameter attempts: All attempts in their order; the last one is the TaskRun's own, the others become its
    ///   `retriesStatus`.
    /// - Returns: The status, empty if there was no attempt.
    package static func node(_ attempts: [TaskRunRecord]) -> YAMLNode {
        guard let last = attempts.last else { return [:] }
        var status = node(last)
        if attempts.count > 1 { status["retriesStatus"] = YAMLNode(attempts.dropLast().map { node($0) }) }
        return status
    }

    private static func node(_ record: TaskRunRecord) -> YAMLNode {
        var status: YAMLNode = ["conditions": [record.condition.node(since: record.completedAt ?? record.startedAt)]]
        status["podName"] = record.podName.isEmpty ? nil : YAMLNode(record.podName)
        status["startTime"] = YAMLNode(record.startedAt.kubernetesText)
        status["completionTime"] = record.completedAt.map { YAMLNode($0.kubernetesText) }
        status["steps"] = list(record.steps.map(\.node))
        status["sidecars"] = list(record.sidecars.map(\.node))
        status["results"] = list(record.results.map(\.node))
        status["artifacts"] = record.artifacts.isEmpty ? nil : record.artifacts.node
        status["taskSpec"] = record.plan?.statusSpec
        if let plan = record.plan { status["provenance"] = provenance(of: plan) }
        return status
    }

    /// Where the Task came from, and the settings of a cluster that would run it as it was run.
    private static func provenance(of plan: TaskRunPlan) -> YAMLNode {
        var provenance: YAMLNode = ["featureFlags": FeatureFlags.node]
        provenance["refSource"] = plan.source?.node
        return provenance
    }

    private static func list(_ nodes: [YAMLNode]) -> YAMLNode? { nodes.isEmpty ? nil : YAMLNode(nodes) }
}

extension RunResult {
    /// The result as it stands in the `.status` of a TaskRun.
    package var node: YAMLNode {
        ["name": YAMLNode(name), "type": YAMLNode(value.type.rawValue), "value": value.node]
    }
}

extension ContainerState {
    fileprivate var node: YAMLNode {
        var node: YAMLNode = ["name": YAMLNode(name), "container": YAMLNode(container)]
        node["imageID"] = imageID.isEmpty ? nil : YAMLNode(imageID)
        switch phase {
        case .waiting("", ""): break
        case .waiting(let reason, let message):
            var waiting: YAMLNode = [:]
            waiting["reason"] = reason.isEmpty ? nil : YAMLNode(reason)
            waiting["message"] = message.isEmpty ? nil : YAMLNode(message)
            node["waiting"] = waiting
        case .running(let startedAt):
            node["running"] = ["startedAt": YAMLNode(startedAt.kubernetesText)]
        case .terminated(let termination):
            node["terminated"] = termination.node(containerID: containerID)
        }
        node["terminationReason"] = (terminationReason ?? "").isEmpty ? nil : terminationReason.map { YAMLNode($0) }
        node["results"] = results.isEmpty ? nil : YAMLNode(results.map(\.node))
        node["provenance"] = provenance?.node
        for entry in artifacts?.node.mapping?.entries ?? [] { node[entry.key] = entry.value }
        return node
    }
}

extension ContainerState.Termination {
    fileprivate func node(containerID: String) -> YAMLNode {
        var node: YAMLNode = [:]
        node["containerID"] = containerID.isEmpty ? nil : YAMLNode("docker://\(containerID)")
        node["exitCode"] = YAMLNode(.integer(exitCode))
        node["reason"] = reason.isEmpty ? nil : YAMLNode(reason)
        node["message"] = message.isEmpty ? nil : YAMLNode(message)
        node["startedAt"] = startedAt.map { YAMLNode($0.kubernetesText) } ?? .null
        node["finishedAt"] = finishedAt.map { YAMLNode($0.kubernetesText) } ?? .null
        return node
    }
}
