package import Foundation
package import Manifests
package import YAML

/// A PipelineRun on its way: facts go in, decisions come out.
///
/// A value without clock, lock or I/O. A task is ready as soon as what *it* waits for is done, as Tekton's
/// reconciler sees it. What ends at once is to be reported at once, so that it is judged together.
package struct PipelineRunState: Sendable {
    let run: Document
    let uid: String
    /// How the run was asked to end: `spec.status`, or ``cancel(_:at:)``.
    var cancelMode: CancelMode?
    var preparation: RunPreparation
    /// Nil until the run has started, and where it was refused.
    var prepared: PreparedRun?
    /// The tasks and after them the finally tasks, in the order of the Pipeline.
    var nodes: [TaskNode] = []
    /// How each of the nodes stands.
    var phases: [TaskPhase] = []
    /// The node and the place in its matrix of each TaskRun, by its name.
    var places: [String: (node: Int, index: Int)] = [:]
    /// For each node those that name its results.
    var resultUsers: [[Int]] = []
    var nodeByName: [String: Int] = [:]
    /// The tasks that are to be judged: something has changed in what they wait for.
    var changed: Set<Int> = []
    var runningTasks = 0
    var waitingTasks = 0
    /// A task has failed that may not.
    var hasFailed = false
    /// A result that a task names is missing, though what it waits for is done.
    var hasUnresolvable = false
    var areFinalsJudged = false
    /// Why everything that has not started is skipped, as of the last decision; nil while tasks may start.
    var mode: SkipReason?
    /// Skips that were told.
    var toldSkips: Set<Int> = []
    /// The moment that was asked to be woken at, and the limit that it was asked for.
    var toldWake: (limit: Date, moment: Date)?

    var startTime: Date?
    var finallyStartTime: Date?
    var completionTime: Date?
    var transitionTime: Date?
    /// Children are listed by their tasks' names: a refusal in mid-run leaves Tekton's list so.
    var listsChildrenByName = false
    /// What the last decision started, which Tekton lists after the earlier children.
    var latestNodes: Set<Int> = []

    /// The condition `Succeeded`.
    package internal(set) var condition: Condition
    /// The results of the Pipeline, known at the end.
    package internal(set) var results: [RunResult] = []

    /// Takes up a PipelineRun, which has its name.
    /// - Parameters:
    ///   - run: The PipelineRun, `v1`.
    ///   - manifests: Where its Pipeline and Tasks are looked up, in its namespace.
    ///   - uid: What `$(context.pipelineRun.uid)` gives.
    package init(run: Document, manifests: ManifestSet, uid: String) {
        self.run = run
        self.uid = uid
        cancelMode = run.spec["status"]?.string.flatMap { CancelMode(rawValue: $0) }
        preparation = RunPreparation(run: run, manifests: manifests, uid: uid)
        condition = Condition(status: .running, reason: "Started", message: "")
    }

    package var openReferences: [ResolverReference] { preparation.open }

    package var isFinished: Bool { condition.status != .running }

    /// The names of the tasks and finally tasks, known from the start on.
    package var taskNames: [String] { nodes.map(\.task.name) }

    /// The run was asked not to start yet: nothing will happen.
    package var isPending: Bool { run.spec["status"]?.string == "PipelineRunPending" }

    /// The claims that `volumeClaimTemplate`s become for this run: the template of each, by the claim's name.
    package var claimTemplates: [String: YAMLNode] {
        let templates = (prepared?.bindings ?? [:]).compactMap { name, binding in
            binding["volumeClaimTemplate"].map { (TaskRunBuilder.claim(of: $0, workspace: name, uid: uid), $0) }
        }
        return Dictionary(templates, uniquingKeysWith: { $1 })
    }

    // MARK: - What happens

    /// Starts the run: its Pipeline is found and checked, and what waits for nothing starts.
    package mutating func start(at now: Date) -> [Decision] {
        guard startTime == nil, !isFinished else { return [] }
        guard !isPending else {
            let message = "PipelineRun \"\(run.metadata.name)\" is pending"
            setCondition(Condition(status: .running, reason: "PipelineRunPending", message: message), at: now)
            return []
        }
        startTime = now
        guard cancelMode != .cancelled else { return decide(at: now) }
        do throws(Refusal) {
            let prepared = try preparation.prepare()
            setUp(prepared)
            self.prepared = prepared
        } catch {
            return refuse(error, at: now)
        }
        return decide(at: now)
    }

    /// Records how a TaskRun ended and returns what follows from it.
    package mutating func taskRunEnded(_ name: String, _ outcome: TaskRunOutcome, at now: Date) -> [Decision] {
        taskRunsEnded([(name, outcome)], at: now)
    }

    /// Records how several TaskRuns ended and returns what follows from all of it.
    package mutating func taskRunsEnded(
        _ ended: [(name: String, outcome: TaskRunOutcome)],
        at now: Date
    ) -> [Decision] {
        guard !isFinished, startTime != nil else { return [] }
        do throws(Refusal) {
            try record(ended)
        } catch {
            return refuse(error, at: now)
        }
        return decide(at: now)
    }

    /// Returns what follows from the time alone.
    ///
    /// Who wakes up a little too early, because clocks differ, is asked to try again.
    package mutating func timePassed(at now: Date) -> [Decision] {
        let asked = toldWake
        var decisions = decide(at: now)
        if !isFinished, let asked, toldWake?.limit == asked.limit {
            let moment = max(asked.moment, now).addingTimeInterval(0.001)
            toldWake = (asked.limit, moment)
            decisions.append(.wake(at: moment))
        }
        return decisions
    }

    /// Ends the run early; a mode that was asked for before gives way.
    package mutating func cancel(_ mode: CancelMode, at now: Date) -> [Decision] {
        cancelMode = mode
        guard startTime != nil else { return [] }
        return decide(at: now)
    }
}

/// How a PipelineRun is ended early.
///
/// [Tekton: Cancelling a PipelineRun](https://tekton.dev/docs/pipelines/pipelineruns/#cancelling-a-pipelinerun)
package enum CancelMode: String, Sendable, Hashable, Codable {
    /// At once: what runs is stopped, `finally` does not run.
    case cancelled = "Cancelled"
    /// What runs is stopped, then `finally` runs.
    case runFinally = "CancelledRunFinally"
    /// What runs comes to its end, then `finally` runs.
    case stopRunFinally = "StoppedRunFinally"
}
