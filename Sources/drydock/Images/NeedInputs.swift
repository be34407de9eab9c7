import ArgumentParser
import Docker

/// What commands about a pipeline's images and readiness are given: the same as `drydock run`.
struct NeedInputs: ParsableArguments {
    @Argument(help: "pipeline/NAME, task/NAME, run/NAME, or a bare name; without it all runs of the manifests.")
    var target: String?

    @OptionGroup(title: "What runs") var inputs: RunInputs

    @Option(help: "Who carries out a clone Task: drydock itself, or the Task's own image.")
    var clone: EngineOptions.Clone = .builtin

    func needs(_ context: Context, isOffline: Bool = false) async throws -> RunNeeds {
        let prepared = try await RunPreparation(
            context: context,
            inputs: inputs,
            target: target,
            clone: clone,
            gathersSecrets: false,
            isOffline: isOffline
        ).prepare()
        return RunNeeds(prepared, clonesWithImage: clone == .image)
    }

    /// Says what the list of images cannot tell.
    func tellLimits(of needs: RunNeeds, _ context: Context) {
        if let clones = needs.clonesWithoutImage { context.say(clones) }
        for sentence in needs.unforeseen { context.say("cannot be foreseen: \(sentence)") }
    }
}
