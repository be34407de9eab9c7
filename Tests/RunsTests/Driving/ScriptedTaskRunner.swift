import Foundation
import Manifests
import Planning
import Runs
import Synchronization

/// Carries out TaskRuns as a test says, without an engine.
final class ScriptedTaskRunner: TaskRunner {
    enum Behaviour: Sendable {
        case succeeds(results: [RunResult] = [])
        case fails
        /// Fails until this many attempts were made.
        case succeedsAtAttempt(Int)
        /// Runs until it is stopped.
        case runsOn
        case breaks
    }

    struct Broken: Error {}

    private let behaviours: [String: Behaviour]
    private let state = Mutex<[String]>([])

    /// - Parameter behaviours: What each TaskRun does, by the name of the Task; without one it succeeds.
    init(_ behaviours: [String: Behaviour] = [:]) {
        self.behaviours = behaviours
    }

    /// The TaskRuns in the order in which they began, one entry for each attempt.
    var begun: [String] { state.withLock { $0 } }

    func run(
        _ plan: TaskRunPlan,
        retry: Int,
        emit: @escaping @Sendable (PodEvent) -> Void
    ) async throws -> PodOutcome {
        state.withLock { $0.append(plan.name) }
        switch behaviours[plan.taskName] ?? .succeeds() {
        case .succeeds(let results): return outcome(exitCode: 0, of: plan, results: results)
        case .fails: return outcome(exitCode: 1, of: plan)
        case .succeedsAtAttempt(let attempt): return outcome(exitCode: retry < attempt ? 1 : 0, of: plan)
        case .runsOn:
            emit(.stepStarted(name: plan.spec.steps[0].name))
            let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
            for await _ in stream {}
            continuation.finish()
            return outcome(exitCode: 143, of: plan)
        case .breaks: throw Broken()
        }
    }

    private func outcome(exitCode: Int, of plan: TaskRunPlan, results: [RunResult] = []) -> PodOutcome {
        let end = ContainerState.Termination(exitCode: exitCode, reason: exitCode == 0 ? "Completed" : "Error")
        let states = plan.spec.steps.map { step in
            ContainerState(name: step.name, container: "step-\(step.name)", imageID: "", phase: .terminated(end))
        }
        return PodOutcome(
            steps: states,
            results: results,
            condition: TaskRunStatus.condition(steps: states, spec: plan.spec)
        )
    }
}

/// What a test of driving needs: manifests, a script, and what was emitted.
struct Stage {
    let runner: ScriptedTaskRunner
    let control = RunControl()
    let manifests: ManifestSet
    var surroundings: RunSurroundings
    private let events: EventBox

    init(_ text: String, _ behaviours: [String: ScriptedTaskRunner.Behaviour] = [:]) {
        var loader = ManifestLoader(defaultNamespace: "default")
        precondition(loader.load(text: text, file: "test.yaml").isEmpty, "a test's manifest is in order")
        manifests = loader.set
        runner = ScriptedTaskRunner(behaviours)
        let events = EventBox()
        self.events = events
        surroundings = RunSurroundings(
            manifests: manifests,
            runner: runner,
            limit: ParallelLimit(8),
            control: control,
            sink: { events.add($0) }
        )
    }

    func document(_ kind: String) throws -> Document {
        struct Missing: Error {}
        guard let document = manifests.all(kind: kind).first else { throw Missing() }
        return document
    }

    func runPipeline() async throws -> PipelineRunner.Finished {
        try await PipelineRunner(surroundings: surroundings).run(try document("PipelineRun"), uid: "uid-1")
    }

    func runTask() async throws -> FinishedTaskRun {
        try await TaskRunRunner(surroundings: surroundings).run(try document("TaskRun"))
    }

    /// Does something as soon as a step has started.
    func whenStepStarts(_ action: @escaping @Sendable () -> Void) { events.whenStepStarts(action) }
}

private final class EventBox: Sendable {
    private let action = Mutex<(@Sendable () -> Void)?>(nil)

    func whenStepStarts(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }

    func add(_ event: RunEvent) {
        guard case .stepStarted = event.kind else { return }
        let action = action.withLock { action in
            defer { action = nil }
            return action
        }
        action?()
    }
}
