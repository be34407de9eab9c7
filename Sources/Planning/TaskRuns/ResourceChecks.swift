package import YAML

/// What Tekton checks about resources when a run starts: each check gives Tekton's sentence, nil if all is well.
package enum ResourceChecks {
    /// No step asks for more than its limit, where the limit may be the stepTemplate's.
    package static func requests(in spec: YAMLNode) -> String? {
        for step in spec["steps"]?.elements ?? [] {
            for entry in step[path: "computeResources", "requests"]?.mapping?.entries ?? [] {
                let limit =
                    step[path: "computeResources", "limits"]?[entry.key]
                    ?? spec[path: "stepTemplate", "computeResources", "limits"]?[entry.key]
                guard let limit, let request = Quantity(entry.value), let most = Quantity(limit) else { continue }
                if request.value > most.value {
                    return "invalid request resource value: \(request.text) must be less or equal to limit \(most.text)"
                }
            }
        }
        return nil
    }

    /// `stepSpecs` and `sidecarSpecs` name steps and sidecars of the Task.
    package static func overrides(of taskRun: YAMLNode, for spec: YAMLNode) -> String? {
        var problems: [String] = []
        for (field, containers, kind) in [("stepSpecs", "steps", "Step"), ("sidecarSpecs", "sidecars", "Sidecar")] {
            let names = Set((spec[containers]?.elements ?? []).compactMap { $0["name"]?.string })
            for override in taskRun[field]?.elements ?? [] {
                let name = override["name"]?.string ?? ""
                if !names.contains(name) { problems.append("invalid \(kind)Override: No \(kind) named \(name)") }
            }
        }
        return problems.isEmpty ? nil : problems.joined(separator: "\n")
    }
}

/// An amount of a resource, like `500m` or `1Gi`.
struct Quantity {
    var text: String
    var value: Double

    init?(_ node: YAMLNode) {
        text = node.string ?? node.jsonText()
        let number = text.prefix { $0.isNumber || "+-.".contains($0) }
        let suffix = text.dropFirst(number.count)
        if let value = Double(number), let factor = Self.factors[String(suffix)] {
            self.value = value * factor
        } else if let value = Double(text) {
            self.value = value
        } else {
            return nil
        }
    }

    private static let factors: [String: Double] = [
        "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
        "Ki": 0x1p10, "Mi": 0x1p20, "Gi": 0x1p30, "Ti": 0x1p40, "Pi": 0x1p50, "Ei": 0x1p60,
    ]
}
