package import Planning
package import SystemPackage

/// How a clone on this machine ended.
package enum CloneOutcome: Sendable, Equatable {
    case succeeded(Report)
    /// As the step would have failed, with its exit code.
    case failed(exitCode: Int, Report)
    /// Only the Task's own image can do it here, and why; at most what the Task deletes anyway is gone.
    case ownImage(reason: String)

    /// What the step printed and left behind.
    package struct Report: Sendable, Equatable {
        /// The lines that the step prints, without line breaks.
        package var lines: [String]
        /// What the step wrote as results; empty when it failed.
        package var results: [RunResult]
        /// The files that should belong to somebody else, where this process may not see to it.
        package var unowned: Unowned?
    }

    /// Files that still need their owner.
    package struct Unowned: Sendable, Equatable {
        package var owner: CloneTask.Owner
        /// Files and directories, with all in them, relative to the workspace.
        package var paths: [FilePath]
    }
}
