import YAML

extension Document {
    /// The document as `tekton.dev/v1` has it; one of another version than `v1beta1`, or of another kind, as it is.
    ///
    /// What Tekton's conversion does to a `v1beta1` object is done here to its tree; fields without a counterpart
    /// stay, except those of Steps that have no effect. StepActions have one form in all versions; a ClusterTask,
    /// which `v1` does not have, gets the body of a Task.
    /// [Tekton: Migrating from v1beta1 to v1](https://tekton.dev/docs/pipelines/migrating-v1beta1-to-v1/)
    var convertedToV1: Document {
        let isOldStepAction = kind == "StepAction" && apiVersion == "tekton.dev/v1alpha1"
        guard apiVersion == "tekton.dev/v1beta1" || isOldStepAction else { return self }
        var converted = self
        switch kind {
        case "StepAction": break
        case "Task", "ClusterTask": converted.root.change("spec") { $0.convertTaskSpec() }
        case "Pipeline": converted.root.change("spec") { $0.convertPipelineSpec() }
        case "PipelineRun": converted.root.change("spec") { $0.convertPipelineRunSpec() }
        case "TaskRun": converted.root.change("spec") { $0.convertTaskRunSpec() }
        default: return self
        }
        converted.apiVersion = "tekton.dev/v1"
        converted.root.change("apiVersion") { $0.content = .string("tekton.dev/v1") }
        return converted
    }
}

extension YAMLNode {
    // MARK: - Tasks

    fileprivate mutating func convertTaskSpec() {
        changeElements(of: "steps") { step in
            step.convertResources()
            step.removeFieldsWithoutEffect()
            step.change("ref") { $0.convertReference(kind: "StepAction") }
        }
        change("stepTemplate") { template in
            template.convertResources()
            template.removeFieldsWithoutEffect()
            template["name"] = nil
        }
        changeElements(of: "sidecars") { $0.convertResources() }
    }

    private mutating func convertResources() { rename("resources", to: "computeResources") }

    /// Fields of a container that `v1beta1` accepts in a Step and that do nothing there.
    private mutating func removeFieldsWithoutEffect() {
        for field in [
            "ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "terminationMessagePath",
            "terminationMessagePolicy", "stdin", "stdinOnce", "tty",
        ] where mapping?.entry(field) != nil {
            self[field] = nil
        }
    }

    // MARK: - Pipelines

    fileprivate mutating func convertPipelineSpec() {
        for list in ["tasks", "finally"] {
            changeElements(of: list) { task in
                task.change("taskRef") { $0.convertReference(kind: "Task") }
                task.change("pipelineRef") { $0.convertReference(kind: "Pipeline") }
                task.change("taskSpec") { spec in
                    // A custom task's spec has a form of its own.
                    let isCustom = spec["apiVersion"] != nil && spec["kind"] != nil
                    if !isCustom { spec.convertTaskSpec() }
                }
                task.change("pipelineSpec") { $0.convertPipelineSpec() }
            }
        }
    }

    /// A `bundle` in a reference is the older form of the bundles resolver.
    private mutating func convertReference(kind: String) {
        guard let bundle = self["bundle"], self["resolver"] == nil else { return }
        let params: [YAMLNode] = [
            ["name": "bundle", "value": bundle],
            ["name": "name", "value": self["name"] ?? ""],
            ["name": "kind", "value": self["kind"] ?? YAMLNode(kind)],
        ]
        rename("bundle", to: "resolver")
        change("resolver") { $0.content = .string("bundles") }
        for field in ["name", "kind"] { self[field] = nil }
        self["params"] = YAMLNode(.sequence(params), place: bundle.place)
    }

    // MARK: - Runs

    fileprivate mutating func convertTaskRunSpec() {
        change("taskRef") { $0.convertReference(kind: "Task") }
        change("taskSpec") { $0.convertTaskSpec() }
        convertOverrides()
    }

    fileprivate mutating func convertPipelineRunSpec() {
        change("pipelineRef") { $0.convertReference(kind: "Pipeline") }
        change("pipelineSpec") { $0.convertPipelineSpec() }
        changeElements(of: "taskRunSpecs") { spec in
            spec.rename("taskServiceAccountName", to: "serviceAccountName")
            spec.rename("taskPodTemplate", to: "podTemplate")
            spec.convertOverrides()
        }
        for field in ["serviceAccountName", "podTemplate"] {
            move(field, into: "taskRunTemplate", as: field)
        }
        if self["timeout"] != nil {
            self["timeouts"] = nil
            move("timeout", into: "timeouts", as: "pipeline")
        }
    }

    private mutating func convertOverrides() {
        for (old, new) in [("stepOverrides", "stepSpecs"), ("sidecarOverrides", "sidecarSpecs")] {
            rename(old, to: new)
            changeElements(of: new) { $0.convertResources() }
        }
    }

    /// Takes an entry out and puts it into the mapping of another key, with its place.
    private mutating func move(_ key: String, into outer: String, as inner: String) {
        guard let entry = mapping?.entry(key) else { return }
        self[key] = nil
        guard !entry.value.isNull else { return }
        var target = self[outer]?.mapping ?? YAMLMapping()
        target[inner] = nil
        target.append(.init(key: inner, keyPlace: entry.keyPlace, value: entry.value))
        self[outer] = YAMLNode(.mapping(target), place: self[outer]?.place ?? entry.keyPlace)
    }
}
