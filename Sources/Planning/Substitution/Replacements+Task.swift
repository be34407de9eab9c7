import Manifests
package import YAML

/// Where Tekton replaces variables in a Task; everywhere else they stay as they are.
///
/// [Tekton: Fields that accept variable substitutions](https://tekton.dev/docs/pipelines/variables/)
extension Replacements {
    package func apply(toTaskSpec spec: YAMLNode) -> YAMLNode {
        guard !isEmpty else { return spec }
        var spec = apply(to: spec, at: Self.taskFields)
        if let steps = spec["steps"]?.sequence { spec["steps"]?.content = .sequence(steps.map { apply(toStep: $0) }) }
        if let template = spec["stepTemplate"] { spec["stepTemplate"] = apply(to: template, at: Self.containerFields) }
        if let sidecars = spec["sidecars"]?.sequence {
            spec["sidecars"]?.content = .sequence(sidecars.map { apply(toSidecar: $0) })
        }
        return spec
    }

    package func apply(toStep step: YAMLNode) -> YAMLNode {
        var step = apply(to: step, at: Self.containerFields + Self.stepFields)
        if let params = step["params"]?.sequence {
            step["params"] = YAMLNode(
                params.map { param in
                    var param = param
                    param["value"] = param["value"].map { apply(to: ParamValue($0)).node }
                    return param
                }
            )
        }
        return step
    }

    package func apply(toSidecar sidecar: YAMLNode) -> YAMLNode {
        apply(to: sidecar, at: Self.containerFields + ["script"])
    }

    /// Replaces in a workspace as a run binds it.
    package func apply(toWorkspaceBinding binding: YAMLNode) -> YAMLNode {
        apply(to: binding, at: Self.bindingFields)
    }

    /// Replaces in every text of a run's `podTemplate`, keys of mappings included.
    package func apply(toPodTemplate template: YAMLNode) -> YAMLNode {
        var template = template
        switch template.content {
        case .sequence(let elements):
            template.content = .sequence(elements.map { apply(toPodTemplate: $0) })
        case .mapping(let mapping):
            let entries = mapping.entries.map {
                YAMLMapping.Entry(key: apply(to: $0.key), keyPlace: $0.keyPlace, value: apply(toPodTemplate: $0.value))
            }
            template.content = .mapping(YAMLMapping(entries))
        default: template = apply(to: template)
        }
        return template
    }

    private static let containerFields: [FieldPath] = [
        "name", "image", "imagePullPolicy", "command", "args", "workingDir",
        "env.*.value",
        "env.*.valueFrom.secretKeyRef.name", "env.*.valueFrom.secretKeyRef.key",
        "env.*.valueFrom.configMapKeyRef.name", "env.*.valueFrom.configMapKeyRef.key",
        "envFrom.*.prefix", "envFrom.*.secretRef.name", "envFrom.*.configMapRef.name",
        "volumeMounts.*.name", "volumeMounts.*.mountPath", "volumeMounts.*.subPath",
    ]

    private static let stepFields: [FieldPath] = [
        "script", "onError", "displayName", "stdoutConfig.path", "stderrConfig.path",
        "when.*.input", "when.*.values", "when.*.cel",
    ]

    private static let taskFields: [FieldPath] = [
        "volumes.*.name",
        "volumes.*.configMap.name", "volumes.*.configMap.items.*.key", "volumes.*.configMap.items.*.path",
        "volumes.*.secret.secretName", "volumes.*.secret.items.*.key", "volumes.*.secret.items.*.path",
        "volumes.*.persistentVolumeClaim.claimName",
        "volumes.*.projected.sources.*.configMap.name", "volumes.*.projected.sources.*.secret.name",
        "volumes.*.projected.sources.*.serviceAccountToken.audience",
        "volumes.*.csi.nodePublishSecretRef.name", "volumes.*.csi.volumeAttributes.*",
        "workspaces.*.mountPath",
    ]

    private static let bindingFields: [FieldPath] = [
        "subPath",
        "persistentVolumeClaim.claimName",
        "configMap.name", "configMap.items.*.key", "configMap.items.*.path",
        "secret.secretName", "secret.items.*.key", "secret.items.*.path",
        "projected.sources.*.configMap.name", "projected.sources.*.secret.name",
        "projected.sources.*.serviceAccountToken.audience",
        "csi.driver", "csi.nodePublishSecretRef.name", "csi.volumeAttributes.*",
    ]
}
