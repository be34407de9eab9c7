import Foundation
import Git
import Manifests
import Planning
import Resolvers
import Runs
import SystemPackage
import Validation
import YAML

/// Reads, checks and chooses what is to run.
struct RunPreparation {
    let context: Context
    let inputs: RunInputs
    /// `pipeline/NAME`, `task/NAME`, `run/NAME`, a bare name, or nil for all runs.
    let target: String?
    let clone: EngineOptions.Clone
    /// Whether the Secrets of the runs are gathered, and one that is missing ends the command.
    var gathersSecrets = true
    /// Whether references lead to what is on this machine already, and nothing is contacted.
    var isOffline = false

    /// What the manifests hold of what is to run, before any reference is followed.
    struct Chosen {
        var runs: [Document]
        var manifests: ManifestSet
        var admission: Admission
        var customTasks: CustomTaskRegistry
        var source: RepositorySource?
        var firstPath: FilePath?
        var found: [String] = []
    }

    func prepare() async throws -> PreparedRuns {
        let chosen = try choose()
        let (gathered, access) = try await references(of: chosen)
        try refuse(gathered.problems)
        if let failure = CommandFailure.unanswered(gathered.open) { throw failure }
        return try await prepare(chosen, gathered, access)
    }

    /// Follows the references of what was chosen.
    func references(of chosen: Chosen) async throws -> (gathered: GatheredReferences, access: ReferenceAccess) {
        let lock = try inputs.isLocked ? LockfilePlace.read(LockfilePlace.path(for: chosen.firstPath)) : nil
        let access = ReferenceAccess(
            context: context,
            manifests: try await withEarlySecrets(chosen),
            customTasks: chosen.customTasks,
            admission: inputs.admission,
            isOffline: isOffline,
            lock: lock
        )
        return (try await ReferenceGathering(access: access).gather(for: chosen.runs, in: chosen.manifests), access)
    }

    /// Reads the manifests, and chooses the runs among them.
    func choose() throws -> Chosen {
        let customTasks = try customTasks()
        var admission = Admission(level: inputs.apiFields)
        let finder = SourceFinder(context: context, inputs: inputs, clone: clone)
        guard inputs.files.isEmpty else {
            let source = try finder.find(here: nil)
            let manifests = try load()
            try refuse(admission.refusals(of: manifests))
            let runs = try chosenRuns(in: manifests)
            try refuse(runs.flatMap { refusals(of: $0, in: manifests, customTasks: customTasks) })
            return Chosen(
                runs: runs,
                manifests: manifests,
                admission: admission,
                customTasks: customTasks,
                source: source,
                firstPath: inputs.files.first { $0 != "-" }.map { FilePath($0) }
            )
        }
        guard let tree = try finder.repositoryHere() else {
            throw CommandFailure(
                .usage,
                "nothing to run: name a manifest, as in: drydock run -f pipeline.yaml, "
                    + "or run drydock inside a Git repository that holds one"
            )
        }
        let source = try finder.find(here: tree)
        let chosen = try RepositoryChoice(
            inputs: inputs,
            tree: tree,
            target: target,
            params: try params(),
            workspaces: try workspaces()
        ).choose()
        try refuse(chosen.problems + admission.refusals(of: chosen.manifests))
        try refuse(chosen.runs.flatMap { refusals(of: $0, in: chosen.manifests, customTasks: customTasks) })
        return Chosen(
            runs: chosen.runs,
            manifests: chosen.manifests,
            admission: admission,
            customTasks: customTasks,
            source: source,
            firstPath: tree.root,
            found: [chosen.summary] + chosen.notes
        )
    }

    /// What keeps a run from being carried out, though a cluster would admit it.
    private func refusals(
        of run: Document,
        in manifests: ManifestSet,
        customTasks: CustomTaskRegistry
    ) -> [Diagnostic] {
        Unsupported.check(run, in: manifests, customTasks: customTasks) + MissingReferences.check(run, in: manifests)
    }

    /// The manifests with the Secrets from outside that references ask for by name.
    private func withEarlySecrets(_ chosen: Chosen) async throws -> ManifestSet {
        let references = chosen.runs.flatMap { OpenReferences.foreseeable(of: $0, in: chosen.manifests) }
        let areAllThere = references.allSatisfy { reference in
            reference.secretNames.allSatisfy { name in
                chosen.manifests.document(kind: "Secret", namespace: reference.namespace, name: name) != nil
            }
        }
        guard gathersSecrets, !areAllThere, !(inputs.secrets + inputs.secretsFiles).isEmpty else {
            return chosen.manifests
        }
        return try await SecretGathering(
            context: context,
            inputs: inputs,
            runs: chosen.runs,
            source: chosen.source?.tree
        ).gather(in: chosen.manifests).manifests
    }

    /// Names the runs, and gathers what they need besides.
    private func prepare(
        _ chosen: Chosen,
        _ gathered: GatheredReferences,
        _ access: ReferenceAccess
    ) async throws -> PreparedRuns {
        var runs = chosen.runs
        let manifests = gathered.manifests
        let source = chosen.source
        let notes = Self.notes(
            about: runs,
            brought: gathered.documents,
            in: manifests,
            admission: chosen.admission
        )
        var generator = SystemRandomNumberGenerator()
        for index in runs.indices {
            let taken = Set(runs.map(\.metadata.name))
            runs[index] = RunNames.named(runs[index], taken: taken, using: &generator)
        }
        let secrets =
            gathersSecrets
            ? try await SecretGathering(context: context, inputs: inputs, runs: runs, source: source?.tree)
                .gather(in: manifests)
            : GatheredSecrets(manifests: manifests, masker: Masker(), needs: [])
        return PreparedRuns(
            runs: runs,
            manifests: secrets.manifests,
            notNeeded: manifests.documents.filter { !Self.neededKinds.contains($0.kind) },
            notes: notes,
            needs: secrets.needs,
            masker: secrets.masker,
            firstPath: chosen.firstPath,
            customTasks: chosen.customTasks,
            apiFields: inputs.apiFields,
            source: source,
            references: access,
            found: chosen.found
        )
    }

    private static let neededKinds: Set<String> = [
        "Task", "ClusterTask", "Pipeline", "PipelineRun", "TaskRun", "StepAction",
        "Secret", "ConfigMap", "PersistentVolumeClaim", "ServiceAccount",
    ]

    /// What is only to be known about the runs and what they refer to.
    static func notes(
        about runs: [Document],
        brought: [Document],
        in manifests: ManifestSet,
        admission: Admission
    ) -> [Diagnostic] {
        let documents =
            runs + brought + (runs + brought).flatMap { manifests.reached(from: $0) }
            + manifests.all(kind: "PersistentVolumeClaim")
        var notes: [Diagnostic] = []
        for note in documents.flatMap({ Differences.check($0) + admission.settingsNeeded(by: $0, in: manifests) })
        where !notes.contains(note) {
            notes.append(note)
        }
        return notes
    }
}
