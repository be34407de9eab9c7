import Manifests
import YAML

/// A PipelineTask in a run: what it is, and what has become of it.
struct TaskNode: Sendable {
    /// The task; results stand in it as soon as all that it names are there.
    var task: PipelineTask
    var resolved: ResolvedTask
    let isFinal: Bool
    /// A task whose name is also that of a finally task; Tekton never skips it because a run is to end.
    let standsInBoth: Bool
    /// The tasks whose results it names.
    let sources: [Int]
    /// How many of them have not ended.
    var openSources: Int
    /// How many of the tasks that it waits for are not done.
    var openParents: Int
    /// Its runs, once it has started.
    var runs: [ChildRun] = []
    /// How many of its runs have not ended.
    var openRuns = 0
    /// The results of all its runs together, once they have ended.
    var results: [String: ParamValue] = [:]
    /// For a finally task: itself with the other tasks' status in its texts, once it was judged.
    var judged: PipelineTask?
    /// Why it cannot run: a result that it names is missing.
    var problem = ""

    var kind: RunKind { resolved.kind }

    /// Whether it has runs in the sense in which Tekton asks before it skips a task: those of Pipelines do not count.
    var isScheduled: Bool { kind != .pipelineRun && !runs.isEmpty }
    /// Whether all runs succeeded; then a missing result is a surprise.
    var haveAllSucceeded: Bool { !runs.isEmpty && runs.allSatisfy { $0.condition?.status == .succeeded } }
    var hasAnyFailed: Bool { runs.contains { $0.condition?.status == .failed } }
    var hasEnded: Bool { !runs.isEmpty && runs.allSatisfy(\.hasEnded) }
    var isRunning: Bool { !runs.isEmpty && !haveAllSucceeded && !hasFailed }
    /// Whether all runs have ended, one of them badly.
    var hasFailed: Bool { hasAnyFailed && hasEnded }
    /// Whether all runs have ended, one of them because it was cancelled.
    var wasCancelled: Bool { hasEnded && runs.contains { $0.wasCancelled(kind) } }
    /// Whether all runs have ended, one of them because a timeout of the PipelineRun had passed.
    var wasTimedOut: Bool { hasEnded && runs.contains { $0.wasCancelled(kind) && $0.stopReason == .timedOut } }

    /// The reason that `tasks.NAME.reason` tells: that of the first run that has not succeeded, else of the first.
    var reason: String {
        let telling = runs.first { $0.condition != nil && $0.condition?.status != .succeeded }
        return (telling ?? runs.first)?.condition?.reason ?? ""
    }

    /// How the task ended, as `tasks.NAME.status` tells it.
    var status: String {
        if haveAllSucceeded { return "Succeeded" }
        return hasAnyFailed ? "Failed" : "None"
    }

    /// How it stands, from its runs alone.
    var phase: TaskPhase {
        guard !runs.isEmpty else { return .waiting }
        if haveAllSucceeded { return .succeeded }
        if wasTimedOut { return .timedOut }
        if wasCancelled { return .cancelled }
        guard hasFailed else { return .running }
        return task.continuesOnError ? .ignored : .failed
    }

    /// Gathers the results of the runs: those of a matrix in arrays, by the runs' names.
    mutating func gatherResults() {
        guard task.matrix != nil, kind == .taskRun else {
            results = Dictionary(
                (runs.first?.results ?? []).map { ($0.name, $0.value) },
                uniquingKeysWith: { first, _ in first }
            )
            return
        }
        var gathered: [String: [String]] = [:]
        for run in runs.sorted(by: { $0.name < $1.name }) {
            for result in run.results { gathered[result.name, default: []].append(result.value.asString) }
        }
        results = gathered.mapValues { .array($0) }
    }
}

/// A TaskRun, CustomRun or PipelineRun of a PipelineTask.
struct ChildRun: Sendable {
    let name: String
    /// Its params, which its display name may use.
    let params: [Param]
    /// Its condition, nil as long as none is known.
    var condition: Condition?
    var results: [RunResult] = []
    /// What it used and made, as its status says.
    var artifacts: YAMLNode?
    /// Why it was asked to stop, if it was.
    var stopReason: StopReason?

    var hasEnded: Bool { condition.map { $0.status != .running } ?? false }

    func wasCancelled(_ kind: RunKind) -> Bool {
        guard let reason = kind.cancelledReason else { return false }
        return condition?.status == .failed && condition?.reason == reason
    }
}

/// How a PipelineTask stands.
enum TaskPhase: Sendable, Equatable {
    case waiting
    case running
    case succeeded
    case failed
    /// Failed, which stops nothing (`onError: continue`).
    case ignored
    case cancelled
    /// Cancelled because a timeout of the PipelineRun had passed.
    case timedOut
    case skipped(SkipReason)
    /// A result that it names is missing.
    case unresolvable

    var isSkipped: Bool { if case .skipped = self { true } else { false } }

    /// It ran and has ended.
    var hasEnded: Bool {
        switch self {
        case .succeeded, .failed, .ignored, .cancelled, .timedOut: true
        case .waiting, .running, .skipped, .unresolvable: false
        }
    }
}

/// Why a PipelineTask did not run, in Tekton's words.
///
/// [Tekton: Monitoring execution status](https://tekton.dev/docs/pipelines/pipelineruns/#monitoring-execution-status)
enum SkipReason: String, Sendable {
    case whenIsFalse = "When Expressions evaluated to false"
    case parentWasSkipped = "Parent Tasks were skipped"
    case resultsAreMissing = "Results were missing"
    case stopping = "PipelineRun was stopping"
    case gracefullyCancelled = "PipelineRun was gracefully cancelled"
    case gracefullyStopped = "PipelineRun was gracefully stopped"
    case pipelineTimeout = "PipelineRun timeout has been reached"
    case tasksTimeout = "PipelineRun Tasks timeout has been reached"
    case finallyTimeout = "PipelineRun Finally timeout has been reached"
    case emptyMatrix = "Matrix Parameters have an empty array"

    /// A timeout kept it from running, which makes the run fail.
    var isTimeout: Bool { self == .pipelineTimeout || self == .tasksTimeout || self == .finallyTimeout }
}
