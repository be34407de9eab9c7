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
    /// What was known of the run when it was taken up.
    let earlier: EarlierRun
    /// Nil until the run has started, and where it was refused.
    var prepared: PreparedRun?
    var hasStarted = false
    /// The tasks and after them the finally tasks, in the order of the Pipeline.
    var nodes: [TaskNode] = []
    /// How each of the nodes stands.
    private(set) var phases: [TaskPhase] = []
    /// How many tasks, and how many finally tasks, stand how.
    private(set) var taskCounts = PhaseCounts()
    private(set) var finalCounts = PhaseCounts()
    /// The nodes whose runs have not ended.
    private(set) var runningNodes: Set<Int> = []
    /// How many tasks wait whose names are also those of finally tasks.
    private(set) var waitingInBoth = 0
    /// How many Pipelines run that are tasks and not finally tasks.
    private(set) var runningPipelines = 0
    /// The nodes that are skipped, or may be counted as skipped, and were not told to be.
    var untoldSkips: Set<Int> = []
    /// The node and the place in its matrix of each run, by its name.
    var places: [String: (node: Int, index: Int)] = [:]
    /// For each node those that name its results.
    var resultUsers: [[Int]] = []
    var nodeByName: [String: Int] = [:]
    /// The tasks that are to be judged: something has changed in what they wait for.
    var changed: Set<Int> = []
    /// The tasks that wait for nothing any more and have not started.
    var candidates: Set<Int> = []
    /// A task has failed that may not.
    var hasFailed = false
    /// A result that a task names is missing, though what it waits for is done.
    var hasUnresolvable = false
    var areFinalsJudged = false
    /// Why everything that has not started is skipped, as of the last decision; nil while tasks may start.
    var mode: SkipReason?
    /// All that the mode skips was told, or is going to be.
    var hasToldMode = false
    /// The moment of the last decision.
    var latest = Date.distantPast
    /// Skips that were told.
    var toldSkips: Set<Int> = []
    /// The moment that was asked to be woken at, and the limit that it was asked for.
    var toldWake: (limit: Date, moment: Date)?
    /// The references that a resolver has not answered yet.
    var awaited: [ResolverRequest] = []
    var guards = GuardEvaluation()
    var timeouts: PipelineRunTimeouts

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

    /// Takes up a PipelineRun, which has its name, where it stands.
    /// - Parameters:
    ///   - run: The PipelineRun, `v1`.
    ///   - manifests: Where its Pipeline and Tasks are looked up, in its namespace.
    ///   - uid: What `$(context.pipelineRun.uid)` gives.
    ///   - others: The runs that exist besides: those it was made by, and those that it has made already.
    ///   - specCheck: Says what is wrong with the `spec` of a Pipeline, for those that nobody has admitted.
    package init(
        run: Document,
        manifests: ManifestSet,
        uid: String,
        others: [Document] = [],
        specCheck: (@Sendable (YAMLNode) -> String?)? = nil
    ) {
        self.run = run
        self.uid = uid
        cancelMode = run.spec["status"]?.string.flatMap { CancelMode(rawValue: $0) }
        earlier = EarlierRun(of: run, uid: uid, others: others)
        preparation = RunPreparation(
            run: run,
            manifests: manifests,
            uid: uid,
            ancestors: earlier.ancestors,
            specCheck: specCheck
        )
        timeouts = PipelineRunTimeouts(spec: preparation.runSpec)
        condition = earlier.condition ?? Condition(status: .running, reason: "Started", message: "")
        startTime = earlier.startTime
        finallyStartTime = earlier.finallyStartTime
    }

    package var isFinished: Bool { condition.status != .running }

    /// The references that a resolver has to answer before the run can go on, each once.
    package var openReferences: [ResolverReference] {
        var seen: Set<ResolverReference> = []
        return awaited.map(\.reference).filter { seen.insert($0).inserted }
    }

    /// The names of the tasks and finally tasks, known from the start on.
    package var taskNames: [String] { nodes.map(\.task.name) }

    /// The run was asked not to start yet: nothing will happen.
    package var isPending: Bool { run.spec["status"]?.string == "PipelineRunPending" }

    /// The claims that `volumeClaimTemplate`s become for this run: the template of each, by the claim's name.
    package var claimTemplates: [String: YAMLNode] {
        let templates = (prepared?.bindings ?? [:]).compactMap { name, binding in
            binding["volumeClaimTemplate"].map { (RunWorkspaces.claim(of: $0, workspace: name, uid: uid), $0) }
        }
        return Dictionary(templates, uniquingKeysWith: { $1 })
    }

    // MARK: - Phases

    /// Puts the tasks in their places, all of them waiting.
    mutating func setUpPhases() {
        phases = nodes.map { _ in .waiting }
        for node in nodes {
            if node.isFinal { finalCounts.change(.waiting, by: 1) } else { taskCounts.change(.waiting, by: 1) }
            if node.standsInBoth { waitingInBoth += 1 }
        }
    }

    mutating func setPhase(_ phase: TaskPhase, of index: Int) {
        let before = phases[index]
        guard phase != before else { return }
        phases[index] = phase
        if nodes[index].isFinal {
            finalCounts.change(before, by: -1)
            finalCounts.change(phase, by: 1)
        } else {
            taskCounts.change(before, by: -1)
            taskCounts.change(phase, by: 1)
            if nodes[index].kind == .pipelineRun {
                runningPipelines += (phase == .running ? 1 : 0) - (before == .running ? 1 : 0)
            }
        }
        if nodes[index].standsInBoth {
            waitingInBoth += (phase == .waiting ? 1 : 0) - (before == .waiting ? 1 : 0)
        }
        if phase == .running { runningNodes.insert(index) } else { runningNodes.remove(index) }
        if phase.isSkipped || phase == .unresolvable {
            if !toldSkips.contains(index) { untoldSkips.insert(index) }
        } else if before.isSkipped {
            untoldSkips.remove(index)
        }
    }

    // MARK: - What happens

    /// Starts the run: its Pipeline is found and checked, and what waits for nothing starts.
    package mutating func start(at now: Date) -> [Decision] {
        guard !hasStarted, !isFinished else { return [] }
        guard !isPending else {
            let message = "PipelineRun \"\(run.metadata.name)\" is pending"
            setCondition(Condition(status: .running, reason: "PipelineRunPending", message: message), at: now)
            return []
        }
        hasStarted = true
        startTime = startTime ?? now
        guard cancelMode != .cancelled else { return decide(at: now) }
        return prepare(at: now)
    }

    /// Takes in what a resolver has found, and goes on when all is known.
    package mutating func resolved(
        _ request: ResolverRequest,
        _ answer: ResolverAnswer,
        at now: Date
    ) -> [Decision] {
        preparation.answers[request] = answer
        awaited.removeAll { $0 == request }
        guard awaited.isEmpty, hasStarted, prepared == nil, !isFinished else { return [] }
        return prepare(at: now)
    }

    /// Records how a TaskRun, CustomRun or PipelineRun ended and returns what follows from it.
    package mutating func taskRunEnded(_ name: String, _ outcome: TaskRunOutcome, at now: Date) -> [Decision] {
        taskRunsEnded([(name, outcome)], at: now)
    }

    /// Records how several runs ended and returns what follows from all of it.
    package mutating func taskRunsEnded(
        _ ended: [(name: String, outcome: TaskRunOutcome)],
        at now: Date
    ) -> [Decision] {
        guard !isFinished, hasStarted else { return [] }
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
        guard hasStarted else { return [] }
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
