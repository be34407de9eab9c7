import Glibc

/// The program that runs inside containers: as the entrypoint of a step, or for one of a few small tasks.
package enum EntrypointProgram {
    /// Does what the arguments (without the program's name) ask for, and returns the exit code.
    package static func run(_ arguments: [String]) -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        if let name = arguments.first, let subcommand = Subcommand(rawValue: name) {
            return subcommand.run(Array(arguments.dropFirst()))
        }
        do throws(StepArgumentsError) {
            let step = try StepArguments(parsing: arguments)
            return runStep(step)
        } catch {
            Log.note("\(error)\n\(usage)")
            return usageExitCode
        }
    }

    static let usageExitCode: Int32 = 2

    static var usage: String {
        """
        usage: drydock-entrypoint [FLAG…] -entrypoint COMMAND -- [ARGUMENT…]
               \(Subcommand.allCases.map(\.usage).joined(separator: "\n       "))
        flags: \(StepArguments.Flag.allCases.map { "-\($0.rawValue)" }.joined(separator: " "))
        """
    }

    private static func runStep(_ arguments: StepArguments) -> Int32 {
        let report = arguments.reportDirectory.map { StepReport(directory: $0) }
        report?.takeOutput()
        let exitCode = exitCode(of: arguments)
        report?.write(exitCode: exitCode)
        return exitCode
    }

    private static func exitCode(of arguments: StepArguments) -> Int32 {
        do throws(SystemError) {
            var step = StepRun(arguments, signals: try SignalPipe())
            return step.run()
        } catch {
            Log.note(error.description)
            return 1
        }
    }
}
