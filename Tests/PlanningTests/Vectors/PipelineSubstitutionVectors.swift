import Foundation
import Manifests
import TestSupport
import Testing
import YAML

@testable import Planning

/// Suite `substitute`, as far as it is about Pipelines.
struct PipelineSubstitutionVectors {
    @Test func `variables of a Pipeline are replaced as Tekton does`() {
        let tally = Vectors.run(
            "substitute",
            part: "pipelines",
            quirks: .asked,
            where: { $0.operation.hasPrefix("pipeline.") || $0.operation == "when.replaceVariables" }
        ) { one in
            switch one.operation {
            case "pipeline.applyParameters", "pipeline.applyContexts", "pipeline.applyWorkspaces":
                return specProblems(one)
            case "pipeline.applyParametersToWorkspaceBindings":
                return bindingProblems(one, Replacements(params: params(one.input), scope: .pipeline))
            case "pipeline.applyResultsToWorkspaceBindings": return bindingProblems(one, results(one.input))
            case "pipeline.applyTaskResults", "pipeline.applyPipelineTaskStateContext": return taskProblems(one)
            case "pipeline.applyPipelineTaskContexts": return contextProblems(one)
            case "pipeline.propagateResults", "pipeline.propagateArtifacts": return propagationProblems(one)
            case "when.replaceVariables":
                let replaced = (one.input["when"]?.elements ?? []).map {
                    replacements(one).apply(to: WhenExpression($0))
                }
                return differences(YAMLNode(replaced.map(\.node)), one.expected["result"])
            default: return ["unknown operation \(one.operation)"]
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    // MARK: - Whole Pipelines

    private func specProblems(_ one: VectorCase) -> [String] {
        let spec = one.input["spec"] ?? [:]
        do throws(ParamResolutionError) {
            let replaced: YAMLNode
            switch one.operation {
            case "pipeline.applyContexts":
                replaced = contexts(of: one.input).apply(toPipelineSpec: spec, alwaysNamingTasks: true)
            case "pipeline.applyWorkspaces":
                let bound = one.input[path: "pipelineRun", "spec", "workspaces"]?.elements ?? []
                replaced = Replacements(
                    boundWorkspaces: bound.map { $0["name"]?.string ?? "" },
                    declared: (spec["workspaces"]?.elements ?? []).map { $0["name"]?.string ?? "" }
                ).apply(toPipelineSpec: spec)
            default:
                replaced = try PipelineParams.replacements(
                    given: params(one.input),
                    declared: (spec["params"]?.elements ?? []).map { ParamSpec($0) }
                ).apply(toPipelineSpec: spec)
            }
            return differences(replaced, one.expected["result"])
        } catch {
            let expected = one.expected["error"]?.string ?? "no error"
            return differences(
                YAMLNode(withoutFirstParam(error.description)),
                YAMLNode(withoutFirstParam(expected))
            )
        }
    }

    /// Which of the params of a circle is named, and in which notation, is left to chance by Tekton.
    private func withoutFirstParam(_ message: String) -> String {
        guard let start = message.range(of: "param \""), let end = message.range(of: "\"", options: .backwards)
        else { return message }
        let rest = message.range(of: "\" references", options: .backwards)?.lowerBound ?? end.lowerBound
        return String(message[..<start.upperBound]) + String(message[rest...])
    }

    private func params(_ input: YAMLNode) -> [Param] {
        (input[path: "pipelineRun", "spec", "params"]?.elements ?? []).map { Param($0) }
    }

    private func contexts(of input: YAMLNode) -> Replacements {
        let metadata = input[path: "pipelineRun", "metadata"]
        return Replacements(strings: [
            "context.pipelineRun.name": metadata?["name"]?.string ?? "",
            "context.pipelineRun.namespace": metadata?["namespace"]?.string ?? "",
            "context.pipelineRun.uid": metadata?["uid"]?.string ?? "",
            "context.pipeline.name": input["pipelineName"]?.string ?? "",
        ])
    }

    // MARK: - Workspaces

    private func bindingProblems(_ one: VectorCase, _ values: Replacements) -> [String] {
        let bindings = one.input[path: "pipelineRun", "spec", "workspaces"]?.elements ?? []
        return differences(
            YAMLNode(bindings.map { values.apply(toWorkspaceBinding: $0) }),
            one.expected[path: "after", "pipelineRun", "spec", "workspaces"]
        )
    }

    private func results(_ input: YAMLNode) -> Replacements {
        var values = Replacements()
        for entry in input["trResults"]?.mapping?.entries ?? [] {
            let results = entry.value.elements.map { ($0["name"]?.string ?? "", ParamValue($0["value"] ?? .null)) }
            values.merge(Replacements(resultsNamedInTexts: Dictionary(results) { $1 }, of: entry.key))
        }
        return values
    }

    // MARK: - Tasks

    private func taskProblems(_ one: VectorCase) -> [String] {
        let targets = (one.input["targets"] ?? one.input["state"])?.elements ?? []
        let expected = (one.expected[path: "after", "targets"] ?? one.expected[path: "after", "state"])?.elements ?? []
        let found = (one.input["resolvedResultRefs"]?.elements ?? []).map { node in
            (
                reference: ResultVectors.reference(node["ResultReference"] ?? [:]),
                value: ParamValue(node["Value"] ?? .null)
            )
        }
        return zip(targets, expected).flatMap { target, wanted in
            let task = PipelineTask(target["pipelineTask"] ?? [:])
            let replaced =
                one.operation == "pipeline.applyTaskResults"
                ? Replacements(results: found).apply(toTask: task) : replacements(one).applyToTexts(of: task)
            return differences(Self.view(of: replaced), Self.view(of: PipelineTask(wanted["pipelineTask"] ?? [:])))
        }
    }

    private func contextProblems(_ one: VectorCase) -> [String] {
        let tasks = (one.input[path: "pipelineRunStatus", "pipelineSpec", "tasks"]?.elements ?? []).map {
            PipelineTask($0)
        }
        let nodes = (one.input[path: "facts", "state"]?.elements ?? []).map { RunFacts.node($0) }
        let contexts = RunContexts(
            combinations: { name in
                tasks.first { $0.name == name }.map { $0.matrix.map { MatrixExpansion.count(of: $0) } ?? 0 }
            },
            results: { task, result in
                nodes.first { $0.task.name == task }.map { $0.results[result]?.asArray.count ?? 0 }
            }
        )
        return differences(
            Self.view(of: contexts.apply(to: PipelineTask(one.input["pt"] ?? [:]))),
            Self.view(of: PipelineTask(one.expected["result"] ?? [:]))
        )
    }

    private func propagationProblems(_ one: VectorCase) -> [String] {
        guard let spec = one.input[path: "task", "resolvedTask", "spec"] else { return [] }
        var values = Replacements()
        for node in (one.input["runStates"]?.elements ?? []).map({ RunFacts.node($0) }) where node.hasEnded {
            if one.operation == "pipeline.propagateResults" {
                values.merge(Replacements(resultsNamedInTexts: node.results, of: node.task.name))
            } else {
                values.merge(Replacements(artifacts: node.runs.compactMap(\.artifacts), of: node.task.name))
            }
        }
        return differences(
            values.apply(toTaskSpec: spec),
            one.expected[path: "after", "task", "resolvedTask", "spec"]
        )
    }

    // MARK: - Parts

    private func replacements(_ one: VectorCase) -> Replacements {
        let strings = (one.input["replacements"]?.mapping?.entries ?? []).map { ($0.key, $0.value.string ?? "") }
        let arrays = (one.input["arrayReplacements"]?.mapping?.entries ?? []).map { ($0.key, $0.value.strings) }
        return Replacements(strings: Dictionary(strings) { $1 }, arrays: Dictionary(arrays) { $1 })
    }

    /// What of a task variables may change.
    private static func view(of task: PipelineTask) -> YAMLNode {
        var view: YAMLNode = ["name": YAMLNode(task.name), "displayName": YAMLNode(task.displayName)]
        view["params"] = YAMLNode(task.params.map(\.node))
        view["when"] = YAMLNode(task.when.map(\.node))
        view["matrix"] = YAMLNode((task.matrix?.params ?? []).map(\.node))
        view["include"] = YAMLNode((task.matrix?.include ?? []).map { YAMLNode($0.params.map(\.node)) })
        view["taskRef"] = task.taskRef.map { ["name": YAMLNode($0.name), "params": YAMLNode($0.params.map(\.node))] }
        view["workspaces"] = YAMLNode(task.workspaces.map { YAMLNode($0.subPath) })
        return view
    }
}
