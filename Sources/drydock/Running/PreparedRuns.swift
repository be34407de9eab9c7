import Foundation
import Git
import Manifests
import Planning
import Resolvers
import Runs
import SystemPackage
import Validation
import YAML

/// The runs of a command, checked and named, with the manifests around them.
struct PreparedRuns {
    var runs: [Document]
    var manifests: ManifestSet
    /// Documents that running does not need.
    var notNeeded: [Document]
    /// What is ignored here, or done differently from a cluster, as far as the manifests show it.
    var notes: [Diagnostic]
    /// Which Secrets the runs use and where each comes from, a line each.
    var needs: [String]
    /// Hides their values.
    var masker: Masker
    /// The first manifest's path, from which the project is told.
    var firstPath: FilePath?
    /// Who carries out custom tasks.
    var customTasks: CustomTaskRegistry
    /// The level of the cluster to run like, nil where all is carried out.
    var apiFields: AdmissionSettings.Level?
    /// What clones of the user's repository are fed from, nil for their remotes.
    var source: RepositorySource?
    /// Where references lead that are met later, and what they led to so far.
    var references: ReferenceAccess
    /// Where the runs were found, and what was left out, when no manifest was named; a line each.
    var found: [String] = []
}

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
        let finder = SourceFinder(context: context, inputs: inputs, clone: clone)
        guard inputs.files.isEmpty else {
            let source = try finder.find(here: nil)
            let manifests = try load()
            try refuse(
                manifests.documents.flatMap { Validator.validate($0, in: manifests, settings: inputs.admission) }
            )
            let runs = try chosenRuns(in: manifests)
            try refuse(runs.flatMap { Unsupported.check($0, in: manifests, customTasks: customTasks) })
            return Chosen(
                runs: runs,
                manifests: manifests,
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
        try refuse(
            chosen.problems
                + chosen.manifests.documents.flatMap {
                    Validator.validate($0, in: chosen.manifests, settings: inputs.admission)
                }
        )
        try refuse(chosen.runs.flatMap { Unsupported.check($0, in: chosen.manifests, customTasks: customTasks) })
        return Chosen(
            runs: chosen.runs,
            manifests: chosen.manifests,
            customTasks: customTasks,
            source: source,
            firstPath: tree.root,
            found: [chosen.summary] + chosen.notes
        )
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
        let notes = notes(about: runs, brought: gathered.documents, in: manifests)
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

    // MARK: - Reading and checking

    private func load() throws -> ManifestSet {
        var loader = ManifestLoader(defaultNamespace: inputs.namespace)
        var diagnostics: [Diagnostic] = []
        for file in inputs.files {
            if file == "-" {
                diagnostics += loader.load(bytes: try standardInput(), file: "<stdin>")
            } else {
                do {
                    diagnostics += try loader.load(path: FilePath(file))
                } catch {
                    throw CommandFailure(error.isUnreadable ? .permission : .noInput, "\(error)")
                }
            }
        }
        try refuse(diagnostics)
        guard !loader.set.documents.isEmpty else {
            throw CommandFailure(.noInput, "no document found in \(inputs.files.joined(separator: ", "))")
        }
        return loader.set
    }

    private func standardInput() throws -> [UInt8] {
        do {
            return try FileDescriptor.standardInput.bytes()
        } catch {
            throw CommandFailure(.noInput, "standard input cannot be read: \(error)")
        }
    }

    /// What is only to be known about the runs and what they refer to.
    private func notes(
        about runs: [Document],
        brought: [Document],
        in manifests: ManifestSet
    ) -> [Diagnostic] {
        let documents =
            runs + brought + (runs + brought).flatMap { manifests.reached(from: $0) }
            + manifests.all(kind: "PersistentVolumeClaim")
        var notes: [Diagnostic] = []
        for note in documents.flatMap({ Differences.check($0) + settingsNeeded(by: $0, in: manifests) })
        where !notes.contains(note) {
            notes.append(note)
        }
        return notes
    }

    /// What a cluster admits only where somebody has switched it on.
    private func settingsNeeded(by document: Document, in manifests: ManifestSet) -> [Diagnostic] {
        guard inputs.apiFields == nil else { return [] }
        return Validator.validate(document, in: manifests, settings: AdmissionSettings()).map { refusal in
            var note = refusal
            note.severity = .note
            note.message = "a cluster as it is installed refuses this: \(refusal.message)"
            return note
        }
    }

    /// Tells what is wrong and stops if anything is.
    private func refuse(_ diagnostics: [Diagnostic]) throws {
        for diagnostic in diagnostics { context.say(DiagnosticText.text(of: diagnostic)) }
        let errors = diagnostics.filter { $0.severity == .error }.count
        guard errors > 0 else { return }
        throw CommandFailure(
            .invalidManifest,
            "\(errors) error\(errors == 1 ? "" : "s") in the manifests; nothing was started"
        )
    }

    // MARK: - Choosing

    private func chosenRuns(in manifests: ManifestSet) throws -> [Document] {
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

    // MARK: - Arguments

    private func params() throws -> [ParamArgument] {
        do {
            return try inputs.params.map { try ParamArgument(parsing: $0) }
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
    }

    private func customTasks() throws -> CustomTaskRegistry {
        var registry = CustomTaskRegistry()
        do {
            for argument in inputs.customTasks { try registry.add(parsing: argument) }
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
        return registry
    }

    private func workspaces() throws -> [YAMLNode] {
        try inputs.workspaces.map { argument in
            do {
                var workspace = try WorkspaceArgument(parsing: argument)
                switch workspace.source {
                case .directory(let path, let access):
                    workspace.source = .directory(path: try existingDirectory(path), access)
                    return workspace.binding()
                case .claimTemplate(let file):
                    return workspace.binding(claimTemplate: try claimTemplate(in: file))
                default: return workspace.binding()
                }
            } catch let error as ArgumentError {
                throw CommandFailure(.usage, error.description)
            }
        }
    }

    private func existingDirectory(_ path: String) throws -> String {
        let absolute = URL(filePath: path).standardizedFileURL.path
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: absolute, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw CommandFailure(
                .noInput,
                "workspace directory '\(path)' is not there; a workspace path must be a directory"
            )
        }
        guard FileManager.default.isReadableFile(atPath: absolute) else {
            throw CommandFailure(.permission, "workspace directory '\(path)' cannot be read by this user")
        }
        return absolute
    }

    private func claimTemplate(in file: String) throws -> YAMLNode {
        var loader = ManifestLoader(defaultNamespace: inputs.namespace)
        do {
            try refuse(try loader.load(path: FilePath(file)))
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
        guard let claim = loader.set.all(kind: "PersistentVolumeClaim").first else {
            throw CommandFailure(.invalidManifest, "'\(file)' holds no PersistentVolumeClaim")
        }
        return claim.root
    }
}
