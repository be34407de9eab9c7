import Manifests
import YAML

extension Rule {
    static let stepActionContent = Rule(
        "DD2501",
        "A StepAction has an image, and a script without params or a command."
    ) {
        spec,
        findings in
        if spec.text("image").isEmpty { findings.reportMissing(in: spec, "Image") }
        let script = spec.text("script")
        guard !script.isEmpty else { return }
        if spec["command"] != nil { findings.report("script cannot be used with command", in: spec, "script") }
        if script.trimmed.hasPrefix("#!win") {
            findings.require(.alpha, for: "windows script support", in: spec, culprit: spec.node["script"])
        }
        if !VariableUse(of: "params", in: script).variables.isEmpty {
            findings.report("param substitution in scripts is not allowed.", in: spec, "script")
        }
    }

    static let stepActionParams = Rule("DD2502", "Params of a StepAction are well declared.") { spec, findings in
        let params = spec.declaredParams
        ParamCheck.types(params, in: spec.at(spec.path.appending("params")), into: &findings)
        ParamCheck.duplicates(params, in: spec, into: &findings)
        ParamCheck.nameFormats(params, in: spec, into: &findings)
        if !spec.context.isBeta { StepActionDefaults(params).check(in: spec, into: &findings) }
    }

    static let stepActionVariables = Rule("DD2503", "A StepAction uses the params that it declares.") {
        spec,
        findings in
        let params = spec.declaredParams
        let arrays = params.arrays
        let objects = Set(params.objects.map(\.name))
        for text in texts(of: spec) {
            let use = VariableUse(of: "params", in: text.text)
            var problems = [use.problem(unlessIn: params.names), use.problem(ifWholeIn: objects)]
            for object in params.objects {
                let keys = Set((object.properties ?? [:]).keys)
                problems.append(VariableUse(of: "params.\(object.name)", in: text.text).problem(unlessIn: keys))
            }
            problems.append(text.isListItem ? use.problem(unlessAlone: arrays) : use.problem(ifIn: arrays))
            for problem in problems.compactMap(\.self) {
                findings.report(problem, in: spec, text.field, culprit: text.node)
            }
        }
        for param in params.objects where param.properties == nil {
            findings.report("missing field(s)", in: spec, "\(param.name).properties", culprit: param.node)
        }
    }

    private static func texts(of spec: Part) -> [StepText] {
        let texts = StepText.all(of: spec).filter { !["name", "workingDir"].contains($0.field) }
        return texts.compactMap { text in
            guard text.field.hasPrefix("volumeMount[") else { return text }
            guard text.field.hasSuffix(".name") else { return nil }
            var text = text
            text.field = text.field.replacing("volumeMount[", with: "volumeMounts[").replacing(".name", with: "")
            return text
        }
    }

    static let stepActionResults = Rule(
        "DD2504",
        "Results of a StepAction are well declared, its script uses no others."
    ) { spec, findings in
        let results = spec.parts("results")
        let names = Set(results.map { $0.text("name") })
        for prefix in ["step.results", "results"] {
            guard let problem = VariableUse(of: prefix, in: spec.text("script")).problem(unlessIn: names) else {
                continue
            }
            findings.report(problem, in: spec, "script")
        }
        for result in results { ResultDeclaration.checkStepResult(result, into: &findings) }
    }

    static let stepActionVolumeMounts = Rule("DD2505", "A StepAction names its volumes by params.") { spec, findings in
        let names = spec.declaredParams.names
        for mount in spec.parts("volumeMounts") {
            let name = mount.text("name")
            let use = VariableUse(of: "params", in: name)
            guard use.variables.count == 1, use.variables.first?.text == name else {
                return findings.reportInvalid(
                    name,
                    in: mount,
                    "name",
                    details: "expect the Name to be a single param reference"
                )
            }
            if let problem = use.problem(unlessIn: names) { findings.report(problem, in: mount, "") }
        }
    }
}

/// Defaults of params that refer to other params.
private struct StepActionDefaults {
    let params: [ParamDeclaration]
    /// For a param the params that its default names.
    private var references: [String: [String]] = [:]

    init(_ params: [ParamDeclaration]) {
        self.params = params
        for param in params where !param.defaultText.isEmpty {
            let names = VariableUse(of: "params", in: param.defaultText).variables.map(\.name)
            if !names.isEmpty { references[param.name] = names }
        }
    }

    func check(in spec: Part, into findings: inout Findings) {
        var open = references
        for param in params {
            let unknown = (references[param.name] ?? []).filter { !params.names.contains($0) }
            for name in unknown {
                findings.report(
                    "param \(GoText.quoted(param.name)) default value references param \(GoText.quoted(name)) which is "
                        + "not defined",
                    in: spec,
                    "params",
                    culprit: param.node["default"]
                )
            }
            if !unknown.isEmpty { open[param.name] = nil }
        }
        var isUnknown = Set(references.keys)
        while let solved = open.first(where: { $0.value.allSatisfy { !isUnknown.contains($0) } }) {
            open[solved.key] = nil
            isUnknown.remove(solved.key)
        }
        for param in params where open[param.name] != nil {
            findings.report(
                "param \(GoText.quoted(param.name)) default value has a circular dependency",
                in: spec,
                "params",
                culprit: param.node["default"]
            )
        }
    }
}
