import Manifests
package import YAML

/// The workspaces that a Task names in what its containers run.
package enum WorkspaceReferences {
    /// A variable that cannot be understood, in Tekton's words.
    package struct Problem: Error, Sendable, Hashable {
        package var message: String
    }

    /// The names, sorted, each once.
    package static func names(in spec: YAMLNode) -> Result<[String], Problem> {
        var names: Set<String> = []
        for text in spec.texts(at: places) where text.contains("$(workspaces") {
            for expression in VariableExpression.all(in: text) where expression.hasPrefix("workspaces") {
                let rest = expression.dropFirst("workspaces".count)
                if rest.first == "." {
                    let parts = rest.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
                    guard parts.count <= 2 else {
                        let problem =
                            "Error while extracting workspace: Invalid referencing of parameters in \"\(text)\"! Only "
                            + "two dot-separated components after the prefix \"workspaces\" are allowed."
                        return .failure(Problem(message: problem))
                    }
                    names.insert(String(parts[0]))
                } else if let quote = ["\"", "'"].first(where: { rest.hasPrefix("[\($0)") && rest.hasSuffix("\($0)]") })
                {
                    names.insert(String(rest.dropFirst("[\(quote)".count).dropLast(2)))
                }
            }
        }
        return .success(names.sorted())
    }

    private static let places =
        ["steps.*", "sidecars.*"].flatMap { container in
            (["script"] + fields).map { FieldPath(container, $0) }
        } + fields.map { FieldPath("stepTemplate", $0) } + ["steps.*.params.*.value", "steps.*.params.*.value.*"]

    private static let fields: [FieldPath] = ["args", "command", "workingDir", "env.*.value"]
}
