import Manifests
import YAML

extension Rule {
    static let taskRunInlineParams = Rule("DD2441", "Steps inside a TaskRun use params that it gives or declares.") {
        spec,
        findings in
        guard let task = spec.part("taskSpec") else { return }
        var params = InlineParams(given: spec.parts("params"))
        for declaration in task.declaredParams { params.declare(declaration, in: spec, into: &findings) }
        guard task["steps"] != nil else { return }
        let steps = Validator.withMergedSteps(task).at(spec.path)
        params.check(steps: steps, in: spec, into: &findings)
    }

    static let pipelineRunInlineParams = Rule(
        "DD2442",
        "Tasks inside a PipelineRun use params that it gives or declares."
    ) { spec, findings in
        guard let pipeline = spec.part("pipelineSpec") else { return }
        var params = InlineParams(given: spec.parts("params"))
        for declaration in pipeline.declaredParams { params.declare(declaration, in: spec, into: &findings) }
        let tasks = pipeline.parts("tasks")
        for task in tasks {
            for param in task.parts("params") { params.give(param) }
            for declaration in task.part("taskSpec")?.declaredParams ?? [] {
                params.declare(declaration, in: spec, into: &findings)
            }
        }
        for task in tasks {
            guard let embedded = task.part("taskSpec"), embedded["steps"] != nil else { continue }
            params.check(steps: Validator.withMergedSteps(embedded).at(spec.path), in: spec, into: &findings)
        }
        // Tekton leaves the names of the lists out of these paths.
        let moved = tasks.enumerated().map { $1.at(spec.path.appending("[\($0)]")) }
        PipelineParamCheck.declarations(params.all, in: spec, into: &findings)
        PipelineParamCheck.usage(params.all, by: moved, into: &findings)
    }
}

/// The params that are known inside a run: what it gives, and what its parts declare.
private struct InlineParams {
    private(set) var all: [ParamDeclaration] = []

    init(given params: [Part]) {
        for param in params { put(ParamDeclaration(given: param)) }
    }

    /// Adds a param that a task is given; to one that is known, only keys of an object are added.
    mutating func give(_ param: Part) {
        let given = ParamDeclaration(given: param)
        guard let index = all.firstIndex(where: { $0.name == given.name }) else { return all.append(given) }
        if let properties = given.properties {
            all[index].properties = (all[index].properties ?? [:]).merging(properties) { $1 }
        }
    }

    /// Adds a declaration; of a param that is known, only the keys of an object count.
    mutating func declare(_ declaration: ParamDeclaration, in spec: Part, into findings: inout Findings) {
        guard let index = all.firstIndex(where: { $0.name == declaration.name }) else { return all.append(declaration) }
        let isObject = declaration.defaultType == "object" || all[index].type == "object"
        guard isObject else { return }
        guard let properties = declaration.properties else {
            return findings.report(
                "missing field(s)",
                in: spec,
                "\(declaration.name).properties",
                culprit: declaration.node
            )
        }
        if all[index].type == "object" { all[index].properties = properties }
    }

    func check(steps: Part, in spec: Part, into findings: inout Findings) {
        ParamCheck.types(all, in: spec, into: &findings)
        ParamCheck.nameFormats(all, in: spec, into: &findings)
        ParamCheck.enums(all, in: spec, into: &findings)
        ParamCheck.arrayUsage(all, in: steps, into: &findings)
        ParamCheck.usage(all, in: steps, into: &findings)
    }

    private mutating func put(_ param: ParamDeclaration) {
        all.removeAll { $0.name == param.name }
        all.append(param)
    }
}
