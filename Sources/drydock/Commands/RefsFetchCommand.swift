import ArgumentParser
import Manifests

/// `drydock refs fetch`: brings what references lead to, so that a run without a network finds it.
struct RefsFetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Fetch what references lead to, for runs with --offline."
    )

    @OptionGroup var followed: ReferenceInputs

    func run() async throws {
        let context = Context.current
        let known = try await followed.followAll(context)
        for (reference, answer) in known.answers {
            context.output.write("\(answer.text): \(reference.summary)\n")
        }
        context.say("\(known.answers.count) reference\(known.answers.count == 1 ? " is" : "s are") here")
    }
}
