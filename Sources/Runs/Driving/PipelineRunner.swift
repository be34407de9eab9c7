import Foundation
package import Manifests
package import Planning
package import YAML

/// Carries a PipelineRun through: does what ``PipelineRunState`` decides and tells it what came of it.
package struct PipelineRunner: Sendable {
    /// A PipelineRun that has come to its end.
    package struct Finished: Sendable {
        /// The PipelineRun with its `.status`.
        package var object: YAMLNode
        package var condition: Condition
        package var children: [FinishedTaskRun]
    }

    private let surroundings: RunSurroundings

    package init(surroundings: RunSurroundings) {
        self.surroundings = surroundings
    }

    private enum Input: Sendable {
        case ended(FinishedTaskRun)
        case woke(Date)
        case wish(CancelMode)
        case wishesEnded
    }

    /// Runs a PipelineRun, its name given, to its end.
    /// - Throws: Only what keeps drydock from doing its work.
    package func run(_ run: Document, uid: String) async throws -> Finished {
        let manifests = try await surroundings.manifests { OpenReferences.ofPipelineRun(run, in: $0, uid: uid) }
        var state = PipelineRunState(run: run, manifests: manifests, uid: uid)
        var children: [FinishedTaskRun] = []
        let wishes = surroundings.control.wishes()
        try await withThrowingTaskGroup(of: Input.self) { group in
            var performer = Performer(surroundings: surroundings, run: run.metadata.name)
            let first = state.start(at: surroundings.now())
            announce(run, state: state)
            performer.temporaryClaims = Set(state.claimTemplates.keys)
            performer.perform(first, in: &group)
            guard !state.isPending else {
                let notice = "is pending (spec.status: PipelineRunPending), so nothing of it is started"
                surroundings.emit(.notice("\(run.metadata.name) \(notice)"), run: run.metadata.name)
                return
            }
            group.addTask { await wishes.first { _ in true }.map { .wish($0) } ?? .wishesEnded }
            // The run may be over before its TaskRuns are: those that were stopped still tell how they ended.
            while !(performer.isFinished && performer.isIdle), let input = try await group.next() {
                let now = surroundings.now()
                switch input {
                case .ended(let finished):
                    children.append(finished)
                    performer.forget(finished.taskRun.metadata.name)
                    let name = finished.taskRun.metadata.name
                    performer.perform(state.taskRunEnded(name, finished.outcome, at: now), in: &group)
                case .woke(let date):
                    guard performer.isDue(date) else { continue }
                    performer.perform(state.timePassed(at: now), in: &group)
                case .wish(let mode):
                    performer.perform(state.cancel(mode, at: now), in: &group)
                    group.addTask { await wishes.first { _ in true }.map { .wish($0) } ?? .wishesEnded }
                case .wishesEnded: break
                }
            }
            group.cancelAll()
        }
        surroundings.emit(.runEnded(state.condition), run: run.metadata.name)
        return Finished(object: state.object, condition: state.condition, children: children)
    }

    private func announce(_ run: Document, state: PipelineRunState) {
        let kind = RunEvent.Kind.runStarted(
            kind: run.kind,
            namespace: run.metadata.namespace,
            definition: run.spec[path: "pipelineRef", "name"]?.string ?? "",
            tasks: state.taskNames
        )
        surroundings.emit(kind, run: run.metadata.name)
    }

    /// Does what was decided.
    private struct Performer {
        let surroundings: RunSurroundings
        let run: String
        var isFinished = false
        /// The claims that the run has made for itself.
        var temporaryClaims: Set<String> = []
        private var signals: [String: StopSignal] = [:]
        private var wakesAt: Date?

        init(surroundings: RunSurroundings, run: String) {
            self.surroundings = surroundings
            self.run = run
        }

        mutating func perform(_ decisions: [Decision], in group: inout ThrowingTaskGroup<Input, any Error>) {
            for decision in decisions {
                switch decision {
                case .start(let planned): start(planned, in: &group)
                case .skip(let task): surroundings.emit(.taskSkipped(task: task.name, reason: task.reason), run: run)
                case .stop(let taskRun, let reason): signals[taskRun]?.stop(reason)
                case .wake(let date): wake(at: date, in: &group)
                case .finish: isFinished = true
                }
            }
        }

        /// No TaskRun is under way.
        var isIdle: Bool { signals.isEmpty }

        mutating func forget(_ taskRun: String) { signals[taskRun] = nil }

        /// Whether a wake-up is the one that was asked for last.
        func isDue(_ date: Date) -> Bool { date == wakesAt }

        private mutating func start(_ planned: PlannedTaskRun, in group: inout ThrowingTaskGroup<Input, any Error>) {
            let signal = StopSignal()
            signals[planned.name] = signal
            let driver = TaskRunDriver(
                surroundings: surroundings,
                run: run,
                pipelineTask: planned.pipelineTask,
                taskRun: planned.taskRun,
                task: planned.task,
                stop: signal,
                temporaryClaims: temporaryClaims
            )
            group.addTask { [surroundings] in
                let finished = try await surroundings.limit.withSlot { try await driver.drive() }
                return .ended(
                    finished
                        ?? FinishedTaskRun(taskRun: planned.taskRun, pipelineTask: planned.pipelineTask, attempts: [])
                )
            }
        }

        private mutating func wake(at date: Date, in group: inout ThrowingTaskGroup<Input, any Error>) {
            guard wakesAt != date else { return }
            wakesAt = date
            group.addTask { [surroundings] in
                // Cancelled means that the run is over: nobody waits for this wake-up any more.
                try? await surroundings.sleep(.seconds(max(0, date.timeIntervalSince(surroundings.now()))))
                return .woke(date)
            }
        }
    }
}
