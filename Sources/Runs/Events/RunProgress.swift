package import Foundation
package import Planning

/// How a run stands: a fold over its events.
package struct RunProgress: Sendable {
    package enum Phase: Sendable, Hashable {
        case waiting
        case running
        case skipped(reason: String)
        case ended(Condition)
    }

    /// One task of a PipelineRun, or the only one of a TaskRun.
    package struct TaskProgress: Sendable {
        /// The pipeline task; empty for a TaskRun of its own.
        package var name: String
        package var phase: Phase = .waiting
        package var startedAt: Date?
        package var endedAt: Date?
        package var retry = 0
        /// What it does now: the step that runs, or the image that is pulled.
        package var activity = ""
        package var failedSteps: [ContainerState] = []
        /// The last lines of each step, oldest first.
        package var lastLines: [String: [String]] = [:]
    }

    /// Lines kept of each step.
    package static let keptLines = 20

    package var name: String
    package var kind = ""
    package var definition = ""
    package var startedAt: Date?
    package var endedAt: Date?
    package var condition: Condition?
    package private(set) var tasks: [TaskProgress] = []
    private var indices: [String: Int] = [:]

    package init(name: String) {
        self.name = name
    }

    package func task(_ name: String) -> TaskProgress? { indices[name].map { tasks[$0] } }

    package mutating func apply(_ event: RunEvent) {
        switch event.kind {
        case .runStarted(let kind, _, let definition, let names):
            self.kind = kind
            self.definition = definition
            startedAt = event.time
            for name in names { update(name) { _ in } }
        case .notice, .cancelling: break
        case .taskRunStarted(let task, _, let retry):
            update(task) { progress in
                progress.phase = .running
                progress.startedAt = progress.startedAt ?? event.time
                progress.retry = retry
                progress.failedSteps = []
                progress.lastLines = [:]
            }
        case .pulling(let task, let image, let progress):
            update(task) { $0.activity = "pulling \(image) \(progress)" }
        case .stepStarted(let task, let step):
            update(task) { $0.activity = step }
        case .output(let task, let step, _, let text):
            update(task) { Self.keep(text, of: step, in: &$0) }
        case .stepEnded(let task, let state):
            update(task) { progress in
                if let end = state.termination, end.exitCode != 0 { progress.failedSteps.append(state) }
            }
        case .taskRunEnded(let task, _, let condition, let isLastAttempt):
            guard isLastAttempt else { return }
            update(task) { progress in
                progress.phase = .ended(condition)
                progress.endedAt = event.time
                progress.activity = ""
            }
        case .taskSkipped(let task, let reason):
            update(task) { $0.phase = .skipped(reason: reason) }
        case .runEnded(let condition):
            self.condition = condition
            endedAt = event.time
            for task in tasks where task.phase == .waiting {
                update(task.name) { $0.phase = .skipped(reason: "did not run") }
            }
        }
    }

    private mutating func update(_ name: String, _ change: (inout TaskProgress) -> Void) {
        let index = indices[name] ?? tasks.count
        if index == tasks.count {
            tasks.append(TaskProgress(name: name))
            indices[name] = index
        }
        change(&tasks[index])
    }

    /// The last lines of a text that may have a great many.
    private static func lastLines(of text: String) -> [String] {
        let newline = UInt8(ascii: "\n")
        var rest = text.utf8.last == newline ? text.utf8.dropLast() : text.utf8[...]
        guard !text.isEmpty else { return [] }
        var lines: [String] = []
        while lines.count < keptLines {
            guard let start = rest.lastIndex(of: newline) else {
                lines.append(String(Substring(rest)))
                break
            }
            lines.append(String(Substring(rest[start...].dropFirst())))
            rest = rest[..<start]
        }
        return lines.reversed()
    }

    private static func keep(_ text: String, of step: String, in progress: inout TaskProgress) {
        let kept = progress.lastLines[step, default: []] + lastLines(of: text)
        progress.lastLines[step] = Array(kept.suffix(keptLines))
    }
}
