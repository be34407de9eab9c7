package import Planning

/// How a clone on this machine ended.
package enum CloneOutcome: Sendable {
    case succeeded(Report)
    /// As the step would have failed, with its exit code.
    case failed(exitCode: Int, Report)
    /// Nothing was done: only the Task's own image can do it here, and why.
    case ownImage(reason: String)

    package struct Report: Sendable {
        /// The lines that the step prints.
        package var lines: [String]
        package var results: [RunResult]
        /// Who the files should belong to, where this process may not see to it; nil when it is done.
        package var missingOwner: CloneTask.Owner?
        /// The directories and files at the top of what was cloned are in this directory of the workspace.
        package var directory: [String]
    }
}
