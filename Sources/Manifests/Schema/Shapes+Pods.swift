extension Shapes {
    static let pods: [ShapeName: Shape] = [
        .podTemplate: [
            "affinity": .openObject(.affinity), "automountServiceAccountToken": .boolean,
            "dnsConfig": .object(.podDNSConfig), "dnsPolicy": .string, "enableServiceLinks": .boolean,
            "env": .objects(.envVar), "hostAliases": .objects(.hostAlias), "hostNetwork": .boolean,
            "hostUsers": .boolean, "imagePullSecrets": .objects(.localObjectReference), "nodeSelector": .labels,
            "priorityClassName": .string, "runtimeClassName": .string, "schedulerName": .string,
            "securityContext": .openObject(.podSecurityContext), "tolerations": .objects(.toleration),
            "topologySpreadConstraints": .objects(.topologySpreadConstraint), "volumes": .open(.objects(.volume)),
        ],
        .podSecurityContext: [
            "appArmorProfile": .object(.securityProfile), "fsGroup": .integer, "fsGroupChangePolicy": .string,
            "runAsGroup": .integer, "runAsNonRoot": .boolean, "runAsUser": .integer, "seLinuxChangePolicy": .string,
            "seLinuxOptions": .object(.seLinuxOptions), "seccompProfile": .object(.securityProfile),
            "supplementalGroups": .integers, "supplementalGroupsPolicy": .string, "sysctls": .objects(.sysctl),
            "windowsOptions": .object(.windowsOptions),
        ],
        .sysctl: ["name": .string, "value": .string],
        .toleration: [
            "effect": .string, "key": .string, "operator": .string, "tolerationSeconds": .integer, "value": .string,
        ],
        .topologySpreadConstraint: [
            "labelSelector": .object(.labelSelector), "matchLabelKeys": .strings, "maxSkew": .integer,
            "minDomains": .integer, "nodeAffinityPolicy": .string, "nodeTaintsPolicy": .string,
            "topologyKey": .string, "whenUnsatisfiable": .string,
        ],
        .hostAlias: ["hostnames": .strings, "ip": .string],
        .podDNSConfig: [
            "nameservers": .strings, "options": .objects(.podDNSConfigOption), "searches": .strings,
        ],
        .podDNSConfigOption: ["name": .string, "value": .string],
        .affinity: [
            "nodeAffinity": .object(.nodeAffinity), "podAffinity": .object(.podAffinity),
            "podAntiAffinity": .object(.podAffinity),
        ],
        .nodeAffinity: [
            "preferredDuringSchedulingIgnoredDuringExecution": .objects(.preferredSchedulingTerm),
            "requiredDuringSchedulingIgnoredDuringExecution": .object(.nodeSelector),
        ],
        .podAffinity: [
            "preferredDuringSchedulingIgnoredDuringExecution": .objects(.weightedPodAffinityTerm),
            "requiredDuringSchedulingIgnoredDuringExecution": .objects(.podAffinityTerm),
        ],
        .nodeSelector: ["nodeSelectorTerms": .objects(.nodeSelectorTerm)],
        .nodeSelectorTerm: [
            "matchExpressions": .objects(.nodeSelectorRequirement), "matchFields": .objects(.nodeSelectorRequirement),
        ],
        .nodeSelectorRequirement: ["key": .string, "operator": .string, "values": .strings],
        .preferredSchedulingTerm: ["preference": .object(.nodeSelectorTerm), "weight": .integer],
        .weightedPodAffinityTerm: ["podAffinityTerm": .object(.podAffinityTerm), "weight": .integer],
        .podAffinityTerm: [
            "labelSelector": .object(.labelSelector), "matchLabelKeys": .strings, "mismatchLabelKeys": .strings,
            "namespaceSelector": .object(.labelSelector), "namespaces": .strings, "topologyKey": .string,
        ],
    ]
}
