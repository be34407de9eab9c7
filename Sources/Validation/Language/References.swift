import Planning

/// References to steps and artifacts in texts.
enum References {
    /// Whether a text refers to a result of a step: `$(steps.a.results.b)`.
    static func containsStepResult(_ text: String) -> Bool {
        text.mayHoldVariables
            && text.split(separator: "\n").contains { line in
                guard let steps = line.firstRange(of: "$(steps.") else { return false }
                let rest = line[steps.upperBound...]
                guard let results = rest.firstRange(of: ".results.") else { return false }
                return rest[results.upperBound...].contains(")")
            }
    }

    /// Whether a text refers to artifacts of a step: `$(steps.a.outputs.b)`, `$(step.artifacts.path)`.
    static func containsStepArtifact(_ text: String) -> Bool {
        text.mayHoldVariables
            && (text.contains("$(step.artifacts.path)") || containsArtifact(text, of: "steps"))
    }

    /// Whether a text refers to artifacts of a task: `$(tasks.a.outputs.b)`, `$(artifacts.path)`.
    static func containsTaskArtifact(_ text: String) -> Bool {
        text.mayHoldVariables && (text.contains("$(artifacts.path)") || containsArtifact(text, of: "tasks"))
    }

    /// Whether a text refers to artifacts of a PipelineTask by name.
    static func containsNamedTaskArtifact(_ text: String) -> Bool {
        text.mayHoldVariables && containsArtifact(text, of: "tasks")
    }

    /// `$(OWNER.name.inputs.category)` or the same with `outputs`.
    private static func containsArtifact(_ text: String, of owner: String) -> Bool {
        var rest = text[...]
        while let opening = rest.firstRange(of: "$(\(owner).") {
            rest = rest[opening.upperBound...]
            let parts = rest.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, !parts[0].isEmpty, parts[1] == "inputs" || parts[1] == "outputs" else { continue }
            let category = parts[2].prefix { $0 != "." && $0 != ")" }
            if !category.isEmpty, category.endIndex < text.endIndex, text[category.endIndex] == ")" { return true }
        }
        return false
    }
}
