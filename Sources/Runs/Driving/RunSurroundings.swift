package import Foundation
package import Manifests
import Planning
package import YAML

/// What all runs of a command share.
package struct RunSurroundings: Sendable {
    package var manifests: ManifestSet
    package var runner: any TaskRunner
    package var limit: ParallelLimit
    let activity = Activity()
    package var control: RunControl
    package var masker: Masker
    package var sink: EventSink
    /// Who carries out CustomRuns.
    package var customTasks: CustomTaskRegistry
    /// Says what is wrong with the `spec` of a Pipeline that nobody has admitted.
    package var specCheck: (@Sendable (YAMLNode) -> String?)?
    /// Finds out what a reference through a resolver leads to; throws what keeps drydock from finding out.
    package var resolve: @Sendable (ResolverReference) async throws -> Resolution
    /// The time now.
    package var now: @Sendable () -> Date
    /// Waits; throws if the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        manifests: ManifestSet,
        runner: any TaskRunner,
        limit: ParallelLimit,
        control: RunControl = RunControl(),
        masker: Masker = Masker(),
        sink: @escaping EventSink,
        customTasks: CustomTaskRegistry = CustomTaskRegistry(),
        specCheck: (@Sendable (YAMLNode) -> String?)? = nil,
        resolve: @escaping @Sendable (ResolverReference) async throws -> Resolution = { reference in
            .failed(.unusable("nobody resolves \(reference.summary)"))
        },
        now: @escaping @Sendable () -> Date = { Date() },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.manifests = manifests
        self.runner = runner
        self.limit = limit
        self.control = control
        self.masker = masker
        self.sink = sink
        self.customTasks = customTasks
        self.specCheck = specCheck
        self.resolve = resolve
        self.now = now
        self.sleep = sleep
    }

    /// The manifests with the answers to all references that are asked for.
    /// - Parameter open: Tells those that have no answer yet.
    /// - Returns: The manifests when there are none.
    /// - Throws: What keeps drydock from finding out.
    func manifests(
        answering open: (ManifestSet) -> [ResolverReference]
    ) async throws -> ManifestSet {
        var answered = manifests
        while case let references = open(answered), !references.isEmpty {
            for reference in references { answered.resolutions[reference] = try await resolve(reference) }
        }
        return answered
    }

    /// Emits an event, secrets masked in all that a step or a reason may bring in.
    func emit(_ kind: RunEvent.Kind, run: String) {
        if case .notice = kind {} else { activity.note() }
        sink(RunEvent(time: now(), run: run, kind: kind.masked(by: masker)))
    }
}

extension RunEvent.Kind {
    /// The same event without secrets; output is masked where it is assembled, across the borders of its pieces.
    fileprivate func masked(by masker: Masker) -> RunEvent.Kind {
        guard !masker.isEmpty else { return self }
        switch self {
        case .notice(let text): return .notice(masker.mask(text))
        case .pulling(let task, let image, let progress):
            return .pulling(task: task, image: masker.mask(image), progress: masker.mask(progress))
        case .stepEnded(let task, let ended):
            var state = ended
            if case .terminated(var end) = state.phase {
                end.message = masker.mask(end.message)
                state.phase = .terminated(end)
            }
            state.results = state.results.map { RunResult(name: $0.name, value: masked($0.value, by: masker)) }
            return .stepEnded(task: task, state)
        case .taskRunEnded(let task, let taskRun, let end, let isLastAttempt):
            var condition = end
            condition.message = masker.mask(condition.message)
            return .taskRunEnded(task: task, taskRun: taskRun, condition, isLastAttempt: isLastAttempt)
        case .runEnded(let end):
            var condition = end
            condition.message = masker.mask(condition.message)
            return .runEnded(condition)
        case .cancelling(let text): return .cancelling(masker.mask(text))
        case .runStarted, .taskRunStarted, .stepStarted, .output, .taskSkipped: return self
        }
    }

    private func masked(_ value: ParamValue, by masker: Masker) -> ParamValue {
        switch value {
        case .string(let text): .string(masker.mask(text))
        case .array(let texts): .array(texts.map { masker.mask($0) })
        case .object(let texts): .object(texts.mapValues { masker.mask($0) })
        }
    }
}
