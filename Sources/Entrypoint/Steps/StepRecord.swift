/// What a step leaves behind: its post file, its exit code and its termination message.
struct StepRecord {
    let arguments: StepArguments
    /// Where the task's results are written.
    var resultsDirectory = "/tekton/results"
    /// Where the task's artifacts are written.
    var artifactsDirectory = "/tekton/artifacts"
    /// What is known of the step so far, for the termination message.
    var facts: [TerminationMessage.Entry] = []

    init(_ arguments: StepArguments) {
        self.arguments = arguments
    }

    /// Makes the folders that a step may write its results and artifacts to.
    func makeDirectories() throws(SystemError) {
        guard let directory = arguments.stepMetadataDirectory else { return }
        try Files.makeDirectories(directory + "/results")
        try Files.makeDirectories(directory + "/artifacts")
    }

    /// Notes the exit code for steps that ask for it.
    func writeExitCode(_ code: Int32) throws(SystemError) {
        guard let directory = arguments.stepMetadataDirectory else { return }
        try Files.write(directory + "/exitCode", Array(String(code).utf8))
    }

    /// Tells whoever waits for this step that it has ended.
    func writePostFile(failed: Bool) throws(SystemError) {
        guard let path = arguments.postFile else { return }
        try Files.write(failed ? path + ".err" : path, [])
    }

    /// Writes the termination message, with results if the step came far enough to have some.
    func writeTerminationMessage(withResults: Bool) throws(StepFailure) {
        var message = TerminationMessage()
        message.facts = facts
        var failure: SystemError?
        if withResults, arguments.resultExtraction == .terminationMessage {
            do throws(SystemError) {
                message.results = try results()
                if !message.fits, arguments.reportsLargeResults, let directory = arguments.reportDirectory {
                    try StepReport(directory: directory).write(results: TerminationMessage.encode(message.results))
                    message.results = []
                }
            } catch {
                failure = error
            }
        }
        do throws(SystemError) {
            try Files.overwrite(arguments.terminationPath, message.encoded)
        } catch {
            throw .system(error)
        }
        if let failure {
            throw .system(failure)
        }
        guard message.fits else {
            throw .messageTooLong
        }
    }

    private func results() throws(SystemError) -> [TerminationMessage.Entry] {
        var entries: [TerminationMessage.Entry] = []
        for name in arguments.results {
            guard let value = try Files.read("\(resultsDirectory)/\(name)") else { continue }
            entries.append(.init(name, value, .taskRunResult))
        }
        guard let directory = arguments.stepMetadataDirectory else { return entries }
        for name in arguments.stepResults {
            guard let value = try Files.read("\(directory)/results/\(name)") else { continue }
            entries.append(.init(name, value, .stepResult))
        }
        return entries + (try artifacts(in: directory))
    }

    private func artifacts(in directory: String) throws(SystemError) -> [TerminationMessage.Entry] {
        var entries: [TerminationMessage.Entry] = []
        let folders: [(path: String, kind: TerminationMessage.Kind)] = [
            ("\(directory)/artifacts", .stepArtifacts), (artifactsDirectory, .taskRunArtifacts),
        ]
        for (path, kind) in folders {
            guard let value = try Files.read("\(path)/provenance.json") else { continue }
            entries.append(.init("\(path)/provenance.json", value, kind))
        }
        return entries
    }
}

/// What keeps the entrypoint from doing its part.
enum StepFailure: Error, CustomStringConvertible {
    case system(SystemError)
    case messageTooLong

    var description: String {
        switch self {
        case .system(let error):
            error.description
        case .messageTooLong:
            "Termination message is above max allowed size \(TerminationMessage.limit), caused by large task result."
        }
    }
}
