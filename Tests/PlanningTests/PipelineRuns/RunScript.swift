import Foundation
import Manifests
import Planning
import YAML

/// A PipelineRun of tasks that are named by one letter each, played step by step.
struct RunScript {
    private(set) var state: PipelineRunState
    private(set) var now = Date(timeIntervalSince1970: 1_800_000_000)
    /// All that was decided, in words: `start a`, `skip b: reason`, `stop c`, `wake 60`, `finish Succeeded`.
    private(set) var last: [String] = []
    private let startTime: Date
    private let name: String

    /// Takes up a run whose `spec` is given as JSON.
    init(_ spec: String, manifests: [Document] = []) throws {
        let node = try JSONDecoder().decode(YAMLNode.self, from: Data(spec.utf8))
        let run: YAMLNode = [
            "apiVersion": "tekton.dev/v1", "kind": "PipelineRun",
            "metadata": ["name": "run", "namespace": "default"], "spec": node,
        ]
        var set = ManifestSet()
        for document in manifests { set.add(document) }
        name = "run"
        startTime = now
        state = PipelineRunState(run: Document(run), manifests: set, uid: "uid")
    }

    /// Starts the run.
    mutating func start() -> [String] { told(state.start(at: now)) }

    /// Lets the run of a task end.
    mutating func end(
        _ task: String,
        _ reason: String = "Succeeded",
        results: [String: ParamValue] = [:],
        artifacts: Artifacts = Artifacts()
    ) -> [String] {
        let status: Condition.Status = reason == "Succeeded" ? .succeeded : .failed
        let outcome = TaskRunOutcome(
            condition: Condition(status: status, reason: reason, message: ""),
            results: results.sorted { $0.key < $1.key }.map { RunResult(name: $0.key, value: $0.value) },
            artifacts: artifacts
        )
        return told(state.taskRunEnded("\(name)-\(task)", outcome, at: now))
    }

    /// Lets time pass, in seconds since the start.
    mutating func wake(at seconds: Double) -> [String] {
        now = startTime.addingTimeInterval(seconds)
        return told(state.timePassed(at: now))
    }

    mutating func cancel(_ mode: CancelMode) -> [String] { told(state.cancel(mode, at: now)) }

    /// The TaskRun that was started last for a task.
    private(set) var started: [String: PlannedTaskRun] = [:]
    /// What was asked for last through resolvers.
    private(set) var asked: [String] = []
    /// The CustomRun that was started last for a task.
    private(set) var custom: [String: PlannedRun] = [:]

    private mutating func told(_ decisions: [Decision]) -> [String] {
        last = decisions.map { decision in
            switch decision {
            case .start(let planned):
                started[planned.pipelineTask] = planned
                return "start \(planned.pipelineTask)"
            case .startCustomRun(let planned):
                custom[planned.pipelineTask] = planned
                return "start custom \(planned.pipelineTask)"
            case .startPipelineRun(let planned): return "start pipeline \(planned.pipelineTask)"
            case .resolve(let references):
                asked = references.map(\.reference.summary)
                return "resolve \(references.map(\.reference.resolver).joined(separator: ", "))"
            case .skip(let task): return "skip \(task.name): \(task.reason)"
            case .stop(let taskRun, let reason): return "stop \(taskRun.dropFirst(name.count + 1)): \(reason)"
            case .wake(let date):
                let milliseconds = (date.timeIntervalSince(startTime) * 1000).rounded()
                return "wake \(Int(milliseconds)) ms"
            case .finish(let condition): return "finish \(condition.reason)"
            }
        }
        return last
    }
}
