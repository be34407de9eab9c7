import Manifests
package import YAML

/// What Tekton checks about resources when a run starts: each check gives Tekton's sentence, nil if all is well.
package enum ResourceChecks {
    /// No step asks for more than its limit, where the limit may be the stepTemplate's.
    package static func requests(in spec: YAMLNode) -> String? {
        let inherited = spec[path: "stepTemplate", "computeResources", "limits"]
        for step in spec["steps"]?.elements ?? [] {
            let limits = step[path: "computeResources", "limits"]
            for entry in step[path: "computeResources", "requests"]?.mapping?.entries ?? [] {
                guard let limit = limits?[entry.key] ?? inherited?[entry.key], let request = Quantity(entry.value),
                    let most = Quantity(limit), request.amount > most.amount
                else { continue }
                return "invalid request resource value: \(request) must be less or equal to limit \(most)"
            }
        }
        return nil
    }

    /// `stepSpecs` and `sidecarSpecs` name steps and sidecars of the Task.
    package static func overrides(of taskRun: YAMLNode, for spec: YAMLNode) -> String? {
        var problems: [String] = []
        for (field, containers, kind) in [("stepSpecs", "steps", "Step"), ("sidecarSpecs", "sidecars", "Sidecar")] {
            let names = Set((spec[containers]?.elements ?? []).map { $0["name"]?.string ?? "" })
            for override in taskRun[field]?.elements ?? [] {
                let name = override["name"]?.string ?? ""
                if !names.contains(name) { problems.append("invalid \(kind)Override: No \(kind) named \(name)") }
            }
        }
        return problems.isEmpty ? nil : problems.joined(separator: "\n")
    }
}

extension Quantity {
    init?(_ node: YAMLNode) { self.init(node.string ?? node.jsonText()) }
}
