import Foundation
import Manifests
import Planning
import TestSupport
import Testing
import YAML

/// Suite `substitute`, as far as it is about whole Pipelines.
struct PipelineSubstitutionVectors {
    @Test func `variables of a Pipeline are replaced as Tekton does`() {
        let operations = Set(["pipeline.applyParameters", "pipeline.applyContexts"])
        let tally = Vectors.run("substitute", part: "pipelines", where: { operations.contains($0.operation) }) { one in
            let spec = one.input["spec"] ?? [:]
            do throws(ParamResolutionError) {
                let replaced =
                    one.operation == "pipeline.applyContexts"
                    ? contexts(of: one.input).apply(toPipelineSpec: spec, alwaysNamingTasks: true)
                    : try params(of: one.input, spec).apply(toPipelineSpec: spec)
                return differences(replaced, one.expected["result"])
            } catch {
                let expected = one.expected["error"]?.string ?? "no error"
                return differences(
                    YAMLNode(withoutFirstParam(error.description)),
                    YAMLNode(withoutFirstParam(expected))
                )
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
    }

    /// Which of the params of a circle is named, and in which notation, is left to chance by Tekton.
    private func withoutFirstParam(_ message: String) -> String {
        guard let start = message.range(of: "param \""), let end = message.range(of: "\"", options: .backwards)
        else { return message }
        let rest = message.range(of: "\" references", options: .backwards)?.lowerBound ?? end.lowerBound
        return String(message[..<start.upperBound]) + String(message[rest...])
    }

    private func params(of input: YAMLNode, _ spec: YAMLNode) throws(ParamResolutionError) -> Replacements {
        try PipelineParams.replacements(
            given: (input[path: "pipelineRun", "spec", "params"]?.elements ?? []).map { Param($0) },
            declared: (spec["params"]?.elements ?? []).map { ParamSpec($0) }
        )
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
}
