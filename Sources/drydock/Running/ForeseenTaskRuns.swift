import Foundation
import Manifests
import Planning

/// The TaskRuns that runs may bring, as far as they can be seen before anything has run.
struct ForeseenTaskRuns {
    struct Entry {
        var run: String
        /// The PipelineTask; empty for a TaskRun that stands by itself.
        var task: String
        /// Why Tekton would refuse it as it is known now, or its plan.
        var plan: Result<TaskRunPlan, Refusal>
        /// It is known already that it will not run.
        var isRuledOut: Bool

        var name: String { task.isEmpty ? run : "task \(task)" }
    }

    let entries: [Entry]

    /// Those that Tekton would not refuse.
    var plans: [(name: String, plan: TaskRunPlan)] {
        entries.compactMap { entry in
            guard case .success(let plan) = entry.plan else { return nil }
            return (entry.name, plan)
        }
    }

    init(of runs: [Document], in manifests: ManifestSet) {
        entries = Self.entries(of: runs, inside: [], in: manifests)
    }

    // The ancestors are the PipelineRuns that the runs are tasks of: a Pipeline inside itself is not gone into.
    private static func entries(
        of runs: [Document],
        inside ancestors: [Document],
        in manifests: ManifestSet
    ) -> [Entry] {
        runs.flatMap { run -> [Entry] in
            let name = run.metadata.name
            guard run.kind == "PipelineRun" else {
                let plan = TaskRunPlanner.plan(run, task: nil, manifests: manifests, retry: 0)
                return [Entry(run: name, task: "", plan: plan, isRuledOut: false)]
            }
            var state = PipelineRunState(run: run, manifests: manifests, uid: "", others: ancestors)
            for decision in state.start(at: .now) {
                // One that Tekton refuses has no TaskRuns.
                guard case .finish(let condition) = decision, condition.status == .failed else { continue }
                let refusal = Refusal(reason: condition.reason, message: condition.message)
                return [Entry(run: name, task: "", plan: .failure(refusal), isRuledOut: false)]
            }
            let foreseen = state.foreseen
            let inside = foreseen.pipelineRuns.filter { !state.isRuledOut($0.pipelineTask) }.map(\.object)
            return foreseen.taskRuns.map { preview in
                Entry(
                    run: name,
                    task: preview.pipelineTask,
                    plan: TaskRunPlanner.plan(preview.taskRun, task: preview.task, manifests: manifests, retry: 0),
                    isRuledOut: state.isRuledOut(preview.pipelineTask)
                )
            } + (inside.isEmpty ? [] : entries(of: inside, inside: [Document(state.object)] + ancestors, in: manifests))
        }
    }
}
