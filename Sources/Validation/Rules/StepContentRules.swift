import YAML
import Manifests

extension Rule {
    static let taskHasSteps = Rule("DD2101", "A Task has at least one step.") { spec, findings in
        if spec["steps"] == nil { findings.reportMissing(in: spec, "steps") }
    }

    static let taskResources = Rule("DD2102", "PipelineResources have gone.") { spec, findings in
        if spec.context.isBeta, spec.has("resources") {
            findings.report("must not set the field(s)", in: spec, "resources")
        }
    }

    static let stepReference = Rule("DD2103", "A step that refers to a StepAction says nothing that the action says.") {
        spec,
        findings in
        for step in spec.parts("steps") {
            guard let reference = step.part("ref") else { continue }
            Reference.check(reference.at(step.path), into: &findings)
            for (field, name) in fieldsOfAnAction where step[field] != nil && step.node[field]?.string != "" {
                findings.report("\(name) cannot be used with Ref", in: step, field)
            }
        }
    }

    private static let fieldsOfAnAction = [
        ("image", "image"), ("command", "command"), ("args", "args"), ("script", "script"),
        ("workingDir", "working dir"), ("env", "env"), ("volumeMounts", "volumeMounts"), ("results", "results"),
    ]

    static let stepContent = Rule("DD2104", "A step has an image, and either a script or a command.") {
        spec,
        findings in
        for step in spec.parts("steps") where !step.has("ref") && !step.isRefusedAtOnce {
            if step["params"] != nil { findings.report("params cannot be used without Ref", in: step, "params") }
            if step.text("image").isEmpty { findings.reportMissing(in: step, "Image") }
            if !step.text("script").isEmpty, step["command"] != nil {
                findings.report("script cannot be used with command", in: step, "script")
            }
        }
    }

    static let stepNames = Rule("DD2105", "Steps have names of their own, each a DNS label.") { spec, findings in
        var names: Set<String> = []
        for step in spec.parts("steps") {
            let name = step.text("name")
            guard !name.isEmpty else { continue }
            if !names.insert(name).inserted {
                if step.context.isBeta {
                    findings.reportInvalid(name, in: step, "name")
                } else {
                    findings.report("expected exactly one, got both", in: step, "name")
                }
            }
            guard !NameSyntax.isLabel(name) else { continue }
            findings.report(
                "invalid value \(GoText.quoted(name))",
                in: step,
                "name",
                details: "Task step name must be a valid DNS Label, For more info refer to "
                    + "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#names"
            )
        }
    }

    static let stepTimeout = Rule("DD2106", "The timeout of a step is not negative.") { spec, findings in
        for step in spec.parts("steps") {
            guard let timeout = step.negativeTimeout else { continue }
            findings.report(
                "invalid value: \(timeout)",
                in: step,
                "negative timeout",
                culprit: step.node["timeout"]
            )
        }
    }

    static let stepVolumeMounts = Rule("DD2107", "A step mounts nothing where Tekton keeps its own files.") {
        spec,
        findings in
        for step in spec.parts("steps") {
            for mount in step.parts("volumeMounts") {
                let name = mount.text("name")
                let path = mount.text("mountPath")
                let clean = MountPath.cleaned(path)
                if clean.hasPrefix("/tekton/"), !clean.hasPrefix("/tekton/home") {
                    findings.report(
                        "volumeMount cannot be mounted under /tekton/ (volumeMount \(GoText.quoted(name)) "
                            + "mounted at \(GoText.quoted(path)))",
                        in: mount,
                        "mountPath"
                    )
                }
                if name.hasPrefix("tekton-internal-") {
                    findings.report(
                        "volumeMount name \(GoText.quoted(name)) cannot start with \"tekton-internal-\"",
                        in: mount,
                        "name"
                    )
                }
            }
        }
    }

    static let stepOnError = Rule("DD2108", "The onError of a step is continue or stopAndFail.") { spec, findings in
        for step in spec.parts("steps") {
            let onError = step.text("onError")
            if onError.isEmpty || onError.hasPrefix("$(params") || ["continue", "stopAndFail"].contains(onError) {
                continue
            }
            findings.report(
                "invalid value: \"\(onError)\"",
                in: step,
                "onError",
                details: "Task step onError must be either \"continue\" or \"stopAndFail\""
            )
        }
    }

    static let stepFeatures = Rule("DD2109", "A step uses no feature that is switched off.") { spec, findings in
        for step in spec.parts("steps") {
            if step.text("script").trimmed.hasPrefix("#!win") {
                findings.require(.alpha, for: "windows script support", in: step, culprit: step.node["script"])
            }
            if step.has("stdoutConfig") {
                findings.require(
                    .alpha,
                    for: "step stdout stream support",
                    in: step,
                    culprit: step.node["stdoutConfig"]
                )
            }
            if step.has("stderrConfig") {
                findings.require(
                    .alpha,
                    for: "step stderr stream support",
                    in: step,
                    culprit: step.node["stderrConfig"]
                )
            }
        }
    }

    static let sidecars = Rule("DD2110", "A sidecar has an image, and either a script or a command.") {
        spec,
        findings in
        for sidecar in spec.parts("sidecars") {
            // The element's number is missing in the paths that Tekton gives.
            let named = sidecar.at(spec.path.appending("sidecars"))
            let name = sidecar.text("name")
            if name == "tekton-log-results" {
                let field = spec.context.isBeta ? "" : "name"
                findings.report("Invalid: cannot use reserved sidecar name \(name) ", in: named, field)
            }
            guard !spec.context.isBeta else { continue }
            if sidecar.text("image").isEmpty { findings.reportMissing(in: named, "image") }
            if !sidecar.text("script").isEmpty, sidecar["command"] != nil {
                findings.report("script cannot be used with command", in: named, "script")
            }
        }
    }

    static let stepGuards = Rule("DD2111", "A guard of a step has an operator and values.") { spec, findings in
        for step in spec.parts("steps") { Guard.check(step.parts("when"), into: &findings) }
    }
}

extension Part {
    /// The timeout of a step where it is negative.
    fileprivate var negativeTimeout: GoDuration? {
        GoDuration(text("timeout")).flatMap { $0 < .zero ? $0 : nil }
    }

    /// Whether a step has something after which Tekton says nothing more about what it holds.
    fileprivate var isRefusedAtOnce: Bool {
        negativeTimeout != nil || (!settings.allowsArtifacts && usesArtifacts)
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: Substring {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return self[first...last]
    }
}
