import ArgumentParser

/// `drydock images pull`: gets what is missing on the engine.
struct ImagesPull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Pull the images that a run needs and the engine does not have.",
        discussion: """
            Credentials come from Docker's own configuration (~/.docker/config.json).

            Exit codes: 66 no such image, 69 the registry cannot be reached, 75 its rate limit is reached, \
            77 it refuses.
            """
    )

    @OptionGroup var needed: NeedInputs

    func run() async throws {
        let context = Context.current
        let needs = try await needed.needs(context)
        let problems = try await EngineAccess(context: context).withEngine { docker in
            let images = try await ImageStatus.all(of: needs, on: docker)
            needed.tellLimits(of: needs, context)
            let missing = images.filter { !$0.isHere }
            context.say("\(images.count - missing.count) of \(images.count) images are here")
            return try await ImagePull(docker: docker, context: context).pull(missing)
        }
        guard let first = problems.first else { return }
        throw CommandFailure(
            first.status,
            "\(problems.count) image\(problems.count == 1 ? "" : "s") did not come:\n"
                + problems.map { "  \($0.message)" }.joined(separator: "\n")
        )
    }
}
