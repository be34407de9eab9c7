import Manifests

/// A PipelineTask in a run: what it is, and what has become of it.
struct TaskNode: Sendable {
    /// The task; results stand in it as soon as all that it names are there.
    var task: PipelineTask
    let resolved: ResolvedTask
    let isFinal: Bool
    /// The tasks whose results it names.
    let sources: [Int]
    /// How many of them have not ended.
    var openSources: Int
    /// How many of the tasks that it waits for are not done.
    var openParents: Int
    /// Its TaskRuns, once it has started.
    var runs: [ChildRun] = []
    /// For a finally task: itself with the other tasks' status in its texts, once it was judged.
    var judged: PipelineTask?
    /// Why it cannot run: a result that it names is missing.
    var problem = ""

    /// Whether all runs succeeded; then a missing result is a surprise.
    var haveAllSucceeded: Bool { !runs.isEmpty && runs.allSatisfy { $0.outcome?.condition.status == .succeeded } }
    var hasAnyFailed: Bool { runs.contains { $0.outcome?.condition.status == .failed } }
    var hasEnded: Bool { !runs.isEmpty && runs.allSatisfy { $0.outcome != nil } }

    /// The results of all its runs together: those of a matrix are gathered in arrays, by the runs' names.
    var results: [String: ParamValue] {
        guard task.matrix != nil else {
            let results = runs.first?.outcome?.results ?? []
            return Dictionary(results.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        var gathered: [String: [String]] = [:]
        for run in runs.sorted(by: { $0.name < $1.name }) {
            for result in run.outcome?.results ?? [] {
                gathered[result.name, default: []].append(result.value.asString)
            }
        }
        return gathered.mapValues { .array($0) }
    }
}

/// A TaskRun of a PipelineTask.
struct ChildRun: Sendable {
    let name: String
    /// Its params, which its display name may use.
    let params: [Param]
    var outcome: TaskRunOutcome?
    /// Why it was asked to stop, if it was.
    var stopReason: StopReason?
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
