import Foundation
import Manifests
import Planning
import YAML

/// Carries one TaskRun through: plans it, runs its attempts, ends them when their time is over.
struct TaskRunDriver: Sendable {
    let surroundings: RunSurroundings
    /// The name of the run that events are about.
    let run: String
    let pipelineTask: String
    let taskRun: Document
    /// The Task it refers to, if that is known already.
    let task: Document?
    let stop: StopSignal
    /// The claims that the run has made for itself.
    var temporaryClaims: Set<String> = []

    /// Runs the TaskRun to its end.
    /// - Throws: Only what keeps drydock from doing its work.
    func drive() async throws -> FinishedTaskRun {
        var finished = FinishedTaskRun(taskRun: taskRun, pipelineTask: pipelineTask, attempts: [])
        let retries = taskRun.spec["retries"]?.integer ?? 0
        for retry in 0...max(0, retries) {
            let (attempt, isFinal) = try await attempt(retry)
            finished.attempts.append(attempt)
            let isLast = isFinal || attempt.condition.status == .succeeded || retry == retries
            emit(
                .taskRunEnded(
                    task: pipelineTask,
                    taskRun: taskRun.metadata.name,
                    attempt.condition,
                    isLastAttempt: isLast
                )
            )
            if isLast { break }
        }
        return finished
    }

    /// One attempt, and whether no other may follow however it ended.
    private func attempt(_ retry: Int) async throws -> (TaskRunRecord, isFinal: Bool) {
        let started = surroundings.now()
        let name = taskRun.metadata.name
        emit(.taskRunStarted(task: pipelineTask, taskRun: name, retry: retry))
        if taskRun.spec["status"]?.string == "TaskRunCancelled" {
            let condition = Condition(
                status: .failed,
                reason: "TaskRunCancelled",
                message: "TaskRun \"\(name)\" was cancelled. \(taskRun.spec["statusMessage"]?.string ?? "")"
            )
            return (TaskRunRecord(startedAt: started, completedAt: started, condition: condition), true)
        }
        let manifests = try await surroundings.manifests {
            OpenReferences.ofTaskRun(taskRun, task: task, in: $0)
        }
        var plan: TaskRunPlan
        switch TaskRunPlanner.plan(taskRun, task: task, manifests: manifests, retry: retry) {
        case .failure(let refusal):
            let condition = Condition(status: .failed, reason: refusal.reason, message: refusal.message)
            return (TaskRunRecord(startedAt: started, completedAt: started, condition: condition), true)
        case .success(let found): plan = found
        }
        plan.temporaryClaims.formUnion(temporaryClaims)
        if let reason = stop.reason {
            let condition = condition(for: .stopped(reason))
            return (TaskRunRecord(startedAt: started, completedAt: started, condition: condition, plan: plan), true)
        }
        let (outcome, end) = try await race(plan, retry: retry)
        let podName = TaskRunRecord.podName(of: name, retry: retry)
        var condition = isFailureIgnored ? TaskRunStatus.ignored(outcome.condition) : outcome.condition
        var steps = outcome.steps
        // A container that has ended by itself has the last word, also if it did so in the last moment.
        if condition.status != .succeeded, let end {
            condition = self.condition(for: end)
            steps = steps.map { $0.stopped(because: condition.reason, pod: podName) }
        }
        for index in steps.indices {
            steps[index].provenance = plan.stepSources[steps[index].name].map { Provenance($0) }
        }
        let record = TaskRunRecord(
            startedAt: started,
            completedAt: surroundings.now(),
            condition: condition,
            plan: plan,
            podName: podName,
            steps: steps,
            sidecars: outcome.sidecars,
            results: outcome.results,
            artifacts: outcome.artifacts
        )
        return (record, end.map { $0 != .timeout } ?? false)
    }

    /// The Pipeline goes on whatever becomes of the task (`onError: continue`).
    private var isFailureIgnored: Bool {
        taskRun.metadata.annotations["pipeline.tekton.dev/pipeline-task-on-error"] == "continue"
    }

    /// What ended an attempt from outside.
    private enum OuterEnd: Sendable, Equatable {
        case timeout
        case stopped(StopReason)
    }

    private enum Racer: Sendable {
        case outcome(PodOutcome)
        case end(OuterEnd)
        case nothing
    }

    /// Runs the Pod against its timeout and against a wish to stop; the Pod's own end is always waited for.
    private func race(_ plan: TaskRunPlan, retry: Int) async throws -> (PodOutcome, OuterEnd?) {
        try await withThrowingTaskGroup(of: Racer.self) { group in
            let emitter = PodEventTranslator(surroundings: surroundings, run: run, task: pipelineTask)
            group.addTask {
                let outcome = try await surroundings.runner.run(plan, retry: retry) { emitter.handle($0) }
                emitter.finish()
                return .outcome(outcome)
            }
            group.addTask { [stop] in await stop.wait().map { .end(.stopped($0)) } ?? .nothing }
            if let timeout {
                group.addTask {
                    do {
                        try await surroundings.sleep(timeout)
                        return .end(.timeout)
                    } catch {
                        return .nothing
                    }
                }
            }
            var end: OuterEnd?
            while let racer = try await group.next() {
                switch racer {
                case .outcome(let outcome):
                    group.cancelAll()
                    return (outcome, end)
                case .end(let reason):
                    end = end ?? reason
                    group.cancelAll()
                case .nothing: break
                }
            }
            preconditionFailure("the Pod's end is one of the racers")
        }
    }

    /// `spec.timeout`, an hour if there is none, nil for no limit.
    ///
    /// [Tekton: Configuring the failure timeout](https://tekton.dev/docs/pipelines/taskruns/#configuring-the-failure-timeout)
    private var timeout: Duration? {
        let duration = taskRun.spec["timeout"]?.string.flatMap { GoDuration($0) } ?? Self.defaultTimeout
        return duration == .zero ? nil : .nanoseconds(duration.nanoseconds)
    }

    private static let defaultTimeout = GoDuration(seconds: 3600)

    private func condition(for end: OuterEnd) -> Condition {
        let name = taskRun.metadata.name
        switch end {
        case .timeout:
            let text = taskRun.spec["timeout"]?.string.flatMap { GoDuration($0) } ?? Self.defaultTimeout
            return Condition(
                status: .failed,
                reason: "TaskRunTimeout",
                message: #"TaskRun "\#(name)" failed to finish within "\#(text)""#
            )
        case .stopped(.cancelled):
            return Condition(
                status: .failed,
                reason: "TaskRunCancelled",
                message: #"TaskRun "\#(name)" was cancelled. "#
                    + (pipelineTask.isEmpty ? "" : Self.cancelledByPipelineRun)
            )
        case .stopped(.timedOut):
            return Condition(
                status: .failed,
                reason: "TaskRunCancelled",
                message:
                    #"TaskRun "\#(name)" was cancelled. TaskRun cancelled as the PipelineRun it belongs to has timed out."#
            )
        }
    }

    private static let cancelledByPipelineRun =
        "TaskRun cancelled as the PipelineRun it belongs to has been cancelled."

    private func emit(_ kind: RunEvent.Kind) { surroundings.emit(kind, run: run) }
}

extension ContainerState {
    /// A step that was stopped, in the words of what stopped its TaskRun; one that ended by itself is as it was.
    fileprivate func stopped(because reason: String, pod: String) -> ContainerState {
        guard var termination, terminationReason == ContainerState.stopped else { return self }
        termination.reason = reason
        termination.message = "Step \(name) terminated as pod \(pod) is terminated"
        var state = self
        state.phase = .terminated(termination)
        state.terminationReason = reason
        return state
    }
}
