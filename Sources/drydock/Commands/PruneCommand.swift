import ArgumentParser
import Foundation

/// `drydock prune`: removes what drydock keeps and nobody needs any more.
struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove what drydock keeps: old run logs, unused mirrors and references, sandbox images, leftovers.",
        discussion: """
            Claims, the volumes that last from run to run, go only with --claims or --all. What a drydock that runs \
            uses stays, whoever runs it.
            """
    )

    @Option(help: "Run logs older than this go, and mirrors and references not used for so long; as 12h, 7d or 2w.")
    var olderThan = Age(days: 7)

    @Flag(help: "Everything goes, however young, and the claims too.")
    var all = false

    @Flag(help: "The claims go too.")
    var claims = false

    @Flag(name: [.customShort("y"), .long], help: "Do not ask.")
    var yes = false

    func run() async throws {
        let context = Context.current
        let entrypoint = try EntrypointProgram.find()
        let outcome: Pruning.Outcome? = try await EngineAccess(context: context).withEngine { docker in
            var storage = Storage(context.directories)
            try await storage.add(docker)
            let moment = Date().addingTimeInterval(all ? 0 : -olderThan.seconds)
            let chosen = Pruning.chosen(from: storage.things, before: moment, includesClaims: all || claims)
            guard !chosen.isEmpty else {
                context.output.write("nothing to remove\n")
                return nil
            }
            guard try isWanted(chosen, context) else {
                context.say("nothing was removed")
                return nil
            }
            return try await Pruning(context: context).remove(chosen, on: docker, entrypoint: entrypoint)
        }
        guard let outcome else { return }
        if !outcome.removed.isEmpty { context.output.write("removed \(Self.summary(of: outcome.removed))\n") }
        for thing in outcome.kept { context.say("kept, it is in use: \(thing.group.noun(1)) \(thing.name)") }
        context.output.write("\(byteText(outcome.freed)) came free\n")
        guard !outcome.failures.isEmpty else { return }
        throw CommandFailure(
            .ioError,
            "not all could be removed:\n" + outcome.failures.map { "  \($0)" }.joined(separator: "\n")
        )
    }

    private func isWanted(_ things: [KeptThing], _ context: Context) throws -> Bool {
        if yes { return true }
        for thing in things {
            context.say("  \(thing.group.noun(1).dropFirst(2)) \(thing.name), \(byteText(thing.size))")
        }
        let question = "\(Self.summary(of: things)), \(byteText(things.reduce(0) { $0 + $1.size }))"
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(.usage, "this would remove \(question); nothing was removed. Add -y to do it")
        }
        context.errors.write("Remove \(question)? [y/N] ")
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    private static func summary(of things: [KeptThing]) -> String {
        KeptThing.Group.allCases.compactMap { group in
            let count = things.filter { $0.group == group }.count
            return count == 0 ? nil : group.noun(count)
        }.joined(separator: ", ")
    }
}
