/// The command line of a step's entrypoint.
///
/// The flags are those of Tekton's own entrypoint (cmd/entrypoint in tektoncd/pipeline), so that what a step sees
/// in its container is what it sees on a cluster. The host writes ``commandLine``; the entrypoint reads it back.
package struct StepArguments: Equatable, Sendable {
    /// What follows when the step's command fails.
    package enum OnError: String, CaseIterable, Sendable {
        case `continue`
        case stopAndFail
    }

    /// How results leave the container.
    package enum ResultExtraction: String, CaseIterable, Sendable {
        case terminationMessage = "termination-message"
        case sidecarLogs = "sidecar-logs"
    }

    /// The files that must exist, one after the other, before the command starts.
    package var waitFiles: [String] = []
    /// Whether a wait file counts only once it has content.
    package var waitFileContent = false
    /// The file to make when the step has ended; `.err` is added to its name on failure.
    package var postFile: String?
    /// The file that takes the termination message.
    package var terminationPath = "/tekton/termination"
    /// The step's own folder, for its exit code and its results.
    package var stepMetadataDirectory: String?
    /// The folder that this machine's side looks into: pipes that take the step's output, and its exit code.
    package var reportDirectory: String?
    /// The names of the task's results that the step may have written.
    package var results: [String] = []
    /// The names of the step's own results.
    package var stepResults: [String] = []
    /// How results leave the container.
    package var resultExtraction = ResultExtraction.terminationMessage
    /// Whether results that do not fit into the termination message go into ``reportDirectory``.
    package var reportsLargeResults = false
    /// The time after which the command is killed; zero means no limit.
    package var timeout: Duration?
    /// What follows when the command fails.
    package var onError: OnError?
    /// A file that gets a copy of the command's standard output.
    package var stdoutPath: String?
    /// A file that gets a copy of the command's standard error.
    package var stderrPath: String?
    /// What must hold for the command to run.
    package var when: [WhenExpression] = []
    /// Whether a failed step waits for a person's decision before it ends.
    package var breakpointOnFailure = false
    /// Whether the step waits for a person's decision before it begins.
    package var breakpointBeforeStep = false
    /// The program to run, then its arguments.
    package var command: [String]

    /// Makes the arguments for a command that is run at once and records nothing but its termination message.
    package init(command: [String]) {
        self.command = command
    }

    /// The arguments as the entrypoint takes them, without the program's own name.
    package var commandLine: [String] {
        var line: [String] = []
        func append(_ flag: Flag, _ value: String?) {
            guard let value else { return }
            line += ["-\(flag.rawValue)", value]
        }
        append(.waitFile, waitFiles.isEmpty ? nil : waitFiles.joined(separator: ","))
        if waitFileContent { line.append("-\(Flag.waitFileContent.rawValue)") }
        append(.postFile, postFile)
        append(.terminationPath, terminationPath)
        append(.stepMetadataDirectory, stepMetadataDirectory)
        append(.reportDirectory, reportDirectory)
        append(.resultExtraction, resultExtraction == .terminationMessage ? nil : resultExtraction.rawValue)
        append(.onError, onError?.rawValue)
        append(.timeout, timeout.map { GoDuration.text(of: $0) })
        append(.stdoutPath, stdoutPath)
        append(.stderrPath, stderrPath)
        append(.stepResults, stepResults.isEmpty ? nil : stepResults.joined(separator: ","))
        append(.whenExpressions, when.isEmpty ? nil : WhenExpression.text(of: when))
        append(.results, results.isEmpty ? nil : results.joined(separator: ","))
        if reportsLargeResults { line.append("-\(Flag.reportLargeResults.rawValue)") }
        if breakpointOnFailure { line.append("-\(Flag.breakpointOnFailure.rawValue)") }
        if breakpointBeforeStep { line.append("-\(Flag.breakpointBeforeStep.rawValue)") }
        append(.entrypoint, command.first)
        return line + ["--"] + command.dropFirst()
    }
}

extension StepArguments {
    /// The flags by their names on the command line.
    enum Flag: String, CaseIterable {
        case waitFile = "wait_file"
        case waitFileContent = "wait_file_content"
        case postFile = "post_file"
        case terminationPath = "termination_path"
        case stepMetadataDirectory = "step_metadata_dir"
        case reportDirectory = "report_dir"
        case results
        case stepResults = "step_results"
        case resultExtraction = "result_from"
        case reportLargeResults = "report_large_results"
        case timeout
        case onError = "on_error"
        case stdoutPath = "stdout_path"
        case stderrPath = "stderr_path"
        case whenExpressions = "when_expressions"
        case breakpointOnFailure = "breakpoint_on_failure"
        case breakpointBeforeStep = "debug_before_step"
        case entrypoint

        /// Whether the flag stands alone and means true.
        var isSwitch: Bool {
            [.waitFileContent, .reportLargeResults, .breakpointOnFailure, .breakpointBeforeStep].contains(self)
        }
    }
}
