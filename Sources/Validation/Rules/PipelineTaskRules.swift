import Manifests
import YAML

extension Part {
    /// The tasks of a Pipeline's spec and those that come last.
    var allTasks: [Part] { parts("tasks") + parts("finally") }

    /// Whether a PipelineTask names a custom task: a kind that is not Tekton's own, or any `apiVersion`.
    ///
    /// `ClusterTask` still counts as Tekton's own, as old pipelines name it.
    var isCustomTask: Bool {
        let own = ["", "Task", "ClusterTask"]
        return [part("taskRef"), part("taskSpec")].contains { target in
            guard let target else { return false }
            return !own.contains(target.text("kind")) || !target.text("apiVersion").isEmpty
        }
    }

    /// Whether a PipelineTask fans out.
    var isMatrixed: Bool { part("matrix").map { $0["params"] != nil || $0["include"] != nil } ?? false }
}

extension Rule {
    static let pipelineTaskNames = Rule("DD2301", "Tasks of a Pipeline have names of their own, each a DNS label.") {
        spec,
        findings in
        var names: Set<String> = []
        for task in spec.allTasks {
            let name = task.text("name")
            if !NameSyntax.isLabel(name) {
                findings.report(
                    "invalid value \(GoText.quoted(name))",
                    in: task,
                    "name",
                    details: "Pipeline Task name must be a valid DNS Label.For more info refer to "
                        + "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names"
                )
            }
            if !names.insert(name).inserted { findings.report("expected exactly one, got both", in: task, "name") }
        }
    }

    static let pipelineTaskReference = Rule("DD2302", "A task of a Pipeline has exactly one taskRef or taskSpec.") {
        spec,
        findings in
        for task in spec.allTasks {
            for field in ["pipelineRef", "pipelineSpec"] where task.has(field) {
                findings.require(.alpha, for: field, in: task, culprit: task.node[field])
            }
            let given = ["taskRef", "taskSpec", "pipelineRef", "pipelineSpec"].filter { task.has($0) }
            if given.isEmpty {
                if task.settings.level == .alpha {
                    findings.report(
                        "expected exactly one, got neither",
                        in: task,
                        "taskRef",
                        "taskSpec",
                        "pipelineRef",
                        "pipelineSpec"
                    )
                } else {
                    findings.report("expected exactly one, got neither", in: task, "taskRef", "taskSpec")
                }
            } else if given.count > 1 {
                findings.report("expected exactly one, got multiple", in: task, fields: given)
            }
        }
    }

    static let inlineSpecs = Rule("DD2303", "A spec inside a Pipeline is written only where that is allowed.") {
        spec,
        findings in
        guard spec.settings.inlineSpecsRefused.contains("pipeline") else { return }
        for task in spec.allTasks {
            for field in ["taskSpec", "pipelineSpec"] where task.has(field) {
                findings.report("must not set the field(s)", in: task, field)
            }
        }
    }

    static let embeddedTaskType = Rule("DD2304", "A Task inside a Pipeline has no apiVersion and no kind.") {
        spec,
        findings in
        for task in spec.allTasks {
            guard let embedded = task.part("taskSpec"), embedded["steps"] != nil else { continue }
            for field in ["apiVersion", "kind"] where !embedded.text(field).isEmpty {
                findings.report(
                    "taskSpec.\(field) cannot be specified when using taskSpec.steps",
                    in: task,
                    "taskSpec.\(field)"
                )
            }
        }
    }

    static let pipelineTaskOnError = Rule("DD2305", "The onError of a task is continue or stopAndFail.") {
        spec,
        findings in
        for task in spec.allTasks {
            let onError = task.text("onError")
            guard !onError.isEmpty, !onError.hasPrefix("$(params") else { continue }
            findings.require(.beta, for: "OnError", in: task, culprit: task.node["onError"])
            if onError != "continue", onError != "stopAndFail" {
                findings.reportInvalid(
                    onError,
                    in: task,
                    "OnError",
                    details: "PipelineTask OnError must be either \"continue\" or \"stopAndFail\""
                )
            }
            if onError == "continue", (task.node["retries"]?.integer ?? 0) > 0 {
                findings.report(
                    "PipelineTask OnError cannot be set to \"continue\" when Retries is greater than 0",
                    in: task,
                    culprit: task.node["onError"]
                )
            }
        }
    }

    static let customTasks = Rule("DD2306", "A custom task has a kind, and an apiVersion with group and version.") {
        spec,
        findings in
        for task in spec.allTasks where task.isCustomTask {
            for (field, word) in [("taskRef", "ref"), ("taskSpec", "spec")] {
                guard let target = task.part(field) else { continue }
                // Where neither is written, the kind of a reference is filled in as Task.
                let isKindFilledIn = field == "taskRef" && Reference.resolver(of: target).isEmpty
                if target.text("kind").isEmpty, !isKindFilledIn {
                    findings.reportInvalid("custom task \(word) must specify kind", in: target, "kind")
                }
                let version = target.text("apiVersion")
                if version.isEmpty {
                    findings.reportInvalid("custom task \(word) must specify apiVersion", in: target, "apiVersion")
                } else if version.split(separator: "/", omittingEmptySubsequences: false).filter({ !$0.isEmpty }).count
                    != 2 || version.count(where: { $0 == "/" }) != 1
                {
                    findings.reportInvalid(
                        "invalid apiVersion format \(GoText.quoted(version)), must be in the format \"group/version\"",
                        in: target,
                        "apiVersion"
                    )
                }
            }
        }
    }

    static let taskReferences = Rule("DD2307", "A reference to a Task or Pipeline names it, or a resolver.") {
        spec,
        findings in
        for task in spec.allTasks where !task.isCustomTask {
            if let reference = task.part("taskRef") {
                checkBundle(reference, into: &findings)
                Reference.check(reference, into: &findings)
            }
            if !spec.context.isBeta, let reference = task.part("pipelineRef") {
                Reference.check(reference, into: &findings)
            }
        }
    }

    /// Bundles are no longer admitted when an object is created.
    static func checkBundle(_ reference: Part, into findings: inout Findings) {
        if !reference.text("bundle").isEmpty { findings.report("must not set the field(s)", in: reference, "bundle") }
    }

    static let pipelineBetaFields = Rule("DD2308", "Resolvers are used only where they are switched on.") {
        spec,
        findings in
        for task in spec.allTasks {
            guard let reference = task.part("taskRef") else { continue }
            if !Reference.resolver(of: reference).isEmpty {
                findings.require(.beta, for: "taskref.resolver", in: reference, culprit: reference.node["resolver"])
            }
            if let params = reference["params"] {
                findings.require(.beta, for: "taskref.params", in: reference, culprit: params)
            }
        }
    }
}
