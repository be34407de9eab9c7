import Manifests
import TestSupport
import Testing
import YAML

@testable import Planning

/// Suite `results`: references to results, what they give, and the results of a Pipeline.
struct ResultVectors {
    @Test func `results are found as Tekton finds them`() {
        let tally = Vectors.run("results", quirks: .asked) { one in
            switch one.operation {
            case "refsInString": return stringProblems(one)
            case "parseRefs":
                let found = (one.input["expressions"]?.strings ?? []).compactMap { ResultReference($0) }
                return differences(found, (one.expected["result"]?.elements ?? []).map(Self.reference))
            case "looksLikeRefs":
                let isOne = (one.input["expressions"]?.strings ?? []).contains { ResultReference.isLookedLike(by: $0) }
                return differences(isOne, one.expected["result"]?.bool ?? false)
            case "parseResultName":
                let (name, subscription) = ResultReference.splitSubscript(of: one.input["resultName"]?.string ?? "")
                return differences(name, one.expected["r0"]?.string ?? "")
                    + differences(subscription, one.expected["r1"]?.string ?? "")
            case "pipelineResults": return pipelineProblems(one)
            case "resolveRef": return resolutionProblems(one, targets: [one.input["target"] ?? [:]])
            case "resolveRefs": return resolutionProblems(one, targets: one.input["targets"]?.elements ?? [])
            case "checkMissing":
                let task = PipelineTask(one.input[path: "target", "pipelineTask"] ?? [:])
                return differences(lookup(one).problem(of: task), one.expected["error"]?.string)
            default: return ["unknown operation \(one.operation)"]
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    // MARK: - References

    private func stringProblems(_ one: VectorCase) -> [String] {
        let text = one.input["string"]?.string ?? ""
        let expressions = VariableText.variables(in: text)
        return differences(
            ResultReference.all(in: text),
            (one.expected["refs"]?.elements ?? []).map(Self.reference)
        ) + differences(expressions, one.expected["expressions"]?.strings ?? [])
            + differences(
                expressions.contains { ResultReference.isLookedLike(by: $0) },
                one.expected["looksLikeResultRef"]?.bool ?? false
            )
    }

    static func reference(_ node: YAMLNode) -> ResultReference {
        ResultReference(
            task: node["pipelineTask"]?.string ?? "",
            result: node["result"]?.string ?? "",
            index: (node["resultsIndex"] ?? node["index"])?.integer,
            property: node["property"]?.string ?? ""
        )
    }

    // MARK: - Values

    /// The last task of a name counts.
    private func lookup(_ one: VectorCase) -> ResultLookup {
        let nodes = (one.input["pipelineRunState"]?.elements ?? []).map { RunFacts.node($0) }
        let byName = Dictionary(nodes.map { ($0.task.name, $0) }) { $1 }
        return ResultLookup { byName[$0] }
    }

    private func resolutionProblems(_ one: VectorCase, targets: [YAMLNode]) -> [String] {
        let references = targets.flatMap { PipelineTask($0["pipelineTask"] ?? [:]).resultReferences }
        switch lookup(one).resolve(references) {
        case .missing(let problem, let task):
            return differences(problem, one.expected["error"]?.string)
                + differences(task, one.expected["r1"]?.string ?? "")
        case .found(let found):
            let expected = (one.expected["r0"]?.elements ?? []).map { node in
                let isCustom = node["FromRun"]?.string?.isEmpty == false
                return ResultLookup.Found(
                    reference: Self.reference(node["ResultReference"] ?? [:]),
                    value: ParamValue(node["Value"] ?? .null),
                    run: node[isCustom ? "FromRun" : "FromTaskRun"]?.string ?? "",
                    kind: isCustom ? .customRun : .taskRun
                )
            }
            return differences(nil, one.expected["error"]?.string) + differences(Set(found), Set(expected))
        }
    }

    // MARK: - Pipelines

    private func pipelineProblems(_ one: VectorCase) -> [String] {
        let declared = (one.input["results"]?.elements ?? []).map { PipelineResult($0) }
        let status = one.input["taskstatus"]
        let outcome = PipelineResults.outcome(of: declared) { name, _ in
            let results = one.input["taskRunResults"]?[name]?.elements
            let custom = one.input["customTaskResults"]?[name]?.elements
            let state = status?["tasks.\(name).status"]?.string
            guard results != nil || custom != nil || state != nil else { return nil }
            let values = (results ?? custom ?? []).map { ($0["name"]?.string ?? "", ParamValue($0["value"] ?? .null)) }
            return PipelineResults.Source(
                results: Dictionary(values) { $1 },
                hasSucceeded: state.map { $0 == "Succeeded" } ?? true,
                isCustom: results == nil && custom != nil
            )
        }
        let results = outcome.results.map { ["name": YAMLNode($0.name), "value": $0.value.node] as YAMLNode }
        let error =
            outcome.invalid.isEmpty
            ? nil
            : "invalid pipelineresults [\(outcome.invalid.joined(separator: " "))], "
                + "the referenced results don't exist"
        return differences(YAMLNode(results), one.expected["result"] ?? [])
            + differences(error, one.expected["error"]?.string)
    }

    private func differences<Value: Equatable>(_ actual: Value, _ expected: Value) -> [String] {
        actual == expected ? [] : ["\(actual) instead of \(expected)"]
    }
}
