import Foundation
import Git
import Manifests
import Runs
import SystemPackage
import YAML

/// What a command without manifests runs, found in the repository around it.
struct RepositoryChoice {
    let inputs: RunInputs
    let tree: WorkingTree
    let target: String?
    let params: [ParamArgument]
    let workspaces: [YAMLNode]

    /// What is run, with the documents that it needs.
    struct Chosen {
        var runs: [Document]
        var manifests: ManifestSet
        /// What is wrong with them.
        var problems: [Diagnostic]
        /// Where it was found, a sentence.
        var summary: String
        /// What was left out; a line each.
        var notes: [String]
    }

    private var root: FilePath { tree.root ?? tree.repositoryFolder }

    func choose() throws -> Chosen {
        let found: RepositoryManifests
        do throws(GitError) {
            let folder = FilePath(FileManager.default.currentDirectoryPath).resolvingLinks
            found = try RepositoryManifests(of: tree, namespace: inputs.namespace, seenFrom: folder)
        } catch {
            throw CommandFailure(.ioError, "\(error)")
        }
        let candidate = try candidate(in: found)
        var chosen = try start(candidate, in: found)
        let place = candidate.found.document.place.map { "\($0.file):\($0.line)" } ?? candidate.found.file
        chosen.summary = "\(candidate.title) in \(place), among \(found.tally.text)"
        chosen.notes = found.notes
        return chosen
    }

    // MARK: - Choosing

    private func candidate(in found: RepositoryManifests) throws -> RepositoryCandidate {
        if let target { return try named(target, in: found) }
        let all = RepositoryCandidate.all(in: found.tekton)
        guard let rank = all.map(\.rank).min() else {
            throw CommandFailure(
                .noInput,
                "nothing to run in \(root): it has \(found.tally.text), and in them no PipelineRun, TriggerTemplate, "
                    + "Pipeline, TaskRun or Task; name a manifest with -f" + notes(found)
            )
        }
        let best = all.filter { $0.rank == rank }
        guard best.count > 1 else { return best[0] }
        let commands = try best.map { "  \(try command(for: $0, in: found))" }
        throw CommandFailure(
            .usage,
            "there is more than one \(best[0].document.kind) to run in \(root); these are the commands:\n"
                + commands.joined(separator: "\n") + notes(found)
        )
    }

    private func notes(_ found: RepositoryManifests) -> String { found.notes.map { "\n" + $0 }.joined() }

    /// A command that runs one of several.
    private func command(for candidate: RepositoryCandidate, in found: RepositoryManifests) throws -> String {
        let arguments = inputs.params.flatMap { ["-p", $0] } + inputs.workspaces.flatMap { ["-w", $0] }
        let isAlone =
            found.tekton.filter {
                $0.document.kind == candidate.document.kind
                    && $0.document.metadata.name == candidate.document.metadata.name
            }.count == 1
        var words = ["drydock", "run"]
        if let target = candidate.target, isAlone {
            words.append(target)
        } else {
            // Without a name of its own it is told by its file, and what it needs is named with it.
            let needed = try ManifestClosure(of: [candidate.found], in: found, namespace: inputs.namespace)
            var files = [candidate.found.file]
            for document in needed.set.documents {
                guard let file = document.place?.file, !files.contains(file) else { continue }
                files.append(file)
            }
            if let target = candidate.target { words.append(target) }
            words += files.flatMap { ["-f", $0] } + ["--source", inputs.source ?? "worktree"]
        }
        return (words + arguments).map { ShellWord.quoted($0) }.joined(separator: " ")
    }

    private func named(_ target: String, in found: RepositoryManifests) throws -> RepositoryCandidate {
        let name = target.split(separator: "/", maxSplits: 1).last.map { String($0) } ?? target
        if target.lowercased().hasPrefix("triggertemplate/") {
            let templates = found.tekton.filter { $0.document.kind == "TriggerTemplate" }
            let matches = templates.filter { $0.document.metadata.name == name }
            guard let match = matches.first else {
                let names = templates.map(\.document.metadata.name).filter { !$0.isEmpty }
                let known = names.isEmpty ? "" : "; there are: \(names.joined(separator: ", "))"
                throw CommandFailure(.noInput, "there is no TriggerTemplate '\(name)' in \(root)\(known)")
            }
            try refuseSeveral(matches)
            return RepositoryCandidate(rank: .template, found: match)
        }
        var set = ManifestSet(defaultNamespace: inputs.namespace)
        for found in found.tekton where found.document.isTekton { set.add(found.document) }
        let document = try TargetLookup(manifests: set, namespace: inputs.namespace).document(for: target)
        let matches = found.tekton.filter { other in
            other.document.kind == document.kind && other.document.metadata.name == document.metadata.name
                && other.document.metadata.namespace == document.metadata.namespace
        }
        try refuseSeveral(matches)
        let rank: RepositoryCandidate.Rank =
            switch document.kind {
            case "PipelineRun": .pipelineRun
            case "TaskRun": .taskRun
            case "Pipeline": .pipeline
            default: .task
            }
        guard let match = matches.first else { preconditionFailure("the lookup knows only what was found") }
        return RepositoryCandidate(rank: rank, found: match)
    }

    private func refuseSeveral(_ matches: [FoundDocument]) throws {
        guard let first = matches.first,
            let second = matches.first(where: { $0.document.root != first.document.root })
        else { return }
        let places = [first, second].map { $0.document.place.map { "\($0.file):\($0.line)" } ?? "\($0.file)" }
        throw CommandFailure(
            .usage,
            "there are two different documents for \(first.document.kind) '\(first.document.metadata.name)': "
                + "\(places.joined(separator: " and ")); name the file to run with -f"
        )
    }

    // MARK: - Starting

    private func start(_ candidate: RepositoryCandidate, in found: RepositoryManifests) throws -> Chosen {
        guard candidate.rank != .template else { return try startTemplate(candidate, in: found) }
        let closure = try ManifestClosure(of: [candidate.found], in: found, namespace: inputs.namespace)
        // The closure's document has its namespace.
        let document = closure.set.documents.first { $0.place == candidate.document.place } ?? candidate.document
        let run = try run(of: document, in: closure.set, params: params, candidate: candidate)
        return Chosen(runs: [run], manifests: closure.set, problems: closure.problems, summary: "", notes: [])
    }

    private func startTemplate(_ candidate: RepositoryCandidate, in found: RepositoryManifests) throws -> Chosen {
        let template = TriggerTemplate(candidate.document)
        let declared = Set(template.params.map(\.name))
        let given = Dictionary(params.filter { declared.contains($0.name) }.map { ($0.name, $0.text) }) { $1 }
        let values = template.defaults.merging(given) { $1 }
        let missing = MissingInputs(params: template.missing(values), tree: tree, inputs: inputs)
        guard missing.isEmpty else {
            throw CommandFailure(.usage, missing.message(for: candidate.title, target: candidate.target))
        }
        var made: [FoundDocument] = []
        for node in template.objects(values) {
            var loader = ManifestLoader(defaultNamespace: inputs.namespace)
            let problems = loader.load(node)
            made += loader.set.documents.map {
                FoundDocument(document: $0, file: candidate.found.file, problems: problems)
            }
        }
        let closure = try ManifestClosure(of: made, in: found, namespace: inputs.namespace)
        let rest = params.filter { !declared.contains($0.name) }
        let runs = try closure.set.documents.filter(\.isRun).map { document in
            try run(of: document, in: closure.set, params: rest, candidate: candidate)
        }
        return Chosen(runs: runs, manifests: closure.set, problems: closure.problems, summary: "", notes: [])
    }

    private func run(
        of document: Document,
        in manifests: ManifestSet,
        params: [ParamArgument],
        candidate: RepositoryCandidate
    ) throws -> Document {
        let definition = document.isRun ? document.definition(in: manifests) : document
        let spec = document.spec["pipelineSpec"] ?? document.spec["taskSpec"] ?? definition?.spec
        if let spec {
            let missing = MissingInputs(
                run: document.isRun ? document : nil,
                definition: spec,
                tree: tree,
                inputs: inputs,
                given: MissingInputs.Given(
                    params: Set(params.map(\.name)),
                    workspaces: Set(workspaces.compactMap { $0["name"]?.string })
                ),
                manifests: manifests
            )
            guard missing.isEmpty else {
                throw CommandFailure(.usage, missing.message(for: candidate.title, target: candidate.target))
            }
        }
        let composer = RunComposer(params: params, workspaces: workspaces)
        do {
            return try document.isRun
                ? composer.completed(document, definition: definition) : composer.run(of: document)
        } catch {
            throw CommandFailure(.usage, error.description)
        }
    }
}

extension Document {
    /// The Pipeline or Task that a run refers to by its name.
    func definition(in manifests: ManifestSet) -> Document? {
        let kind = kind == "PipelineRun" ? "Pipeline" : "Task"
        let reference = spec["pipelineRef"] ?? spec["taskRef"]
        return reference?["name"]?.string.flatMap {
            manifests.document(kind: kind, namespace: metadata.namespace, name: $0)
        }
    }
}

extension FilePath {
    /// The path without symbolic links, as Git names the top level.
    fileprivate var resolvingLinks: FilePath {
        FilePath(URL(filePath: string).resolvingSymlinksInPath().path)
    }
}
