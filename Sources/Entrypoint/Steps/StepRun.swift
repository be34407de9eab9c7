import Glibc

/// A step from its wait to its record.
struct StepRun {
    private var arguments: StepArguments
    private let signals: SignalPipe
    private var record: StepRecord

    init(_ arguments: StepArguments, signals: SignalPipe) {
        self.arguments = arguments
        self.signals = signals
        record = StepRecord(arguments)
    }

    /// Waits, runs the command, records how it went; returns the container's exit code.
    mutating func run() -> Int32 {
        do throws(StepFailure) {
            Credentials(folder: Credentials.folder, home: getenv("HOME").map { String(cString: $0) } ?? "").copyToHome()
            try attempt { () throws(SystemError) in try record.makeDirectories() }
            if let exitCode = try waitForTurn() {
                return exitCode
            }
            if arguments.breakpointBeforeStep, let exitCode = try waitForPermission() {
                return exitCode
            }
            return try runCommand()
        } catch {
            Log.note(error.description)
            return 1
        }
    }

    /// Waits for all wait files; returns an exit code if the step is not to run.
    private mutating func waitForTurn() throws(StepFailure) -> Int32? {
        let waiter = FileWaiter(signals: signals)
        for path in arguments.waitFiles {
            let end: FileWaiter.End
            do throws(SystemError) {
                end = try waiter.wait(for: path, withContent: arguments.waitFileContent)
            } catch {
                try endWithoutRunning(reason: nil)
                throw .system(error)
            }
            switch end {
            case .failed where !arguments.breakpointOnFailure:
                Log.note("step skipped because an earlier step failed")
                try endWithoutRunning(reason: "Skipped")
                return 1
            case .interrupted(let signal):
                Log.note("step cancelled before it began")
                try endWithoutRunning(reason: "Cancelled")
                return 128 + signal
            case .ready, .failed:
                continue
            }
        }
        return nil
    }

    /// Waits until a person lets the step begin; returns an exit code if the step is not to run.
    private mutating func waitForPermission() throws(StepFailure) -> Int32? {
        Log.note(
            "the step waits at its breakpoint; in its container, /tekton/debug/scripts/debug-beforestep-continue "
                + "lets it begin and /tekton/debug/scripts/debug-beforestep-fail-continue ends it"
        )
        let end: FileWaiter.End
        do throws(SystemError) {
            let path = (arguments.postFile ?? "") + ".beforestepexit"
            end = try FileWaiter(signals: signals).wait(for: path, withContent: true)
        } catch {
            throw .system(error)
        }
        switch end {
        case .ready: return nil
        case .failed:
            noteStart()
            try recordEnd(failed: true, exitCode: nil, isHeld: false)
            return 1
        case .interrupted(let signal):
            Log.note("step cancelled before it began")
            try endWithoutRunning(reason: "Cancelled")
            return 128 + signal
        }
    }

    private mutating func endWithoutRunning(reason: String?) throws(StepFailure) {
        if !arguments.breakpointOnFailure {
            try attempt { () throws(SystemError) in try record.writePostFile(failed: true) }
        }
        noteStart()
        if let reason {
            record.facts.append(.init("Reason", reason))
        }
        try record.writeTerminationMessage(withResults: false)
    }

    private mutating func runCommand() throws(StepFailure) -> Int32 {
        noteStart()
        do throws(StepVariables.Problem) {
            try StepVariables().apply(to: &arguments)
        } catch {
            // As on a cluster, the step runs with what could not be replaced.
            Log.note("results of earlier steps are not filled in: \(error)")
        }
        let isWanted: Bool
        do throws(WhenExpression.Problem) {
            isWanted = try WhenExpression.allHold(arguments.when)
        } catch {
            Log.note("the step's condition cannot be decided: \(error)")
            try recordEnd(failed: true, exitCode: nil)
            return arguments.breakpointOnFailure ? Breakpoint(arguments, signals: signals).decision() : 1
        }
        guard isWanted else { return try skip() }
        let end: StepProcess.End
        do throws(SystemError) {
            var process = try StepProcess(arguments, signals: signals)
            end = process.run()
        } catch {
            try recordEnd(failed: true, exitCode: nil)
            throw .system(error)
        }
        switch end {
        case .exited(0):
            try recordEnd(failed: false, exitCode: 0)
            return 0
        case .exited(let code) where arguments.onError == .continue:
            record.facts.append(.init("ExitCode", String(code)))
            try recordEnd(failed: false, exitCode: code)
            return 0
        case .exited(let code):
            try recordEnd(failed: true, exitCode: code)
            return arguments.breakpointOnFailure ? Breakpoint(arguments, signals: signals).decision() : code
        case .timedOut:
            Log.note("step ran longer than its timeout of \(arguments.timeout.map(GoDuration.text) ?? "0s")")
            record.facts.append(.init("Reason", "TimeoutExceeded"))
            try recordEnd(failed: true, exitCode: nil, isHeld: false)
            return 1
        case .notStarted(let failure):
            Log.note(failure.description)
            try recordEnd(failed: true, exitCode: failure.exitCode)
            return arguments.breakpointOnFailure ? Breakpoint(arguments, signals: signals).decision() : failure.exitCode
        }
    }

    /// Lets a step go by whose conditions do not hold: those after it run.
    private mutating func skip() throws(StepFailure) -> Int32 {
        Log.note("Step was skipped due to when expressions were evaluated to false.")
        record.facts.append(.init("Reason", "Skipped"))
        try attempt { () throws(SystemError) in
            try record.writeExitCode(0)
            try record.writePostFile(failed: false)
        }
        try record.writeTerminationMessage(withResults: false)
        return 0
    }

    private mutating func noteStart() {
        record.facts.append(.init("StartedAt", WallClock.timestamp()))
    }

    /// Writes the exit code first: a step that starts because of the post file may read it at once.
    private func recordEnd(failed: Bool, exitCode: Int32?, isHeld: Bool = true) throws(StepFailure) {
        try attempt { () throws(SystemError) in
            if let exitCode {
                try record.writeExitCode(exitCode)
            }
            if !(failed && isHeld && arguments.breakpointOnFailure) {
                try record.writePostFile(failed: failed)
            }
        }
        try record.writeTerminationMessage(withResults: true)
    }

    private func attempt(_ work: () throws(SystemError) -> Void) throws(StepFailure) {
        do throws(SystemError) {
            try work()
        } catch {
            throw .system(error)
        }
    }
}

/// A failed step that is kept for a person to look into.
struct Breakpoint {
    private let path: String
    private let signals: SignalPipe

    init(_ arguments: StepArguments, signals: SignalPipe) {
        path = (arguments.postFile ?? "") + ".breakpointexit"
        self.signals = signals
    }

    /// Waits for the file that holds the exit code to end with; 0 where it holds no number.
    func decision() -> Int32 {
        Log.note(
            "the step failed and waits at its breakpoint; in its container, /tekton/debug/scripts/debug-continue lets "
                + "the next step begin and /tekton/debug/scripts/debug-fail-continue ends the TaskRun; so does an exit "
                + "code in \(path)"
        )
        do throws(SystemError) {
            if case .interrupted(let signal) = try FileWaiter(signals: signals).wait(for: path, withContent: true) {
                return 128 + signal
            }
            let text = try Files.read(path) ?? []
            return Int32(String(decoding: text, as: UTF8.self).filter(\.isNumber)) ?? 0
        } catch {
            Log.note(error.description)
            return 0
        }
    }
}
