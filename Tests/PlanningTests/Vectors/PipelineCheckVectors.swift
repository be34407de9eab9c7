import Manifests
import TestSupport
import Testing
import YAML

@testable import Planning

/// What Tekton checks when a PipelineRun starts.
struct PipelineCheckVectors {
    @Test func `a PipelineRun is refused where Tekton refuses it`() {
        let tally = Vectors.run(
            "runtime-validate",
            part: "pipelines",
            quirks: .asked,
            where: { $0.operation.hasPrefix("pipeline.") }
        ) { one in
            guard let check = Self.checks[one.operation] else { return ["no check"] }
            let expected = one.expected["error"]?.string
            do throws(Refusal) {
                try check(one.input)
                return expected.map { ["nothing instead of \($0)"] } ?? []
            } catch {
                guard let expected else { return ["\(error.message) instead of nothing"] }
                // The reconciler says in front which run and which Pipeline it is about.
                let isSame = error.message.lowercased().hasSuffix(expected.lowercased())
                return isSame ? [] : ["\(error.message) instead of \(expected)"]
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    // MARK: - Checks

    private typealias Check = @Sendable (YAMLNode) throws(Refusal) -> Void

    private static let checks: [String: Check] = [
        "pipeline.requiredParameters": { input throws(Refusal) in try params(input) },
        "pipeline.objectParamKeys": { input throws(Refusal) in try params(input) },
        "pipeline.paramTypesMatching": { input throws(Refusal) in
            let given = input[path: "pipelineRun", "spec", "params"]?.elements ?? []
            // Only the types are asked for: what else is wrong is not.
            let declared = (input[path: "spec", "params"]?.elements ?? []).filter { spec in
                given.contains { $0["name"]?.string == spec["name"]?.string }
            }
            try checks(of: ["params": YAMLNode(declared)]).params(given.map { Param($0) })
        },
        "pipeline.paramArrayIndex": { input throws(Refusal) in
            let given = (input["params"]?.elements ?? []).map { Param($0) }
            try checks(of: input["ps"] ?? [:]).arrayIndexes(given)
        },
        "pipeline.workspaceBindings": { input throws(Refusal) in
            let bound = input[path: "pipelineRun", "spec", "workspaces"]?.elements ?? []
            try checks(of: input["spec"] ?? [:]).workspaces(bound: bound.compactMap { $0["name"]?.string })
        },
        "pipeline.taskRunSpecs": { input throws(Refusal) in
            let given = input[path: "pipelineRun", "spec", "taskRunSpecs"]?.elements ?? []
            try checks(of: input["spec"] ?? [:]).taskRunSpecs(given)
        },
        "pipeline.taskResults": { input throws(Refusal) in try references(input, in: [:]) },
        "pipeline.pipelineResults": { input throws(Refusal) in try references(input, in: input["ps"] ?? [:]) },
        "pipeline.matrixParamTypes": { input throws(Refusal) in
            for item in input["state"]?.elements ?? [] {
                let problem = MatrixExpansion.typeProblem(of: PipelineTask(item["pipelineTask"] ?? [:]))
                if let problem { throw Refusal(reason: "", message: problem) }
            }
        },
        "pipeline.paramEnumSubset": { input throws(Refusal) in
            guard let task = input["rt"] else { return }
            var resolved = ResolvedTask(embedded: task["TaskSpec"] ?? [:])
            resolved.document = Document(["kind": "Task", "metadata": ["name": task["TaskName"] ?? ""]])
            let given = (input["pipelineTaskParams"]?.elements ?? []).map { Param($0) }
            try checks(of: ["params": input["pipelineParamSpecs"] ?? []]).enums(of: given, for: resolved)
        },
        "pipeline.optionalWorkspaces": { input throws(Refusal) in
            try references(input, in: ["workspaces": input["pipelineWorkspaces"] ?? []])
        },
    ]

    private static func checks(of spec: YAMLNode) -> PipelineChecks {
        PipelineChecks(run: "run", namespace: "default", pipeline: "pipeline", spec: PipelineSpec(spec))
    }

    private static func params(_ input: YAMLNode) throws(Refusal) {
        let spec: YAMLNode = ["params": input["pipelineParameters"] ?? []]
        let given = (input["pipelineRunParameters"]?.elements ?? []).map { Param($0) }
        try checks(of: spec).params(given)
    }

    /// What tasks, results and workspaces refer to in a run whose tasks are resolved.
    private static func references(_ input: YAMLNode, in pipeline: YAMLNode) throws(Refusal) {
        let state = input["state"]?.elements ?? []
        var spec = pipeline
        spec["tasks"] = YAMLNode(state.compactMap { $0["pipelineTask"] })
        let resolved = state.map { item in
            let task = PipelineTask(item["pipelineTask"] ?? [:])
            if item["customTask"]?.bool == true { return ResolvedTask(customTask: task) }
            if task.isPipeline { return ResolvedTask(pipeline: nil, embedded: task.pipelineSpec) }
            return ResolvedTask(embedded: item[path: "resolvedTask", "spec"] ?? task.taskSpec ?? [:])
        }
        try checks(of: spec).references(in: PipelineSpec(spec), resolved)
    }
}
