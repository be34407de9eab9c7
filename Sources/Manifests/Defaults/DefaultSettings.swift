package import YAML

/// What a cluster's `config-defaults` says; without it, what Tekton does by itself.
///
/// [Tekton: Customizing basic execution parameters](https://tekton.dev/docs/pipelines/additional-configs/#customizing-basic-execution-parameters)
package struct DefaultSettings: Sendable {
    /// How long a run may take.
    package var timeout = PipelineRunTimeouts.standard
    /// Empty: none is filled in.
    package var serviceAccount = "default"
    /// The resolver of references that name nothing.
    package var resolver = ""
    package var managedBy = "tekton-pipelines"
    /// What is added to the `podTemplate` of runs, nil for nothing.
    package var podTemplate: YAMLNode?

    package init() {}

    /// Reads the `data` of the config map.
    package init(_ data: [String: String]) {
        if let minutes = data["default-timeout-minutes"].flatMap({ Int64($0) }) {
            timeout = GoDuration(seconds: minutes * 60)
        }
        if let account = data["default-service-account"] { serviceAccount = account }
        if let resolver = data["default-resolver-type"] { self.resolver = resolver }
        if let label = data["default-managed-by-label-value"] { managedBy = label }
        // One that cannot be read is as good as none.
        podTemplate = data["default-pod-template"].flatMap { text in
            try? YAMLParser.parse(text, file: "default-pod-template").first
        }
    }
}

extension DefaultSettings {
    /// A run's template with what it leaves open filled in; lists of things with names are united.
    func merged(_ template: YAMLNode?) -> YAMLNode? {
        guard let podTemplate else { return template }
        guard var merged = template else { return podTemplate }
        for entry in podTemplate.mapping?.entries ?? [] {
            switch entry.key {
            case "env", "volumes":
                let own = merged[entry.key]?.elements ?? []
                let names = Set(own.map { $0["name"] ?? "" }.compactMap(\.string))
                let added = entry.value.elements.filter { !names.contains($0["name"]?.string ?? "") }
                merged[entry.key] = YAMLNode(own + added)
            case "hostNetwork":
                if merged["hostNetwork"]?.bool != true { merged["hostNetwork"] = entry.value }
            default:
                let isUnset = merged[entry.key].map { $0.string == "" } ?? true
                if isUnset { merged[entry.key] = entry.value }
            }
        }
        return merged
    }
}
