package import YAML

/// A guard of a PipelineTask: `input`, `operator` and `values`, or a CEL expression.
///
/// [Tekton: Guard Task execution using when expressions](https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions)
package struct WhenExpression: Sendable, Hashable {
    package var input: String
    /// `in` or `notin`.
    package var `operator`: String
    package var values: [String]
    package var cel: String

    package init(_ node: YAMLNode) {
        input = node["input"]?.string ?? ""
        `operator` = node["operator"]?.string ?? ""
        values = node["values"]?.strings ?? []
        cel = node["cel"]?.string ?? ""
    }

    package var node: YAMLNode {
        guard cel.isEmpty else { return ["cel": YAMLNode(cel)] }
        return ["input": YAMLNode(input), "operator": YAMLNode(`operator`), "values": YAMLNode(values)]
    }
}
