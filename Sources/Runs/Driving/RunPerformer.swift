import Foundation
import Manifests
import Planning
import YAML

/// Does what was decided for a PipelineRun.
struct RunPerformer {
    typealias Group = ThrowingTaskGroup<PipelineRunner.Input, any Error>

    let surroundings: RunSurroundings
    let run: String
    private(set) var isFinished = false
    /// The claims that the run has made for itself.
    private var temporaryClaims: Set<String> = []
    /// The run as it was when it found its Pipeline, and those that it is a task of.
    private var known: (state: PipelineRunState, ancestors: [Document])?
    private var signals: [String: StopSignal] = [:]
    private var wakesAt: Date?

    init(surroundings: RunSurroundings, run: String) {
        self.surroundings = surroundings
        self.run = run
    }

    /// Takes over what is known of the run since it has found its Pipeline.
    mutating func take(over state: PipelineRunState, ancestors: [Document]) {
        temporaryClaims = Set(state.claimTemplates.keys)
        known = (state, ancestors)
    }

    /// The run as its own Pipelines see it, and those that it is a task of.
    private var chain: [Document] {
        known.map { [Document($0.state.object)] + $0.ancestors } ?? []
    }

    mutating func perform(_ decisions: [Decision], in group: inout Group) {
        for decision in decisions {
            switch decision {
            case .resolve(let requests): resolve(requests, in: &group)
            case .start(let planned): start(planned, in: &group)
            case .startCustomRun(let planned): startCustomRun(planned, in: &group)
            case .startPipelineRun(let planned): startPipelineRun(planned, in: &group)
            case .skip(let task): surroundings.emit(.taskSkipped(task: task.name, reason: task.reason), run: run)
            case .stop(let name, let reason): signals[name]?.stop(reason)
            case .wake(let date): wake(at: date, in: &group)
            case .finish: isFinished = true
            }
        }
    }

    /// Nothing that the run has made is under way.
    var isIdle: Bool { signals.isEmpty }

    mutating func forget(_ name: String) { signals[name] = nil }

    /// Whether a wake-up is the one that was asked for last.
    func isDue(_ date: Date) -> Bool { date == wakesAt }

    // MARK: - Starting

    private mutating func signal(for name: String) -> StopSignal {
        let signal = StopSignal()
        signals[name] = signal
        return signal
    }

    private mutating func start(_ planned: PlannedTaskRun, in group: inout Group) {
        let driver = TaskRunDriver(
            surroundings: surroundings,
            run: run,
            pipelineTask: planned.pipelineTask,
            taskRun: planned.taskRun,
            task: planned.task,
            stop: signal(for: planned.name),
            temporaryClaims: temporaryClaims
        )
        group.addTask { [surroundings, run] in
            let finished = try await surroundings.withSlot(run: run, task: planned.pipelineTask) {
                try await driver.drive()
            }
            return .ended(
                finished
                    ?? FinishedTaskRun(taskRun: planned.taskRun, pipelineTask: planned.pipelineTask, attempts: [])
            )
        }
    }

    private mutating func startCustomRun(_ planned: PlannedRun, in group: inout Group) {
        let driver = CustomRunDriver(
            surroundings: surroundings,
            run: run,
            pipelineTask: planned.pipelineTask,
            customRun: planned.object,
            stop: signal(for: planned.name)
        )
        group.addTask { .customEnded(name: planned.name, try await driver.drive()) }
    }

    /// A Pipeline takes no slot: its own TaskRuns do.
    private mutating func startPipelineRun(_ planned: PlannedRun, in group: inout Group) {
        let signal = signal(for: planned.name)
        group.addTask { [surroundings, run, chain] in
            surroundings.emit(
                .taskRunStarted(task: planned.pipelineTask, taskRun: planned.name, retry: 0),
                run: run
            )
            let uid = UUID().uuidString.lowercased()
            let finished = try await PipelineRunner(surroundings: surroundings)
                .run(planned.object, uid: uid, inside: chain, stop: signal)
            surroundings.emit(
                .taskRunEnded(
                    task: planned.pipelineTask,
                    taskRun: planned.name,
                    finished.condition,
                    isLastAttempt: true
                ),
                run: run
            )
            return .pipelineEnded(name: planned.name, finished)
        }
    }

    // MARK: - Waiting

    private func resolve(_ requests: [ResolverRequest], in group: inout Group) {
        for request in requests {
            group.addTask { [surroundings] in .resolved(request, try await surroundings.resolve(request.reference)) }
        }
    }

    private mutating func wake(at date: Date, in group: inout Group) {
        guard wakesAt != date else { return }
        wakesAt = date
        group.addTask { [surroundings] in
            // Cancelled means that the run is over: nobody waits for this wake-up any more.
            try? await surroundings.sleep(.seconds(max(0, date.timeIntervalSince(surroundings.now()))))
            return .woke(date)
        }
    }
}
