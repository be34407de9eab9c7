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
        /// Its TaskRuns, and those of the Pipelines that are its tasks, in the order in which they ended.
        package var children: [FinishedTaskRun]
        /// The CustomRuns and PipelineRuns that it made, with their `.status`.
        package var others: [YAMLNode] = []
    }

    private let surroundings: RunSurroundings

    package init(surroundings: RunSurroundings) {
        self.surroundings = surroundings
    }

    enum Input: Sendable {
        case ended(FinishedTaskRun)
        case customEnded(name: String, FinishedCustomRun)
        case pipelineEnded(name: String, Finished)
        case resolved(ResolverRequest, Resolution)
        case woke(Date)
        case wish(CancelMode)
        case nothing
    }

    /// Runs a PipelineRun, its name given, to its end.
    /// - Throws: Only what keeps drydock from doing its work.
    package func run(_ run: Document, uid: String) async throws -> Finished {
        try await self.run(run, uid: uid, inside: [], stop: nil)
    }

    /// Runs a PipelineRun that may be a task of others.
    /// - Parameters:
    ///   - run: The PipelineRun.
    ///   - uid: Its identity.
    ///   - ancestors: The PipelineRuns that it is a task of, the nearest first.
    ///   - stop: Tells it to stop; without, the wishes of the door do.
    /// - Returns: How it ended.
    /// - Throws: Only what keeps drydock from doing its work.
    func run(
        _ run: Document,
        uid: String,
        inside ancestors: [Document],
        stop: StopSignal?
    ) async throws -> Finished {
        var state = PipelineRunState(
            run: run,
            manifests: surroundings.manifests,
            uid: uid,
            others: ancestors,
            specCheck: surroundings.specCheck
        )
        var children: [FinishedTaskRun] = []
        var others: [YAMLNode] = []
        let wishes = stop == nil ? surroundings.control.wishes() : nil
        @Sendable func nextWish() async -> Input {
            if let stop { return await stop.wait() == nil ? .nothing : .wish(.cancelled) }
            return await wishes?.first { _ in true }.map { .wish($0) } ?? .nothing
        }
        try await withThrowingTaskGroup(of: Input.self) { group in
            var performer = RunPerformer(surroundings: surroundings, run: run.metadata.name)
            let first = state.start(at: surroundings.now())
            var isAnnounced = announce(run, state: state)
            performer.take(over: state, ancestors: ancestors)
            performer.perform(first, in: &group)
            guard !state.isPending else {
                let notice = "is pending (spec.status: PipelineRunPending), so nothing of it is started"
                surroundings.emit(.notice("\(run.metadata.name) \(notice)"), run: run.metadata.name)
                return
            }
            group.addTask { await nextWish() }
            // The run may be over before its TaskRuns are: those that were stopped still tell how they ended.
            while !(performer.isFinished && performer.isIdle), let input = try await group.next() {
                let now = surroundings.now()
                var decisions: [Decision] = []
                switch input {
                case .ended(let finished):
                    let name = finished.taskRun.metadata.name
                    children.append(finished)
                    performer.forget(name)
                    decisions = state.taskRunEnded(name, finished.outcome, at: now)
                case .customEnded(let name, let finished):
                    others.append(finished.object)
                    performer.forget(name)
                    decisions = state.taskRunEnded(name, finished.outcome, at: now)
                case .pipelineEnded(let name, let finished):
                    children += finished.children
                    others += [finished.object] + finished.others
                    performer.forget(name)
                    decisions = state.taskRunEnded(name, TaskRunOutcome(condition: finished.condition), at: now)
                case .resolved(let request, let resolution):
                    decisions = state.resolved(request, .resolution(resolution), at: now)
                    performer.take(over: state, ancestors: ancestors)
                case .woke(let date):
                    guard performer.isDue(date) else { continue }
                    decisions = state.timePassed(at: now)
                case .wish(let mode):
                    decisions = state.cancel(mode, at: now)
                    if stop == nil { group.addTask { await nextWish() } }
                case .nothing: break
                }
                if !isAnnounced { isAnnounced = announce(run, state: state) }
                performer.perform(decisions, in: &group)
            }
            group.cancelAll()
        }
        surroundings.emit(.runEnded(state.condition), run: run.metadata.name)
        return Finished(object: state.object, condition: state.condition, children: children, others: others)
    }

    /// Tells of a run once it is known what it consists of.
    /// - Returns: Whether it was told.
    private func announce(_ run: Document, state: PipelineRunState) -> Bool {
        guard state.openReferences.isEmpty || state.isFinished else { return false }
        let kind = RunEvent.Kind.runStarted(
            kind: run.kind,
            namespace: run.metadata.namespace,
            definition: run.spec[path: "pipelineRef", "name"]?.string ?? "",
            tasks: state.taskNames
        )
        surroundings.emit(kind, run: run.metadata.name)
        return true
    }
}
