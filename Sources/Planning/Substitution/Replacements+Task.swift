import Manifests
package import YAML

/// Where Tekton replaces variables in a Task; everywhere else they stay as they are.
///
/// [Tekton: Fields that accept variable substitutions](https://tekton.dev/docs/pipelines/variables/)
extension Replacements {
    package func apply(toTaskSpec spec: YAMLNode) -> YAMLNode {
        guard !isEmpty, spec.mayHoldVariables else { return spec }
        var spec = apply(to: spec, at: Self.taskFields)
        if let steps = spec["steps"]?.sequence {
            spec["steps"]?.content = .sequence(steps.map { apply(toStep: apply(toParamsOf: $0)) })
        }
        if let template = spec["stepTemplate"] { spec["stepTemplate"] = apply(to: template, at: Self.containerFields) }
        if let sidecars = spec["sidecars"]?.sequence {
            spec["sidecars"]?.content = .sequence(sidecars.map { apply(toSidecar: $0) })
        }
        return spec
    }

    /// Replaces in what a step runs; the params that it gives to a StepAction stay.
    package func apply(toStep step: YAMLNode) -> YAMLNode {
        guard step.mayHoldVariables else { return step }
        var step = apply(to: step, at: Self.containerFields + Self.stepFields)
        step.change("when") { $0 = apply(toWhen: $0) }
        return step
    }

    /// Replaces in the params that a step gives to a StepAction.
    private func apply(toParamsOf step: YAMLNode) -> YAMLNode {
        var step = step
        step.changeElements(of: "params") { param in
            param["value"] = param["value"].map { apply(to: ParamValue($0)).node }
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

    /// Where elements of arrays are looked for before a run starts.
    static let indexedFields =
        ["steps.*", "sidecars.*"].flatMap { container in
            (["script"] + containerFields).map { FieldPath(container, $0) }
        } + containerFields.map { FieldPath("stepTemplate", $0) } + taskFields

    private static let containerFields: [FieldPath] = [
        "name", "image", "imagePullPolicy", "command", "args", "workingDir",
        "env.*.value",
        "env.*.valueFrom.secretKeyRef.name", "env.*.valueFrom.secretKeyRef.key",
        "env.*.valueFrom.configMapKeyRef.name", "env.*.valueFrom.configMapKeyRef.key",
        "envFrom.*.prefix", "envFrom.*.secretRef.name", "envFrom.*.configMapRef.name",
        "volumeMounts.*.name", "volumeMounts.*.mountPath", "volumeMounts.*.subPath",
    ]

    private static let stepFields: [FieldPath] = [
        "script", "onError", "stdoutConfig.path", "stderrConfig.path",
    ]

    private static let taskFields = volumeFields.map { FieldPath("volumes.*", $0) } + ["workspaces.*.mountPath"]

    static let volumeFields: [FieldPath] = [
        "name",
        "configMap.name", "configMap.items.*.key", "configMap.items.*.path",
        "secret.secretName", "secret.items.*.key", "secret.items.*.path",
        "persistentVolumeClaim.claimName",
        "projected.sources.*.configMap.name", "projected.sources.*.secret.name",
        "projected.sources.*.serviceAccountToken.audience",
        "csi.nodePublishSecretRef.name", "csi.volumeAttributes.*",
    ]

    private static let bindingFields: [FieldPath] = [
        "subPath",
        "persistentVolumeClaim.claimName",
        "configMap.name", "configMap.items.*.key", "configMap.items.*.path",
        "secret.secretName", "secret.items.*.key", "secret.items.*.path",
        "projected.sources.*.configMap.name", "projected.sources.*.configMap.items.*.key",
        "projected.sources.*.configMap.items.*.path",
        "projected.sources.*.secret.name", "projected.sources.*.secret.items.*.key",
        "projected.sources.*.secret.items.*.path",
        "csi.driver", "csi.nodePublishSecretRef.name",
    ]
}
