import ArgumentParser
import Foundation
import Runs

/// `drydock run`: starts what the manifests hold, or one Pipeline or Task of them, and sees it through.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        _superCommandName: Drydock._commandName,
        abstract: "Run PipelineRuns and TaskRuns, or one Pipeline or Task, on this machine's Docker engine.",
        discussion: """
            Without TARGET every PipelineRun and TaskRun in the manifests is started, all together, as on a cluster. \
            With TARGET, pipeline/NAME or task/NAME, a run of it is made from -p and -w.

            Without -f the manifests are found in the Git repository around the current directory: a PipelineRun, \
            else the run in a TriggerTemplate, a Pipeline that nothing refers to, a TaskRun, or a Task. Clones of \
            that repository are then fed from its working tree (--source).

            References through resolvers are followed before anything starts; see drydock refs.

            Exit codes: 0 all runs succeeded, 1 a run failed, 64 usage, 65 invalid manifest, 66 no input, \
            69 no Docker engine or what a reference names cannot be reached, 77 a secret is missing or a file denied, 124 a run's time was over, 130 and 143 interrupted.
            """
    )

    @Argument(help: "pipeline/NAME, task/NAME, run/NAME, a bare name, or triggertemplate/NAME without -f.")
    var target: String?

    @OptionGroup(title: "What runs") var inputs: RunInputs
    @OptionGroup(title: "The engine") var engine: EngineOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let context = Context.current
        let formatter = output.output.map { RunFormatter(format: $0, output: context.output) }
        do {
            // The engine is asked for while the manifests are read.
            let result = try await EngineAccess(context: context).connecting { docker in
                let prepared = try await RunPreparation(
                    context: context,
                    inputs: inputs,
                    target: target,
                    clone: engine.clone,
                    isOffline: engine.isOffline
                ).prepare()
                let session = try RunSession(context: context, prepared: prepared, engine: engine, output: output)
                return try await session.run(on: docker())
            }
            formatter?.write(result.objects)
            if let failure = result.failure { throw failure }
            guard result.status == .success else { throw result.status.exitCode }
        } catch let failure as CommandFailure {
            formatter?.writeNothingIfUnwritten()
            throw failure.masked(by: context.secretMask)
        }
    }
}
