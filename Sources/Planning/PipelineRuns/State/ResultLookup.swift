import Foundation
import Manifests

/// Looks up the results that tasks name, in Tekton's order and words.
struct ResultLookup {
    /// The task of a name.
    let node: (String) -> TaskNode?

    /// A result with the run that gave it.
    struct Found: Hashable {
        var reference: ResultReference
        var value: ParamValue
        var run: String
        var kind: RunKind
    }

    enum Outcome {
        case found([Found])
        /// A result cannot be had: why, and of which task it would be.
        case missing(String, task: String)
    }

    /// All results that are named.
    /// - Parameter references: What is named, in its order.
    /// - Returns: Each result once, by task and name; or the first that is missing.
    func resolve(_ references: [ResultReference]) -> Outcome {
        var found: [ResultReference: Found] = [:]
        for reference in references where found[reference] == nil {
            switch lookUp(reference) {
            case .found(let one): found[reference] = one.first
            case .missing(let problem, let task): return .missing(problem, task: task)
            }
        }
        return .found(
            found.values.sorted {
                ($0.reference.task, $0.reference.result, $0.reference.index ?? -1, $0.reference.property)
                    < ($1.reference.task, $1.reference.result, $1.reference.index ?? -1, $1.reference.property)
            }
        )
    }

    private func lookUp(_ reference: ResultReference) -> Outcome {
        guard let source = node(reference.task) else {
            return .missing("could not find task \"\(reference.task)\" referenced by result", task: reference.task)
        }
        guard source.hasEnded else {
            return .missing("task \"\(reference.task)\" referenced by result was not finished", task: reference.task)
        }
        let runs = source.runs.sorted { $0.name < $1.name }
        let isGathered = source.task.matrix != nil && source.kind == .taskRun
        let run = isGathered ? runs.last : source.runs.first
        let value =
            isGathered
            ? source.results[reference.result]
            : source.runs.first?.results.first { $0.name == reference.result }?.value
        guard let value, let run else {
            let what = isGathered ? "task" : "pipeline task"
            return .missing(
                "Invalid task result reference: Could not find result with name \(reference.result) "
                    + "for \(what) \(reference.task)",
                task: reference.task
            )
        }
        return .found([
            Found(
                reference: reference,
                value: source.kind == .customRun ? Self.value(ofCustomRun: value) : value,
                run: run.name,
                kind: source.kind
            )
        ])
    }

    /// Why a task cannot start although nothing keeps it from running: a result that it names is missing.
    func problem(of task: PipelineTask) -> String? {
        for reference in task.resultReferences {
            guard let source = node(reference.task) else {
                return "Result reference error: Could not find ref \"\(reference.task)\" in internal pipelineRunState"
            }
            let isGathered = source.task.matrix != nil && source.kind == .taskRun
            let first = isGathered ? source.runs.min { $0.name < $1.name } : source.runs.first
            guard let first else {
                return "Result reference error: Internal result ref \"\(reference.task)\" has zero-length "
                    + "\(source.kind == .customRun ? "CustomRuns" : "TaskRuns")"
            }
            guard !first.results.contains(where: { $0.name == reference.result }) else { continue }
            guard !source.haveAllSucceeded else {
                return "task \"\(reference.task)\" completed successfully but did not emit the result "
                    + "\"\(reference.result)\", which is referenced by task \"\(task.name)\""
            }
            return "Invalid task result reference: Could not find result with name \(reference.result) "
                + "for pipeline task \(reference.task)"
        }
        return nil
    }

    /// The result of a custom task, which is a string: a list in JSON is a list.
    private static func value(ofCustomRun value: ParamValue) -> ParamValue {
        // Most results are no JSON.
        let list = try? JSONDecoder().decode([String].self, from: Data(value.asString.utf8))
        return list.map { $0.isEmpty ? value : .array($0) } ?? value
    }
}
