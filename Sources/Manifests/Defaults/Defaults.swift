package import YAML

/// Fills in what Tekton fills in when it stores an object, so that a status shows what a cluster's would.
///
/// Types of params and results, the kind of a reference, values as strings, lengths of time as Go writes them.
package enum Defaults {
    /// `spec` of a Pipeline, and every Task embedded in it.
    package static func pipelineSpec(_ spec: YAMLNode) -> YAMLNode {
        var spec = withoutNulls(spec)
        spec.replaceEach("params", with: paramSpec)
        spec.replaceEach("tasks", with: pipelineTask)
        spec.replaceEach("finally", with: pipelineTask)
        spec.replaceEach("results", with: withStoredValue)
        return spec
    }

    /// `spec` of a Task.
    package static func taskSpec(_ spec: YAMLNode) -> YAMLNode {
        var spec = withoutNulls(spec)
        spec.replaceEach("params", with: paramSpec)
        spec.replaceEach("results") { withType($0, ofDefault: nil) }
        spec.replaceEach("steps") { step in
            var step = withStoredDuration(step, key: "timeout")
            step.replaceEach("params", with: withStoredValue)
            return step
        }
        return spec
    }

    /// `spec` of a StepAction.
    package static func stepActionSpec(_ spec: YAMLNode) -> YAMLNode {
        var spec = withoutNulls(spec)
        spec.replaceEach("params", with: paramSpec)
        spec.replaceEach("results") { withType($0, ofDefault: nil) }
        return spec
    }

    /// `spec` of a PipelineRun; the Pipeline embedded in it included.
    package static func pipelineRunSpec(_ spec: YAMLNode) -> YAMLNode {
        var spec = withoutNulls(spec)
        spec.replaceEach("params", with: withStoredValue)
        if let pipeline = spec["pipelineSpec"] { spec["pipelineSpec"] = pipelineSpec(pipeline) }
        var timeouts = spec["timeouts"] ?? [:]
        for key in ["pipeline", "tasks", "finally"] { timeouts = withStoredDuration(timeouts, key: key) }
        if timeouts["pipeline"] == nil {
            timeouts["pipeline"] = YAMLNode(PipelineRunTimeouts.standard.description)
        }
        spec["timeouts"] = timeouts
        var template = spec["taskRunTemplate"] ?? [:]
        if (template["serviceAccountName"]?.string ?? "").isEmpty { template["serviceAccountName"] = "default" }
        spec["taskRunTemplate"] = template
        spec.replaceEach("taskRunSpecs") { withStoredDuration($0, key: "timeout") }
        return spec
    }

    private static func pipelineTask(_ task: YAMLNode) -> YAMLNode {
        var task = withStoredDuration(task, key: "timeout")
        task.replaceEach("params", with: withStoredValue)
        if var reference = task["taskRef"] {
            let isOfCluster = (reference["resolver"]?.string ?? "").isEmpty
            if isOfCluster, (reference["kind"]?.string ?? "").isEmpty { reference["kind"] = "Task" }
            reference.replaceEach("params", with: withStoredValue)
            task["taskRef"] = reference
        }
        if let spec = task["taskSpec"] { task["taskSpec"] = taskSpec(spec) }
        if var matrix = task["matrix"] {
            matrix.replaceEach("params", with: withStoredValue)
            matrix.replaceEach("include") { entry in
                var entry = entry
                entry.replaceEach("params", with: withStoredValue)
                return entry
            }
            task["matrix"] = matrix
        }
        return task
    }

    private static func paramSpec(_ node: YAMLNode) -> YAMLNode {
        var node = node
        if let value = node["default"] { node["default"] = ParamValue(value).node }
        return withType(node, ofDefault: node["default"])
    }

    /// A declaration with its type: as written, else object where it has properties, else that of its default.
    private static func withType(_ node: YAMLNode, ofDefault value: YAMLNode?) -> YAMLNode {
        var node = node
        if let properties = node["properties"]?.mapping {
            let entries = properties.entries.map { entry in
                var entry = entry
                if (entry.value["type"]?.string ?? "").isEmpty { entry.value["type"] = "string" }
                return entry
            }
            node["properties"] = YAMLNode(.mapping(YAMLMapping(entries)))
        }
        guard (node["type"]?.string ?? "").isEmpty else { return node }
        let type: ParamType = node["properties"] != nil ? .object : value.map { ParamValue($0).type } ?? .string
        node["type"] = YAMLNode(type.rawValue)
        return node
    }

    private static func withStoredValue(_ node: YAMLNode) -> YAMLNode {
        guard let value = node["value"] else { return node }
        var node = node
        node["value"] = ParamValue(value).node
        return node
    }

    private static func withStoredDuration(_ node: YAMLNode, key: String) -> YAMLNode {
        guard let duration = node[key]?.string.flatMap({ GoDuration($0) }) else { return node }
        var node = node
        node[key] = YAMLNode(duration.description)
        return node
    }

    /// A key whose value is null is as good as absent.
    private static func withoutNulls(_ node: YAMLNode) -> YAMLNode {
        guard let mapping = node.mapping, mapping.entries.contains(where: \.value.isNull) else { return node }
        return YAMLNode(.mapping(YAMLMapping(mapping.entries.filter { !$0.value.isNull })), place: node.place)
    }
}

extension YAMLNode {
    /// Changes each element of the list that a key holds.
    fileprivate mutating func replaceEach(_ key: String, with change: (YAMLNode) -> YAMLNode) {
        guard let list = self[key], let elements = list.sequence else { return }
        self[key] = YAMLNode(.sequence(elements.map(change)), place: list.place)
    }
}
