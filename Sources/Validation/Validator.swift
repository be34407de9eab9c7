package import Manifests
package import YAML

/// Judges documents as Tekton's admission does when they are created.
///
/// It judges a document as it was written, of `v1` or `v1beta1`, before anything was converted. What Tekton admits
/// and then fails at run time (a Task that does not exist, a param that nobody gives) is not found here.
package enum Validator {
    /// What Tekton refuses about a document, in its words and with its paths; nothing for documents that are not
    /// Tekton's.
    ///
    /// - Parameters:
    ///   - document: A document of the set; what is judged is its written form.
    ///   - set: All documents of the command. Admission looks at one document at a time, so they change nothing.
    ///   - settings: How the installation is set up.
    /// - Returns: Errors, each with the path and the place of what is refused.
    package static func validate(
        _ document: Document,
        in set: ManifestSet,
        settings: AdmissionSettings = .everything
    ) -> [Diagnostic] {
        guard document.isTekton else { return [] }
        let isBeta = document.writtenAPIVersion == "tekton.dev/v1beta1"
        let context = Part.Context(settings: settings, isBeta: isBeta)
        let root = Part(node: document.written, path: ErrorPath(), context: context)
        var findings = Findings()
        check(root, kind: document.kind, into: &findings)
        return findings.all.map(\.diagnostic)
    }

    /// What Tekton says of a Pipeline's `spec` that it finds when a run starts, as far as admission would refuse it.
    ///
    /// - Parameters:
    ///   - spec: The `spec`, `v1`.
    ///   - settings: How the installation is set up.
    /// - Returns: All that is wrong in one text, nil if nothing is.
    package static func problem(
        ofPipelineSpec spec: YAMLNode,
        settings: AdmissionSettings = .everything
    ) -> String? {
        let context = Part.Context(settings: settings, isBeta: false)
        var findings = Findings()
        check(pipelineSpec: Part(node: spec, path: ErrorPath(), context: context), into: &findings)
        let texts = findings.all.map { finding in
            ([finding.diagnostic.message] + finding.diagnostic.notes).joined(separator: "\n")
        }
        return texts.isEmpty ? nil : texts.joined(separator: "\n")
    }

    private static func check(_ root: Part, kind: String, into findings: inout Findings) {
        let metadata = part("metadata", of: root)
        let spec = part("spec", of: root)
        switch kind {
        case "Task", "ClusterTask":
            let merged = withMergedSteps(spec)
            check(taskSpec: merged, into: &findings)
            [Rule].task.check(merged, into: &findings)
        case "Pipeline":
            check(pipelineSpec: spec, into: &findings)
            [Rule].pipeline.check(spec, into: &findings)
        case "TaskRun":
            [Rule].taskRun.check(spec, into: &findings)
            [Rule].pending.check(root, into: &findings)
            if let task = spec.part("taskSpec") { check(taskSpec: withMergedSteps(task), into: &findings) }
        case "PipelineRun":
            [Rule].pipelineRun.check(spec, into: &findings)
            [Rule].pending.check(root, into: &findings)
            if let pipeline = spec.part("pipelineSpec") { check(pipelineSpec: pipeline, into: &findings) }
        case "StepAction": [Rule].stepAction.check(spec, into: &findings)
        case "CustomRun": [Rule].customRun.check(spec, into: &findings)
        default: return
        }
        [Rule].metadata.check(metadata, into: &findings)
    }

    private static func check(taskSpec spec: Part, into findings: inout Findings) {
        [Rule].taskSpec.check(spec, into: &findings)
    }

    private static func check(pipelineSpec spec: Part, into findings: inout Findings) {
        [Rule].pipelineSpec.check(spec, into: &findings)
        for task in spec.allTasks where !task.isCustomTask {
            if let embedded = task.part("taskSpec") { check(taskSpec: withMergedSteps(embedded), into: &findings) }
            if !spec.context.isBeta, let child = task.part("pipelineSpec") {
                check(pipelineSpec: child, into: &findings)
            }
        }
    }

    /// A field as a part, an empty one where it is absent.
    private static func part(_ field: String, of root: Part) -> Part {
        root.part(field)
            ?? Part(
                node: YAMLNode(.mapping(YAMLMapping()), place: root.node.place),
                path: root.path.appending(field),
                context: root.context
            )
    }
}

// MARK: - Step templates

extension Validator {
    /// A Task's spec with its steps as they are once the step template is merged into them.
    static func withMergedSteps(_ spec: Part) -> Part {
        guard let template = spec.node["stepTemplate"], let steps = spec.node["steps"]?.sequence else { return spec }
        var merged = spec
        merged.node["steps"] = YAMLNode(
            .sequence(steps.map { merge(template, into: $0) }),
            place: spec.node["steps"]?.place
        )
        return merged
    }

    /// Lists whose elements are told apart by one of their fields; of other fields the step's own counts.
    private static let mergedLists = ["env": "name", "volumeMounts": "mountPath", "volumeDevices": "devicePath"]

    private static func merge(_ template: YAMLNode, into step: YAMLNode) -> YAMLNode {
        guard step["ref"] == nil else { return step }
        var merged = step
        for entry in template.mapping?.entries ?? [] where entry.key != "name" {
            if let key = mergedLists[entry.key], let own = step[entry.key] {
                let names = Set(own.elements.map { $0[key]?.string ?? "" })
                let added = entry.value.elements.filter { !names.contains($0[key]?.string ?? "") }
                merged[entry.key] = YAMLNode(.sequence(own.elements + added), place: own.place)
            } else if isEmpty(step[entry.key]) {
                merged[entry.key] = entry.value
            }
        }
        return merged
    }

    private static func isEmpty(_ node: YAMLNode?) -> Bool {
        guard let node else { return true }
        return node.string == "" || node.sequence?.isEmpty == true
    }
}

extension Findings.Finding {
    /// The whole message, as Tekton joins it together.
    fileprivate var diagnostic: Diagnostic {
        let path = paths.joined(separator: ", ")
        return Diagnostic(
            rule: rule,
            message: path.isEmpty ? message : "\(message): \(path)",
            place: place,
            path: path.isEmpty ? nil : path,
            notes: details.split(separator: "\n").map(String.init)
        )
    }
}
