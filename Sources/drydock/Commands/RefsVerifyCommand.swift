import ArgumentParser
import Manifests
import Resolvers

/// `drydock refs verify`: tells whether references still lead where they were locked to.
struct RefsVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Follow references, and compare what they lead to with drydock.lock.",
        discussion: "Exit code 65 if one leads elsewhere, or is not in the file."
    )

    @OptionGroup var followed: ReferenceInputs

    func validate() throws {
        if followed.inputs.isLocked { throw ValidationError("--locked follows nothing, and this compares") }
    }

    func run() async throws {
        let context = Context.current
        let known = try await followed.followAll(context)
        let lock = try LockfilePlace.read(known.lockfile)
        var problems = 0
        for (reference, answer) in known.answers {
            guard let resource = answer.resource else { continue }
            let verdict = Self.verdict(on: resource, lockedAs: lock[reference])
            if !verdict.isGood { problems += 1 }
            context.output.write("\(verdict.text): \(reference.summary)\n")
        }
        guard problems > 0 else { return }
        throw CommandFailure(
            .invalidManifest,
            "\(problems) of \(known.answers.count) references are not what \(known.lockfile) says"
        )
    }

    private static func verdict(
        on resource: ResolvedResource,
        lockedAs entry: Lockfile.Entry?
    ) -> (text: String, isGood: Bool) {
        guard let entry else { return ("not locked", false) }
        guard entry.contentDigest == resource.contentDigest else {
            return ("changed, \(entry.source.shortDigest) is now \(resource.source.shortDigest)", false)
        }
        guard entry.source == resource.source else {
            return ("the same, though \(entry.source.shortDigest) is now \(resource.source.shortDigest)", true)
        }
        return ("the same", true)
    }
}
