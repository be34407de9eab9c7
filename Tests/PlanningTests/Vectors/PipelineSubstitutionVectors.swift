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
                return differences(YAMLNode(error.description), one.expected["error"])
            }
        }
        #expect(!tally.hasFailed, "\(tally.failures.joined(separator: "\n"))")
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
