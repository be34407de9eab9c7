import Foundation
import Manifests
package import YAML

/// What others see of a PipelineRun.
extension PipelineRunState {
    /// The PipelineRun's `.status`.
    package var status: YAMLNode {
        if !hasStarted, let status = earlier.finalStatus { return status }
        var status: YAMLNode = [:]
        status["conditions"] = [
            [
                "type": "Succeeded",
                "status": YAMLNode(condition.status.rawValue),
                "reason": YAMLNode(condition.reason),
                "message": YAMLNode(condition.message),
                "lastTransitionTime": Self.text(of: transitionTime) ?? "",
            ]
        ]
        status["startTime"] = Self.text(of: startTime)
        status["completionTime"] = Self.text(of: completionTime)
        status["finallyStartTime"] = Self.text(of: finallyStartTime)
        let children = childReferences
        if !children.isEmpty { status["childReferences"] = YAMLNode(children) }
        let skipped = skippedTasks
        if !skipped.isEmpty { status["skippedTasks"] = YAMLNode(skipped.map { Self.node(of: $0) }) }
        if !results.isEmpty {
            status["results"] = YAMLNode(results.map { ["name": YAMLNode($0.name), "value": $0.value.node] })
        }
        status["pipelineSpec"] = preparation.pipelineSpec
        if preparation.pipelineSpec != nil { status["provenance"] = provenance }
        return status
    }

    /// Where the Pipeline came from, and the settings of a cluster that would run it as it was run.
    ///
    /// [Tekton: Provenance](https://tekton.dev/docs/pipelines/pipeline-api/#tekton.dev/v1.Provenance)
    private var provenance: YAMLNode {
        var provenance: YAMLNode = ["featureFlags": FeatureFlags.node]
        provenance["refSource"] = preparation.source?.node
        return provenance
    }

    /// The PipelineRun as the cluster would show it: after defaults, with what its Pipeline hands to it, with its status.
    package var object: YAMLNode {
        var object = run.root
        var metadata = object["metadata"] ?? [:]
        metadata["namespace"] = YAMLNode(preparation.namespace)
        metadata["uid"] = YAMLNode(uid)
        if !preparation.metadata.labels.isEmpty { metadata["labels"] = YAMLNode(preparation.metadata.labels) }
        if !preparation.metadata.annotations.isEmpty {
            metadata["annotations"] = YAMLNode(preparation.metadata.annotations)
        }
        object["metadata"] = metadata
        object["spec"] = preparation.runSpec
        object["status"] = status
        return object
    }

    /// The runs of the tasks, in the order in which Tekton lists them.
    var childReferences: [YAMLNode] {
        let started = nodes.indices.filter { !nodes[$0].runs.isEmpty }
        let listed =
            listsChildrenByName
            ? started.sorted { nodes[$0].task.name < nodes[$1].task.name }
            : started.filter { !latestNodes.contains($0) } + started.filter { latestNodes.contains($0) }
        return listed.flatMap { index in
            nodes[index].runs.sorted { $0.name < $1.name }.map { reference(to: $0, of: nodes[index]) }
        }
    }

    private func reference(to child: ChildRun, of node: TaskNode) -> YAMLNode {
        var reference: YAMLNode = [
            "apiVersion": YAMLNode(node.kind.apiVersion), "kind": YAMLNode(node.kind.rawValue),
            "name": YAMLNode(child.name), "pipelineTaskName": YAMLNode(node.task.name),
        ]
        let displayName = displayName(of: child, node)
        if !displayName.isEmpty { reference["displayName"] = YAMLNode(displayName) }
        if !node.task.when.isEmpty { reference["whenExpressions"] = YAMLNode(node.task.when.map(\.node)) }
        return reference
    }

    /// The display name, for a run of a matrix that of the combinations that it is part of.
    private func displayName(of child: ChildRun, _ node: TaskNode) -> String {
        var params = Replacements()
        for case (let name, .string(let text)) in child.params.map({ ($0.name, $0.value) }) {
            params.strings["params.\(name)"] = text
        }
        let names = (node.task.matrix?.include ?? []).filter { entry in
            !entry.name.isEmpty
                && entry.params.allSatisfy { param in
                    guard let given = params.strings["params.\(param.name)"] else { return false }
                    return param.value.type != .string || param.value.asString == given
                }
        }
        guard names.isEmpty else { return names.map { params.apply(to: $0.name) }.joined(separator: " ") }
        return params.apply(to: node.task.displayName)
    }

    private static func node(of skipped: SkippedTask) -> YAMLNode {
        var node: YAMLNode = ["name": YAMLNode(skipped.name), "reason": YAMLNode(skipped.reason)]
        if !skipped.whenExpressions.isEmpty {
            node["whenExpressions"] = YAMLNode(skipped.whenExpressions.map(\.node))
        }
        return node
    }

    private static func text(of date: Date?) -> YAMLNode? {
        date.map { YAMLNode($0.formatted(.iso8601)) }
    }
}
