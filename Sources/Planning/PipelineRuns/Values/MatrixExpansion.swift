package import Manifests

/// The runs that a matrix becomes.
///
/// [Tekton: Matrix](https://tekton.dev/docs/pipelines/matrix/#generating-combinations)
package enum MatrixExpansion {
    /// The params of each run, sorted by their names; the first declared param varies fastest.
    package static func combinations(of matrix: Matrix) -> [[Param]] {
        let included = matrix.include.map { entry in
            Dictionary(entry.params.map { ($0.name, $0.value.asString) }, uniquingKeysWith: { $1 })
        }
        guard !matrix.params.isEmpty else { return included.map(params) }
        var combinations: [[String: String]] = []
        for param in matrix.params {
            combinations =
                combinations.isEmpty
                ? param.value.asArray.map { [param.name: $0] }
                : param.value.asArray.flatMap { value in
                    combinations.map { $0.merging([param.name: value]) { $1 } }
                }
        }
        for extra in included {
            for index in combinations.indices where agrees(combinations[index], extra) {
                combinations[index].merge(extra) { $1 }
            }
        }
        for extra in included where !extra.isEmpty && !combinations.contains(where: { shares($0, extra) }) {
            combinations.append(extra)
        }
        return combinations.map(params)
    }

    /// How many runs Tekton counts; for overlapping inclusions more than there are combinations.
    package static func count(of matrix: Matrix) -> Int {
        guard !matrix.params.isEmpty else { return matrix.include.count }
        var count = 1
        for param in matrix.params where !param.value.asArray.isEmpty {
            let (product, overflows) = count.multipliedReportingOverflow(by: param.value.asArray.count)
            guard !overflows else { return .max }
            count = product
        }
        let values = Dictionary(matrix.params.map { ($0.name, $0.value.asArray) }, uniquingKeysWith: { $1 })
        for entry in matrix.include {
            for param in entry.params {
                guard let known = values[param.name] else { continue }
                if known.contains(param.value.asString) { break }
                count += 1
            }
        }
        return count
    }

    /// Whether one of its params has no element: then nothing runs.
    package static func hasEmptyArray(_ matrix: Matrix) -> Bool {
        matrix.params.contains { $0.value == .array([]) }
    }

    /// What is wrong with the types of the params in a task's matrix, in Tekton's words.
    static func typeProblem(of task: PipelineTask) -> String? {
        guard let matrix = task.matrix else { return nil }
        func problem(_ allowed: String, _ param: Param) -> String {
            "parameters of type \(allowed) only are allowed, but param \"\(param.name)\" has type "
                + "\"\(param.value.type.rawValue)\" in pipelineTask \"\(task.name)\""
        }
        for param in matrix.include.flatMap(\.params) where param.value.type != .string {
            return problem("string", param)
        }
        for param in matrix.params where param.value.type != .array {
            // What a matrix made is known when it has run.
            guard ResultReference.all(in: param.value).isEmpty else { continue }
            return problem("array", param)
        }
        return nil
    }

    /// What the names have in common has the same values.
    private static func agrees(_ combination: [String: String], _ extra: [String: String]) -> Bool {
        extra.allSatisfy { combination[$0.key] == nil || combination[$0.key] == $0.value }
    }

    private static func shares(_ combination: [String: String], _ extra: [String: String]) -> Bool {
        extra.contains { combination[$0.key] == $0.value }
    }

    private static func params(_ combination: [String: String]) -> [Param] {
        combination.sorted { $0.key < $1.key }.map { Param(name: $0.key, value: .string($0.value)) }
    }
}
