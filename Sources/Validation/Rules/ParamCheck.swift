import Manifests
import YAML

/// What is asked of declared params and of the steps that use them.
enum ParamCheck {
    /// Checks types and defaults; the path of the part stands before the names of the params.
    static func types(_ params: [ParamDeclaration], in part: Part, into findings: inout Findings) {
        for param in params {
            let name = param.name
            guard ParamType(rawValue: param.type) != nil else {
                findings.report(
                    "invalid value: \(param.type)",
                    in: part,
                    "\(name).type",
                    culprit: param.node["type"] ?? param.node
                )
                continue
            }
            if let defaultType = param.defaultType, defaultType != param.type {
                findings.report(
                    "\"\(param.type)\" type does not match default value's type: \"\(defaultType)\"",
                    in: part,
                    "\(name).type",
                    "\(name).default.type",
                    culprit: param.node["default"] ?? param.node
                )
                continue
            }
            let wrong = (param.properties ?? [:]).filter { $0.value != "string" }.keys.sorted()
            guard !wrong.isEmpty else { continue }
            findings.report(
                "The value type specified for these keys \(GoText.list(wrong)) is invalid",
                in: part,
                "\(name).properties",
                culprit: param.node["properties"] ?? param.node
            )
        }
    }

    static func duplicates(_ params: [ParamDeclaration], in part: Part, into findings: inout Findings) {
        var seen: Set<String> = []
        for param in params where !seen.insert(param.name).inserted {
            findings.report(
                "parameter appears more than once",
                in: part,
                "params.[\(param.name)]",
                culprit: param.node
            )
        }
    }

    static func nameFormats(_ params: [ParamDeclaration], in part: Part, into findings: inout Findings) {
        let plain = params.filter { $0.type != "object" && !NameSyntax.isVariableName($0.name) }
        if let first = plain.first {
            findings.report(
                "The format of following array and string variable names is invalid: "
                    + GoText.list(Set(plain.map(\.name)).sorted()),
                in: part,
                "params",
                details: "String/Array Names: \nMust only contain alphanumeric characters, hyphens (-), underscores "
                    + "(_), and dots (.)\nMust begin with a letter or an underscore (_)",
                culprit: first.node
            )
        }
        var wrongKeys: [String: [String]] = [:]
        for param in params.objects {
            let keys = (param.properties ?? [:]).keys.filter { !NameSyntax.isObjectVariableName($0) }.sorted()
            if !NameSyntax.isObjectVariableName(param.name) || !keys.isEmpty {
                wrongKeys[param.name, default: []] += keys
            }
        }
        guard let first = params.objects.first(where: { wrongKeys[$0.name] != nil }) else { return }
        findings.report(
            "Object param name and key name format is invalid: \(GoText.mapping(wrongKeys))",
            in: part,
            "params",
            details: "Object Names: \nMust only contain alphanumeric characters, hyphens (-), underscores (_) \n"
                + "Must begin with a letter or an underscore (_)",
            culprit: first.node
        )
    }

    static func enums(_ params: [ParamDeclaration], in part: Part, into findings: inout Findings) {
        for param in params where !param.allowedValues.isEmpty {
            let field = "params.[\(param.name)]"
            let place = param.node["enum"]
            if !part.settings.allowsParamEnum {
                findings.report(
                    "feature flag `enable-param-enum` should be set to true to use Enum",
                    in: part,
                    field,
                    culprit: place
                )
            }
            if param.type != "string" {
                findings.report("enum can only be set with string type param", in: part, field, culprit: place)
            }
            var seen: Set<String> = []
            for value in param.allowedValues where !seen.insert(value).inserted {
                findings.report("parameter enum value \(value) appears more than once", in: part, field, culprit: place)
            }
            if !param.defaultText.isEmpty, !param.allowedValues.contains(param.defaultText) {
                findings.report(
                    "param default value \(param.defaultText) not in the enum list",
                    in: part,
                    field,
                    culprit: param.node["default"]
                )
            }
        }
    }
}

// MARK: - In steps

extension ParamCheck {
    static func arrayUsage(_ params: [ParamDeclaration], in spec: Part, into findings: inout Findings) {
        let arrays = params.arrays
        guard !arrays.isEmpty else { return }
        for step in nestedSteps(of: spec) {
            for text in StepText.all(of: step) {
                let use = VariableUse(of: "params", in: text.text)
                let problem = text.isListItem ? use.problem(unlessAlone: arrays) : use.problem(ifIn: arrays)
                if let problem { findings.report(problem, in: step, text.field, culprit: text.node) }
            }
        }
    }

    /// Checks that all params which the steps use are declared, and that objects are used key by key.
    static func usage(_ params: [ParamDeclaration], in spec: Part, into findings: inout Findings) {
        unknown(of: "params", known: params.names, in: spec, into: &findings)
        for param in params.objects {
            let keys = Set((param.properties ?? [:]).keys)
            unknown(of: "params.\(param.name)", known: keys, in: spec, into: &findings)
        }
        let objects = Set(params.objects.map(\.name))
        for step in nestedSteps(of: spec) where !objects.isEmpty {
            for text in StepText.all(of: step) {
                guard let problem = VariableUse(of: "params", in: text.text).problem(ifWholeIn: objects) else {
                    continue
                }
                findings.report(problem, in: step, text.field, culprit: text.node)
            }
        }
        for param in params.objects where param.properties == nil {
            findings.report("missing field(s)", in: spec, "\(param.name).properties", culprit: param.node)
        }
    }

    /// The steps under the paths that Tekton gives in some of its checks: those of all later steps stand in front.
    private static func nestedSteps(of spec: Part) -> [Part] {
        let steps = spec.parts("steps")
        return steps.indices.map { index in
            let path = steps.indices[index...].reversed().reduce(spec.path) { $0.appending("steps", index: $1) }
            return steps[index].at(path)
        }
    }

    /// Checks that the steps use no variable of a family but those that exist.
    static func unknown(of prefix: String, known: Set<String>, in spec: Part, into findings: inout Findings) {
        for step in spec.parts("steps") {
            var texts = StepText.all(of: step, writesMountFieldsLarge: true)
            texts.append(StepText(text: step.text("onError"), field: "onError", node: step.node["onError"]))
            for text in texts {
                let namesVariable = spec.context.isBeta && text.field == "script"
                let use = VariableUse(of: prefix, in: text.text)
                guard let problem = use.problem(unlessIn: known, namesVariable: namesVariable) else { continue }
                findings.report(problem, in: step, text.field, culprit: text.node)
            }
        }
    }
}
