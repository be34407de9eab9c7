package import Foundation
import Manifests
import Planning
package import YAML

/// Runs as a cluster would show them: Tekton's objects with their `.status`.
package enum RunObjects {
    /// A PipelineRun and all that it made: the TaskRuns in the order in which they ended, then what else there is.
    package static func objects(of finished: PipelineRunner.Finished) -> [YAMLNode] {
        [finished.object] + finished.children.map { object(of: $0) } + finished.others
    }

    /// A TaskRun, with a new identity unless one is given.
    package static func object(of finished: FinishedTaskRun, uid: UUID = UUID()) -> YAMLNode {
        let document = finished.taskRun
        var object = document.root
        var metadata = object["metadata"] ?? [:]
        metadata["namespace"] = YAMLNode(document.metadata.namespace)
        metadata["uid"] = YAMLNode(uid.uuidString.lowercased())
        metadata["creationTimestamp"] = finished.attempts.first.map { YAMLNode($0.startedAt.kubernetesText) }
        object["metadata"] = metadata
        object["status"] = status(of: finished)
        return object
    }

    private static func status(of finished: FinishedTaskRun) -> YAMLNode {
        guard finished.attempts.isEmpty else { return TaskRunStatus.node(finished.attempts) }
        return ["conditions": [finished.condition.node(since: Date())]]
    }

    /// An object without secrets.
    ///
    /// What names things is left alone: a secret that happens to be the word `build` must not rename a step.
    package static func masked(_ object: YAMLNode, by masker: Masker) -> YAMLNode {
        guard !masker.isEmpty else { return object }
        var masked = object
        for part in ["spec", "status"] {
            if let node = object[part] { masked[part] = replacingStrings(in: node, by: masker) }
        }
        if let annotations = object[path: "metadata", "annotations"] {
            masked["metadata"]?["annotations"] = replacingStrings(in: annotations, by: masker, sparing: [])
        }
        return masked
    }

    private static let identities: Set<String> = [
        "apiVersion", "completionTime", "container", "containerID", "finishedAt", "kind", "lastTransitionTime", "name",
        "pipelineTaskName", "podName", "reason", "startTime", "startedAt", "status", "terminationReason", "type", "uid",
    ]

    /// Fields below which a user's own keys stand, whatever they are called.
    private static let values: Set<String> = ["annotations", "default", "value"]

    private static func replacingStrings(
        in node: YAMLNode,
        by masker: Masker,
        sparing identities: Set<String> = identities
    ) -> YAMLNode {
        var replaced = node
        switch node.content {
        case .string(let text): replaced.content = .string(masker.mask(text))
        case .sequence(let elements):
            replaced.content = .sequence(elements.map { replacingStrings(in: $0, by: masker, sparing: identities) })
        case .mapping(let mapping):
            let entries = mapping.entries.map { entry in
                var entry = entry
                let isIdentity = identities.contains(entry.key) && entry.value.string != nil
                let spared = values.contains(entry.key) ? [] : identities
                if !isIdentity { entry.value = replacingStrings(in: entry.value, by: masker, sparing: spared) }
                return entry
            }
            replaced.content = .mapping(YAMLMapping(entries))
        case .null, .bool, .integer, .number: break
        }
        return replaced
    }
}
