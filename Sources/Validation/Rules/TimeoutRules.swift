import YAML
import Manifests

extension Rule {
    static let pipelineRunTimeouts = Rule("DD2431", "The timeouts of a PipelineRun fit into each other.") {
        spec,
        findings in
        guard let timeouts = spec.part("timeouts") else { return }
        for field in ["tasks", "finally", "pipeline"] {
            guard let timeout = GoDuration(timeouts.text(field)), timeout < .zero else { continue }
            findings.reportInvalid("\(timeout) should be >= 0", in: timeouts, field)
        }
        let whole = GoDuration(timeouts.text("pipeline")) ?? spec.defaultTimeout
        let wholeName = "should be <= pipeline duration"
        for field in ["tasks", "finally"] {
            guard let timeout = GoDuration(timeouts.text(field)), whole != .zero else { continue }
            if timeout > whole { findings.reportInvalid("\(timeout) \(wholeName)", in: timeouts, field) }
            if timeout == .zero { findings.reportInvalid("\(timeout) (no timeout) \(wholeName)", in: timeouts, field) }
        }
        if let tasks = GoDuration(timeouts.text("tasks")), let final = GoDuration(timeouts.text("finally")),
            tasks.duration + final.duration > whole.duration
        {
            for field in ["tasks", "finally"] {
                findings.reportInvalid("\(tasks) + \(final) \(wholeName)", in: timeouts, field)
            }
        }
    }

    static let taskRunSpecs = Rule("DD2432", "What a PipelineRun says about single tasks is in order.") {
        spec,
        findings in
        for special in spec.parts("taskRunSpecs") {
            SpecialisationCheck.check(special, into: &findings)
            let template = special.part(spec.context.isBeta ? "taskPodTemplate" : "podTemplate")
            RunCheck.environment(template, in: special, into: &findings)
            checkTimeout(of: special, in: spec, into: &findings)
        }
    }

    static let stepSpecs = Rule("DD2433", "What a TaskRun says about single steps is in order.") { spec, findings in
        SpecialisationCheck.check(spec, into: &findings)
    }

    private static func checkTimeout(of special: Part, in spec: Part, into findings: inout Findings) {
        guard let timeout = GoDuration(special.text("timeout")) else { return }
        let limit = limit(in: spec)
        if let negative = [timeout, limit.timeout].first(where: { $0 < .zero }) {
            return findings.reportInvalid("\(negative) should be >= 0", in: special, "timeout")
        }
        guard limit.timeout != .zero, timeout > limit.timeout else { return }
        findings.reportInvalid("\(timeout) should be <= \(limit.name) \(limit.timeout)", in: special, "timeout")
    }

    /// How long a single task may take at most, and what that is called.
    private static func limit(in spec: Part) -> (timeout: GoDuration, name: String) {
        let timeouts = spec.part("timeouts")
        if let tasks = GoDuration(timeouts?.text("tasks") ?? "") { return (tasks, "pipeline tasks duration") }
        if let whole = GoDuration(timeouts?.text("pipeline") ?? "") { return (whole, "pipeline duration") }
        // A v1 PipelineRun has its timeout filled in before it is judged.
        let isFilledIn = !spec.context.isBeta || timeouts != nil
        return (spec.defaultTimeout, isFilledIn ? "pipeline duration" : "default pipeline duration")
    }
}

extension Part {
    fileprivate var defaultTimeout: GoDuration { GoDuration(seconds: settings.defaultTimeoutMinutes * 60) }
}

/// What a run says about single steps, sidecars and the resources of a task.
private enum SpecialisationCheck {
    static func check(_ spec: Part, into findings: inout Findings) {
        let steps = spec.context.isBeta ? "stepOverrides" : "stepSpecs"
        let sidecars = spec.context.isBeta ? "sidecarOverrides" : "sidecarSpecs"
        for field in [steps, sidecars] where spec[field] != nil {
            findings.require(.beta, for: field, in: spec, culprit: spec.node[field])
            let elements = spec.parts(field)
            for element in elements where element.text("name").isEmpty { findings.reportMissing(in: element, "name") }
            RunCheck.duplicateNames(elements.filter { !$0.text("name").isEmpty }, into: &findings)
        }
        guard spec.has("computeResources") else { return }
        findings.require(.beta, for: "computeResources", in: spec, culprit: spec.node["computeResources"])
        let ofStep = spec.context.isBeta ? "resources" : "computeResources"
        guard spec.parts(steps).contains(where: { $0[ofStep] != nil }) else { return }
        findings.report("expected exactly one, got both", in: spec, "\(steps).resources", "computeResources")
    }
}
