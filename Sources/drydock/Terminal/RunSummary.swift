import Foundation
import Planning
import Runs

/// What stands last on the screen: how each run ended, and for a failure the step, its exit code and its last lines.
struct RunSummary {
    var style: Style

    func text(of run: RunProgress) -> String {
        guard let condition = run.condition else { return "" }
        let seconds = run.startedAt.flatMap { start in run.endedAt.map { $0.timeIntervalSince(start) } } ?? 0
        let verb = condition.status == .succeeded ? condition.reason.lowercased() : "failed"
        let sign = condition.status == .succeeded ? style.success : style.failure
        let took = condition.status == .succeeded ? "in" : "after"
        var text = "\n\(sign) \(run.name) \(verb) \(took) \(durationText(seconds)): \(condition.message)\n"
        if condition.status == .failed { text += failures(in: run) }
        return text
    }

    private func failures(in run: RunProgress) -> String {
        var text = ""
        for task in run.tasks {
            guard case .ended(let condition) = task.phase, condition.status == .failed else { continue }
            let failed = task.failedSteps.filter { $0.terminationReason != "Skipped" }
            if failed.isEmpty, !task.name.isEmpty { text += "\n  \(task.name): \(condition.message)\n" }
            for step in failed { text += failure(of: step, in: task) }
        }
        return text
    }

    private func failure(of step: ContainerState, in task: RunProgress.TaskProgress) -> String {
        let owner = task.name.isEmpty ? step.name : "\(task.name) / \(step.name)"
        let lines = task.lastLines[step.name] ?? []
        var text = "\n  \(owner) \(ending(of: step))" + (lines.isEmpty ? "\n" : " · last lines\n")
        let bar = style.isASCII ? "|" : "│"
        for line in lines { text += "    \(bar) \(line)\n" }
        return text
    }

    private func ending(of step: ContainerState) -> String {
        guard let end = step.termination else { return "did not run" }
        let words = ExitCodeWords.words(for: end.exitCode)
        let reason = ["", "Error"].contains(step.terminationReason ?? "") ? "" : ", \(step.terminationReason ?? "")"
        return "exited with code \(end.exitCode)\(words)\(reason)"
    }
}

/// What an exit code means by convention.
enum ExitCodeWords {
    static func words(for code: Int) -> String {
        switch code {
        case 126: " (command cannot be executed)"
        case 127: " (command not found)"
        case 137: " (killed: SIGKILL, often for lack of memory)"
        case 139: " (crashed: SIGSEGV)"
        case 143: " (stopped: SIGTERM)"
        default: ""
        }
    }
}
