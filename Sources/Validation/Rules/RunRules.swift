import Manifests
import Planning
import YAML

extension Rule {
    static let pipelineRunReference = Rule("DD2401", "A PipelineRun has exactly one pipelineRef or pipelineSpec.") {
        spec,
        findings in
        RunCheck.reference(in: spec, "pipelineRef", "pipelineSpec", kind: "pipelinerun", into: &findings)
    }

    static let taskRunReference = Rule("DD2402", "A TaskRun has exactly one taskRef or taskSpec.") { spec, findings in
        RunCheck.reference(in: spec, "taskRef", "taskSpec", kind: "taskrun", into: &findings)
    }

    static let runParamNames = Rule("DD2403", "A run gives each param once.") { spec, findings in
        RunCheck.duplicateParams(spec.parts("params"), in: spec.at(spec.path.appending("params")), into: &findings)
    }

    static let pipelineRunParams = Rule("DD2404", "A PipelineRun gives each param once, and no results.") {
        spec,
        findings in
        RunCheck.duplicateParams(spec.parts("params"), in: spec.at(spec.path.appending("params")), into: &findings)
        for param in spec.parts("params") {
            let likely = param.valueTexts.flatMap { VariableText.variables(in: $0) }.filter(ResultExpression.isLikely)
            guard likely.contains(where: { ResultReference($0) != nil }) else { continue }
            findings.reportInvalid(
                "cannot use result expressions in \(GoText.list(likely)) as PipelineRun parameter values",
                in: spec,
                "params.[\(param.text("name"))].value"
            )
        }
    }

    static let pipelineRunStatus = Rule("DD2405", "The status that a PipelineRun asks for is one that exists.") {
        spec,
        findings in
        let status = spec.text("status")
        let known = ["Cancelled", "CancelledRunFinally", "StoppedRunFinally", "PipelineRunPending"]
        guard !status.isEmpty, !known.contains(status) else { return }
        findings.reportInvalid(
            "\(status) should be Cancelled, CancelledRunFinally, StoppedRunFinally or PipelineRunPending",
            in: spec,
            "status"
        )
    }

    static let taskRunStatus = Rule("DD2406", "The status that a TaskRun asks for is one that exists.") {
        spec,
        findings in
        let status = spec.text("status")
        let message = spec.text("statusMessage")
        if status.isEmpty, !message.isEmpty {
            findings.reportInvalid(
                "statusMessage should not be set if status is not set, but it is currently set to \(message)",
                in: spec,
                "statusMessage"
            )
        }
        guard !status.isEmpty, status != "TaskRunCancelled", status != "TaskRunPending" else { return }
        findings.reportInvalid("\(status) should be TaskRunCancelled or TaskRunPending", in: spec, "status")
    }

    static let taskRunRetries = Rule("DD2407", "Retries are not negative.") { spec, findings in
        guard !spec.context.isBeta, let retries = spec.node["retries"]?.integer, retries < 0 else { return }
        findings.reportInvalid("\(retries) should be >= 0", in: spec, "retries")
    }

    static let taskRunTimeout = Rule("DD2408", "The timeout of a TaskRun is not negative.") { spec, findings in
        guard let timeout = GoDuration(spec.text("timeout")), timeout < .zero else { return }
        findings.reportInvalid("\(timeout) should be >= 0", in: spec, "timeout")
    }

    static let taskRunDebug = Rule("DD2409", "Breakpoints are set only where they are switched on.") { spec, findings in
        guard let debug = spec.part("debug") else { return }
        findings.require(.alpha, for: "debug", in: debug, culprit: debug.node)
        guard let breakpoints = debug.part("breakpoints") else { return }
        let onFailure = breakpoints.text("onFailure")
        if onFailure.isEmpty {
            findings.reportInvalid(
                "onFailure breakpoint is empty, it is only allowed to be set as enabled",
                in: debug,
                "breakpoints.onFailure"
            )
        } else if onFailure != "enabled" {
            findings.reportInvalid(
                "\(onFailure) is not a valid onFailure breakpoint value, onFailure breakpoint is only allowed to be set "
                    + "as enabled",
                in: debug,
                "breakpoints.onFailure"
            )
        }
        var steps: Set<String> = []
        for (index, step) in breakpoints.texts("beforeSteps").enumerated() where !steps.insert(step).inserted {
            findings.report(
                "before step must be unique, the same step: \(step) is defined multiple times at",
                in: debug,
                "breakpoints.beforeSteps[\(index)]"
            )
        }
    }

    static let taskRunResources = Rule("DD2410", "PipelineResources have gone.") { spec, findings in
        guard spec.context.isBeta, spec.has("resources") else { return }
        findings.report("must not set the field(s)", in: spec, "resources")
    }

    static let betaPipelineRun = Rule("DD2411", "A v1beta1 PipelineRun has one kind of timeout and no resources.") {
        spec,
        findings in
        guard spec.context.isBeta else { return }
        if let timeout = GoDuration(spec.text("timeout")) {
            if timeout < .zero { findings.reportInvalid("\(timeout) should be >= 0", in: spec, "timeout") }
            if spec.has("timeouts") {
                findings.report("must not set the field(s)", in: spec, "timeout", "timeouts")
            }
        }
        if spec["resources"] != nil { findings.report("must not set the field(s)", in: spec, "resources") }
        guard let pipeline = spec.part("pipelineSpec") else { return }
        var names = Set((spec.parts("workspaces") + pipeline.parts("workspaces")).map { $0.text("name") })
        for list in ["tasks", "finally"] {
            for (index, task) in pipeline.parts(list).enumerated() {
                // A workspace that a task names need not be declared here, only one that it maps to.
                names.formUnion(task.parts("workspaces").map { $0.text("name") })
                WorkspaceCheck.check(task.at(spec.path.appending("[\(index)]")), known: names, into: &findings)
            }
        }
    }

    static let pipelineRunEnvironment = Rule("DD2412", "A Pod template sets no variable that is forbidden.") {
        spec,
        findings in
        if spec.context.isBeta {
            RunCheck.environment(spec.part("podTemplate"), in: spec, into: &findings)
        } else if let template = spec.part("taskRunTemplate") {
            RunCheck.environment(template.part("podTemplate"), in: template, into: &findings)
        }
    }

    static let taskRunEnvironment = Rule("DD2413", "A Pod template sets no variable that is forbidden.") {
        spec,
        findings in
        RunCheck.environment(spec.part("podTemplate"), in: spec, into: &findings)
    }
}
