package import YAML

/// What a Task says for all its steps, and a run for some of them, put into each step.
package enum StepMerging {
    /// Puts a stepTemplate into the steps; what a step says itself stays.
    ///
    /// Lists of things with a name (`env`, `volumeMounts`, …) are merged by it, others are replaced whole. A step
    /// that refers to a StepAction takes nothing from the template.
    /// [Tekton: Specifying a Step template](https://tekton.dev/docs/pipelines/tasks/#specifying-a-step-template)
    package static func steps(_ steps: [YAMLNode], template: YAMLNode?) -> [YAMLNode] {
        guard let template else { return steps }
        return steps.map { $0["ref"] == nil ? merge($0, over: template, field: "") : $0 }
    }

    /// Puts `stepSpecs` or `sidecarSpecs` of a run into the containers that they name: resources only.
    package static func containers(_ containers: [YAMLNode], overrides: [YAMLNode]) -> [YAMLNode] {
        let byName = Dictionary(
            overrides.compactMap { override in override["computeResources"].map { (override["name"]?.string, $0) } },
            uniquingKeysWith: { $1 }
        )
        return containers.map { container in
            guard let name = container["name"]?.string, let resources = byName[name] else { return container }
            var container = container
            let own = container["computeResources"] ?? [:]
            container["computeResources"] = merge(resources, over: own, field: "computeResources")
            return container
        }
    }

    /// The key that makes an element of a list the same as another, as Kubernetes' strategic merge knows them.
    private static let mergeKeys = [
        "env": "name", "volumeMounts": "mountPath", "volumeDevices": "devicePath", "ports": "containerPort",
    ]

    private static func merge(_ node: YAMLNode, over base: YAMLNode, field: String) -> YAMLNode {
        switch (node.content, base.content) {
        case (.mapping(let own), .mapping(let inherited)):
            var merged = node
            for entry in inherited.entries {
                guard let value = own[entry.key], !isUnset(value, field: entry.key) else {
                    merged[entry.key] = entry.value
                    continue
                }
                merged[entry.key] = merge(value, over: entry.value, field: entry.key)
            }
            // Of a variable's value there is one source: then the container's own counts alone.
            let hasTwoValues = merged["value"].map { $0.string != "" } == true && merged["valueFrom"] != nil
            return field == "env" && hasTwoValues ? node : merged
        case (.sequence(let own), .sequence(let inherited)):
            guard let key = mergeKeys[field] else { return own.isEmpty ? base : node }
            return YAMLNode(.sequence(merge(own, over: inherited, key: key, field: field)), place: node.place)
        default:
            return node
        }
    }

    /// The step's own elements last, so that a later one may refer to an inherited one.
    private static func merge(_ own: [YAMLNode], over base: [YAMLNode], key: String, field: String) -> [YAMLNode] {
        var merged = base
        for element in own {
            if let index = merged.firstIndex(where: { $0[key] == element[key] }) {
                merged[index] = merge(element, over: merged[index], field: field)
            } else {
                merged.append(element)
            }
        }
        return merged
    }

    /// A value that says as little as none: Kubernetes does not write it.
    private static func isUnset(_ value: YAMLNode, field: String) -> Bool {
        value.isNull || value.string == "" || (field == "readOnly" && value.bool == false)
    }
}
