import Manifests

/// What stands in a task only when it starts: its retries, and how many runs and results a matrix had.
///
/// [Tekton: Variable substitutions](https://tekton.dev/docs/pipelines/variables/)
struct RunContexts {
    /// How many runs a task has by its matrix: 0 without one, nil for what is no task.
    let combinations: (String) -> Int?
    /// How many values the runs of a task gave for a result; nil for what is no task.
    let results: (_ task: String, _ result: String) -> Int?

    func apply(to task: PipelineTask) -> PipelineTask {
        var task = task
        var values = Replacements(strings: ["context.pipelineTask.retries": String(task.retries)])
        for text in task.params.flatMap(\.value.texts) {
            for variable in VariableText.variables(in: text) {
                if let length = length(variable) { values.strings[variable] = String(length) }
            }
        }
        task.params = values.apply(to: task.params)
        task.displayName = values.apply(to: task.displayName)
        if var matrix = task.matrix {
            matrix.params = values.apply(to: matrix.params)
            for index in matrix.include.indices {
                matrix.include[index].params = values.apply(to: matrix.include[index].params)
            }
            task.matrix = matrix
        }
        return task
    }

    /// The number behind `tasks.NAME.matrix.length` and `tasks.NAME.matrix.RESULT.length`.
    private func length(_ variable: String) -> Int? {
        let parts = variable.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (4...5).contains(parts.count), parts[0] == "tasks", parts[2] == "matrix", parts.last == "length" else {
            return nil
        }
        return parts.count == 5 ? results(parts[1], parts[3]) : combinations(parts[1])
    }
}
