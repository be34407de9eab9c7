import Manifests
import TestSupport
import Testing
import YAML

@testable import Planning

/// What Tekton checks when a PipelineRun starts, and what results a Pipeline has.
struct PipelineCheckVectors {
    @Test func `a PipelineRun is refused where Tekton refuses it`() {
        let tally = Vectors.run(
            "runtime-validate",
            part: "pipelines",
            of: { $0.operation.hasPrefix("pipeline.") },
            leavingOut: [("no check of its own", { Self.checks[$0.operation] == nil })]
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

    @Test func `references to results are found where Tekton finds them`() {
        let operations = Set(["refsInString", "parseRefs"])
        let tally = Vectors.run("results", part: "references", where: { operations.contains($0.operation) }) { one in
            let found: [ResultReference]
            let expected: [YAMLNode]
            if one.operation == "parseRefs" {
                found = (one.input["expressions"]?.strings ?? []).compactMap { ResultReference($0) }
                expected = one.expected["result"]?.elements ?? []
            } else {
                found = ResultReference.all(in: one.input["string"]?.string ?? "")
                expected = one.expected["refs"]?.elements ?? []
            }
            let wanted = expected.map { node in
                ResultReference(
                    task: node["pipelineTask"]?.string ?? "",
                    result: node["result"]?.string ?? "",
                    index: (node["resultsIndex"] ?? node["index"])?.integer,
                    property: node["property"]?.string ?? ""
                )
            }
            return found == wanted ? [] : ["\(found) instead of \(wanted)"]
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    @Test func `a Pipeline has the results that Tekton gives it`() {
        let tally = Vectors.run(
            "results",
            part: "pipelines",
            of: { $0.operation == "pipelineResults" },
            leavingOut: [("custom tasks", { !($0.input["customTaskResults"]?.mapping?.isEmpty ?? true) })]
        ) { one in
            let declared = (one.input["results"]?.elements ?? []).map { PipelineResult($0) }
            let status = one.input["taskstatus"]
            let outcome = PipelineResults.outcome(of: declared) { name in
                let results = one.input["taskRunResults"]?[name]?.elements
                let state = status?["tasks.\(name).status"]?.string
                guard results != nil || state != nil else { return nil }
                let values = (results ?? []).map { ($0["name"]?.string ?? "", ParamValue($0["value"] ?? .null)) }
                return PipelineResults.Source(
                    results: Dictionary(values) { $1 },
                    hasSucceeded: state.map { $0 == "Succeeded" } ?? true
                )
            }
            let results = outcome.results.map { ["name": YAMLNode($0.name), "value": $0.value.node] as YAMLNode }
            let error =
                outcome.invalid.isEmpty
                ? nil
                : "invalid pipelineresults [\(outcome.invalid.joined(separator: " "))], "
                    + "the referenced results don't exist"
            return differences(YAMLNode(results), one.expected["result"])
                + differences(error.map { YAMLNode($0) }, one.expected["error"])
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
        let resolved = state.map { task in
            ResolvedTask(embedded: task[path: "resolvedTask", "spec"] ?? task[path: "pipelineTask", "taskSpec"] ?? [:])
        }
        try checks(of: spec).references(in: PipelineSpec(spec), resolved)
    }
}
