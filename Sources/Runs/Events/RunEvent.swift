package import Foundation
package import Planning

/// Something that happened in a run, as every reader of runs sees it: the terminal, the stored log, reports.
///
/// A run's state as shown is a fold over its events, so live and stored cannot differ.
package struct RunEvent: Sendable, Codable, Hashable {
    package var time: Date
    /// The PipelineRun, or the TaskRun that was started by itself.
    package var run: String
    package var kind: Kind

    package init(time: Date, run: String, kind: Kind) {
        self.time = time
        self.run = run
        self.kind = kind
    }

    package enum Kind: Sendable, Codable, Hashable {
        /// A run begins; `tasks` are the pipeline tasks in the order of the Pipeline, finally tasks last.
        case runStarted(kind: String, namespace: String, definition: String, tasks: [String])
        /// Something is done differently from a cluster, or is worth knowing.
        case notice(String)
        /// An attempt of a TaskRun begins; `task` is the pipeline task, empty for a TaskRun of its own.
        case taskRunStarted(task: String, taskRun: String, retry: Int)
        case pulling(task: String, image: String, progress: String)
        case stepStarted(task: String, step: String)
        /// One or more lines that a step wrote; only the last text of a step may lack its newline.
        case output(task: String, step: String, stream: OutputStream, text: String)
        case stepEnded(task: String, ContainerState)
        case taskRunEnded(task: String, taskRun: String, Condition, isLastAttempt: Bool)
        case taskSkipped(task: String, reason: String)
        case cancelling(String)
        case runEnded(Condition)
    }
}

/// Takes events as they happen; safe from any thread, and slow readers hold up who writes.
package typealias EventSink = @Sendable (RunEvent) -> Void
