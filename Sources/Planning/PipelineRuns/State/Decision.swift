package import Foundation
package import Manifests

/// What should happen next in a PipelineRun: decided by ``PipelineRunState``, done by whoever drives it.
package enum Decision: Sendable {
    /// Find out what these references stand for, and tell it with `resolved`.
    case resolve([ResolverRequest])
    /// Create this TaskRun and carry it out.
    case start(PlannedTaskRun)
    /// Create this CustomRun and let it be carried out.
    case startCustomRun(PlannedRun)
    /// Create this PipelineRun, which is a task of this one, and carry it out.
    case startPipelineRun(PlannedRun)
    /// A task will not run; reasons are Tekton's.
    case skip(SkippedTask)
    /// Stop a TaskRun, CustomRun or PipelineRun that runs. Its end is still to be reported.
    case stop(taskRun: String, StopReason)
    /// Call `timePassed` when this moment has come. A later one replaces it.
    case wake(at: Date)
    /// The PipelineRun is over.
    case finish(Condition)
}

package enum StopReason: Sendable, Hashable {
    /// The PipelineRun was cancelled: the TaskRun becomes `TaskRunCancelled`.
    case cancelled
    /// A timeout of the PipelineRun has passed: `TaskRunCancelled` with Tekton's words for it.
    case timedOut

    /// What Tekton writes into `spec.statusMessage` of a run that it stops.
    package func message(for kind: RunKind) -> String {
        switch self {
        case .cancelled: "\(kind.rawValue) cancelled as the PipelineRun it belongs to has been cancelled."
        case .timedOut: "\(kind.rawValue) cancelled as the PipelineRun it belongs to has timed out."
        }
    }
}

/// A task that did not run, as `.status.skippedTasks[]` shows it.
package struct SkippedTask: Sendable, Hashable {
    package var name: String
    package var reason: String
    package var whenExpressions: [WhenExpression]

    package init(name: String, reason: String, whenExpressions: [WhenExpression] = []) {
        self.name = name
        self.reason = reason
        self.whenExpressions = whenExpressions
    }
}

/// A TaskRun that a PipelineRun creates.
package struct PlannedTaskRun: Sendable {
    package var pipelineTask: String
    /// The place in a matrix, 0 without one.
    package var index: Int
    /// The whole object (`apiVersion`, `kind`, `metadata` with labels, `spec` after substitution), as Tekton would create it.
    package var taskRun: Document
    /// The Task that it refers to, `v1`; nil for an embedded `taskSpec`.
    package var task: Document?

    package var name: String { taskRun.metadata.name }

    package init(pipelineTask: String, index: Int = 0, taskRun: Document, task: Document?) {
        self.pipelineTask = pipelineTask
        self.index = index
        self.taskRun = taskRun
        self.task = task
    }
}

/// A CustomRun or a PipelineRun that a PipelineRun creates for one of its tasks.
package struct PlannedRun: Sendable {
    package var pipelineTask: String
    /// The place in a matrix, 0 without one.
    package var index: Int
    /// The whole object, as Tekton would create it.
    package var object: Document
    /// The Pipeline that a PipelineRun refers to, where a resolver has found it.
    package var pipeline: Document?

    package var name: String { object.metadata.name }

    package init(pipelineTask: String, index: Int = 0, object: Document, pipeline: Document? = nil) {
        self.pipelineTask = pipelineTask
        self.index = index
        self.object = object
        self.pipeline = pipeline
    }
}
