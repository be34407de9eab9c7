import Manifests
import Runs

extension RunPreparation {
    func chosenRuns(in manifests: ManifestSet) throws -> [Document] {
        let composer = RunComposer(params: try params(), workspaces: try workspaces())
        do {
            if let target { return [try composedRun(of: target, in: manifests, composer: composer)] }
            let runs = manifests.documents.filter(\.isRun)
            guard !runs.isEmpty else { throw nothingToStart(in: manifests) }
            return try runs.map { try composer.completed($0, definition: $0.definition(in: manifests)) }
        } catch let error as ArgumentError {
            throw CommandFailure(.usage, error.description)
        }
    }

    private func composedRun(
        of target: String,
        in manifests: ManifestSet,
        composer: RunComposer
    ) throws -> Document {
        let document = try TargetLookup(manifests: manifests, namespace: inputs.namespace).document(for: target)
        guard document.isRun else { return try composer.run(of: document) }
        return try composer.completed(document, definition: document.definition(in: manifests))
    }

    private func nothingToStart(in manifests: ManifestSet) -> CommandFailure {
        let files = inputs.files.map { "-f \($0)" }.joined(separator: " ")
        let commands = manifests.documents.compactMap { document -> String? in
            switch document.kind {
            case "Pipeline": "  drydock run pipeline/\(document.metadata.name) \(files)"
            case "Task", "ClusterTask": "  drydock run task/\(document.metadata.name) \(files)"
            default: nil
            }
        }
        guard !commands.isEmpty else {
            let counts = Dictionary(grouping: manifests.documents, by: \.kind).map { "\($1.count) \($0)" }.sorted()
            return CommandFailure(
                .noInput,
                "no PipelineRun, TaskRun, Pipeline or Task in \(inputs.files.joined(separator: ", ")); "
                    + "there is: \(counts.joined(separator: ", "))"
            )
        }
        return CommandFailure(
            .usage,
            "no PipelineRun or TaskRun among the documents; these can be started:\n"
                + commands.joined(separator: "\n")
        )
    }
}
