import YAML

extension Rule {
    static let paramTypes = Rule("DD2201", "A param has a type that exists, and a default of that type.") {
        spec,
        findings in
        ParamCheck.types(spec.declaredParams, in: spec.at(spec.path.appending("params")), into: &findings)
    }

    static let paramNames = Rule("DD2202", "Params have names of their own, made of letters, digits, -, _ and dots.") {
        spec,
        findings in
        ParamCheck.duplicates(spec.declaredParams, in: spec, into: &findings)
        ParamCheck.nameFormats(spec.declaredParams, in: spec, into: &findings)
    }

    static let paramEnums = Rule("DD2203", "The values that a param allows are strings, each once.") { spec, findings in
        ParamCheck.enums(spec.declaredParams, in: spec, into: &findings)
    }

    static let arrayUsage = Rule("DD2204", "Whole arrays stand alone, in command and args only.") { spec, findings in
        ParamCheck.arrayUsage(spec.declaredParams, in: spec, into: &findings)
    }

    static let paramUsage = Rule("DD2205", "The steps of a Task use the params that it declares.") { spec, findings in
        ParamCheck.usage(spec.declaredParams, in: spec, into: &findings)
    }

    static let taskContextVariables = Rule("DD2206", "A Task uses context variables that exist.") { spec, findings in
        ParamCheck.unknown(of: "context.taskRun", known: ["name", "namespace", "uid"], in: spec, into: &findings)
        ParamCheck.unknown(of: "context.task", known: ["name", "retry-count"], in: spec, into: &findings)
    }

    static let taskResultVariables = Rule("DD2207", "Scripts write results that the Task declares.") { spec, findings in
        let names = Set(spec.parts("results").map { $0.text("name") })
        for step in spec.parts("steps") {
            var use = VariableUse(of: "results", in: step.text("script"))
            if spec.settings.toleratesImpossibleResults { use.dropImpossible(NameSyntax.isResultName) }
            if let problem = use.problem(unlessIn: names, namesVariable: spec.context.isBeta) {
                findings.report(problem, in: step, "script")
            }
        }
    }

    static let taskResults = Rule("DD2208", "Results are well declared.") { spec, findings in
        for result in spec.parts("results") { ResultDeclaration.checkTaskResult(result, into: &findings) }
    }
}
