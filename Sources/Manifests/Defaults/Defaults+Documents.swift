package import YAML

extension Defaults {
    /// A document as a cluster stores it on creation: decoded, defaults filled in.
    /// - Parameters:
    ///   - document: Any of Tekton's documents, in the version in which it was written.
    ///   - settings: What the cluster says about defaults.
    /// - Returns: The whole document; one that is not Tekton's as it is.
    package static func document(_ document: Document, settings: DefaultSettings = DefaultSettings()) -> YAMLNode {
        guard var root = Schema.stored(document) else { return document.root }
        let defaults = DocumentDefaults(isBeta: document.apiVersion == "tekton.dev/v1beta1", settings: settings)
        let spec = root["spec"] ?? [:]
        switch document.kind {
        case "Task", "ClusterTask": root["spec"] = defaults.taskSpec(spec)
        case "Pipeline": root["spec"] = defaults.pipelineSpec(spec)
        case "StepAction": root["spec"] = stepActionSpec(spec)
        case "PipelineRun":
            root["spec"] = defaults.pipelineRunSpec(spec)
            root.removeReservedAnnotations()
        case "TaskRun":
            root["spec"] = defaults.taskRunSpec(spec)
            root.removeReservedAnnotations()
            root.addLabel("app.kubernetes.io/managed-by", settings.managedBy)
        case "CustomRun": root["spec"] = defaults.withAccount(spec)
        default: break
        }
        return root
    }
}

/// The defaults of one version under one cluster's settings.
private struct DocumentDefaults {
    let isBeta: Bool
    let settings: DefaultSettings

    func taskSpec(_ written: YAMLNode) -> YAMLNode {
        var spec = Defaults.taskSpec(written)
        // `v1beta1` leaves such a reference as it is.
        guard !isBeta else { return spec }
        spec.changeElements(of: "steps") { step in step.change("ref") { $0 = withResolver($0) } }
        return spec
    }

    func pipelineSpec(_ written: YAMLNode) -> YAMLNode {
        var spec = written
        for list in ["tasks", "finally"] {
            spec.changeElements(of: list) { task in
                task.change("taskRef") { $0 = withResolver($0) }
                task.change("taskSpec") { $0 = taskSpec($0) }
            }
        }
        return Defaults.pipelineSpec(spec)
    }

    func taskRunSpec(_ written: YAMLNode) -> YAMLNode {
        var spec = withAccount(written)
        spec.change("taskRef") { reference in
            reference = withResolver(reference)
            guard isEmpty(reference["kind"]), isEmpty(reference["resolver"]) else { return }
            reference["kind"] = "Task"
        }
        if spec["timeout"] == nil { spec["timeout"] = YAMLNode(settings.timeout.description) }
        spec["podTemplate"] = settings.merged(spec["podTemplate"])
        spec.change("taskSpec") { $0 = taskSpec($0) }
        return spec
    }

    func pipelineRunSpec(_ written: YAMLNode) -> YAMLNode {
        var spec = written
        spec.change("pipelineRef") { $0 = withResolver($0) }
        spec.change("pipelineSpec") { $0 = pipelineSpec($0) }
        if isBeta {
            if spec["timeouts"] == nil, spec["timeout"] == nil {
                spec["timeout"] = YAMLNode(settings.timeout.description)
            }
            spec.change("timeouts") { $0 = withTimeout($0) }
            spec["podTemplate"] = settings.merged(spec["podTemplate"])
            return withAccount(spec)
        }
        spec["timeouts"] = withTimeout(spec["timeouts"] ?? [:])
        var template = withAccount(spec["taskRunTemplate"] ?? [:])
        template["podTemplate"] = settings.merged(template["podTemplate"])
        spec["taskRunTemplate"] = template
        return spec
    }

    func withAccount(_ node: YAMLNode) -> YAMLNode {
        guard isEmpty(node["serviceAccountName"]), !settings.serviceAccount.isEmpty else { return node }
        var node = node
        node["serviceAccountName"] = YAMLNode(settings.serviceAccount)
        return node
    }

    private func withTimeout(_ timeouts: YAMLNode) -> YAMLNode {
        var timeouts = timeouts
        if timeouts["pipeline"] == nil { timeouts["pipeline"] = YAMLNode(settings.timeout.description) }
        return timeouts
    }

    private func withResolver(_ reference: YAMLNode) -> YAMLNode {
        guard isEmpty(reference["name"]), isEmpty(reference["resolver"]), !settings.resolver.isEmpty else {
            return reference
        }
        var reference = reference
        reference["resolver"] = YAMLNode(settings.resolver)
        return reference
    }

    private func isEmpty(_ node: YAMLNode?) -> Bool { (node?.string ?? "").isEmpty }
}

extension YAMLNode {
    /// Takes out annotations by which a cluster marks what it has signed: nobody else may set them.
    fileprivate mutating func removeReservedAnnotations() {
        change("metadata") { metadata in
            metadata.change("annotations") { annotations in
                let entries = (annotations.mapping?.entries ?? []).filter { !$0.key.contains("chains.tekton.dev/") }
                annotations.content = .mapping(YAMLMapping(entries))
            }
        }
    }

    /// Adds a label where there is none of its name.
    fileprivate mutating func addLabel(_ name: String, _ value: String) {
        var metadata = self["metadata"] ?? [:]
        var labels = metadata["labels"] ?? [:]
        if labels[name] == nil { labels[name] = YAMLNode(value) }
        metadata["labels"] = labels
        self["metadata"] = metadata
    }
}
