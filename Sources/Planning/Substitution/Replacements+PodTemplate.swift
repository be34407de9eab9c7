package import YAML

/// Where Tekton replaces params in a run's `podTemplate`; everywhere else they stay as they are.
///
/// [Tekton: Pod templates](https://tekton.dev/docs/pipelines/podtemplates/)
extension Replacements {
    /// Replaces variables that stand for strings in a `podTemplate`.
    package func apply(toPodTemplate template: YAMLNode) -> YAMLNode {
        let texts = Replacements(strings: strings)
        return texts.applyToKeys(of: texts.apply(to: template, at: Self.fields), at: Self.keyed)
    }

    private static let fields =
        ownFields + securityFields + selectors.flatMap { selector in selectorFields.map { FieldPath(selector, $0) } }
        + nodeTerms.flatMap { term in termFields.map { FieldPath(term, $0) } }
        + podTerms.flatMap { term in podTermFields.map { FieldPath(term, $0) } }
        + volumeFields.map { FieldPath("volumes.*", $0) }

    /// The mappings whose keys may hold variables.
    private static let keyed: [FieldPath] = ["nodeSelector"] + selectors.map { FieldPath($0, "matchLabels") }

    private static let ownFields: [FieldPath] = [
        "nodeSelector.*",
        "tolerations.*.key", "tolerations.*.value", "tolerations.*.operator", "tolerations.*.effect",
        "runtimeClassName", "schedulerName", "priorityClassName", "dnsPolicy",
        "imagePullSecrets.*.name",
        "hostAliases.*.ip", "hostAliases.*.hostnames",
        "topologySpreadConstraints.*.topologyKey",
        "dnsConfig.nameservers", "dnsConfig.searches", "dnsConfig.options.*.name", "dnsConfig.options.*.value",
        "env.*.name", "env.*.value",
        "env.*.valueFrom.configMapKeyRef.name", "env.*.valueFrom.configMapKeyRef.key",
        "env.*.valueFrom.secretKeyRef.name", "env.*.valueFrom.secretKeyRef.key",
        "env.*.valueFrom.fieldRef.fieldPath",
        "env.*.valueFrom.resourceFieldRef.resource", "env.*.valueFrom.resourceFieldRef.containerName",
    ]

    private static let securityFields: [FieldPath] = [
        "seLinuxOptions.user", "seLinuxOptions.role", "seLinuxOptions.type", "seLinuxOptions.level",
        "windowsOptions.gmsaCredentialSpecName", "windowsOptions.gmsaCredentialSpec", "windowsOptions.runAsUserName",
        "supplementalGroupsPolicy", "fsGroupChangePolicy", "seLinuxChangePolicy",
        "sysctls.*.name", "sysctls.*.value",
        "seccompProfile.type", "seccompProfile.localhostProfile",
        "appArmorProfile.type", "appArmorProfile.localhostProfile",
    ].map { FieldPath("securityContext", $0) }

    // MARK: - Affinity

    private static let nodeTerms: [FieldPath] = [
        "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.*",
        "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution.*.preference",
    ]

    private static let termFields: [FieldPath] = [
        "matchExpressions.*.key", "matchExpressions.*.values", "matchFields.*.key", "matchFields.*.values",
    ]

    private static let podTerms: [FieldPath] = [
        "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution.*",
        "affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution.*.podAffinityTerm",
        "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution.*",
        "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.*.podAffinityTerm",
    ]

    private static let podTermFields: [FieldPath] = ["topologyKey", "namespaces"]

    /// What chooses objects by their labels.
    private static let selectors: [FieldPath] =
        ["topologySpreadConstraints.*.labelSelector"]
        + podTerms.flatMap { [FieldPath($0, "labelSelector"), FieldPath($0, "namespaceSelector")] }

    private static let selectorFields: [FieldPath] = [
        "matchLabels.*", "matchExpressions.*.key", "matchExpressions.*.values",
    ]
}
