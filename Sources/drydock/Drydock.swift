import ArgumentParser
import Foundation

/// The program's door: finds the command and turns what it throws into a message and an exit code.
@main
struct Drydock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drydock",
        abstract: "Tekton pipelines on one machine, without Kubernetes.",
        version: Version.text,
        subcommands: [Run.self, Images.self, Refs.self, Doctor.self, DiskUsage.self, Prune.self],
        defaultSubcommand: Run.self
    )

    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        // Whoever started this may have blocked them, and ^C would not be heard.
        var endings = sigset_t()
        sigemptyset(&endings)
        for ending in [SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&endings, ending) }
        pthread_sigmask(SIG_UNBLOCK, &endings, nil)
        openStandardFiles()
        let context = Context.current
        let arguments = Array(CommandLine.arguments.dropFirst())
        if EngineAccess.isLikely(for: arguments) {
            EngineAccess(context: context).anticipate()
            if argumentsOfRun(in: arguments) != nil { Task.detached { Rehearsal.run() } }
        }
        do {
            var command = try parse(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            context.say("drydock: " + failure.message)
            Foundation.exit(failure.status.rawValue)
        } catch {
            exit(withError: error)
        }
    }

    /// Reads the arguments, those of `run` by themselves where they are likely to be meant.
    ///
    /// That takes half the time that all commands together take. Where it finds help wanted or a mistake, all commands
    /// are asked, and what they say is told.
    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        if let own = argumentsOfRun(in: arguments), let run = try? Run.parseAsRoot(own) as? Run { return run }
        return try parseAsRoot(arguments)
    }

    /// What follows `run`, which may be left out; nil where another command is named.
    private static func argumentsOfRun(in arguments: [String]) -> [String]? {
        guard let first = arguments.first, !first.hasPrefix("-") else { return arguments }
        return first == Run._commandName ? Array(arguments.dropFirst()) : nil
    }

    /// Opens what was closed by whoever started this, so that no other file comes to be standard output.
    private static func openStandardFiles() {
        for descriptor in 0...2 where fcntl(Int32(descriptor), F_GETFD) < 0 { _ = open("/dev/null", O_RDWR) }
    }
}
