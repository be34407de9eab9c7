import Foundation
import Git
import SystemPackage

/// The user's repository, which clones of it are fed from.
struct RepositorySource: Sendable {
    var tree: WorkingTree
    var state: LocalSource.State
    var changes: WorkingTree.Changes
    /// What a revision stands for, 40 digits.
    var commit: String?
    /// Why it is this repository, where that is not plain.
    var remark: String?

    var source: LocalSource { tree.source(state) }
}

/// Finds the repository that `--source` means.
struct SourceFinder {
    let context: Context
    let inputs: RunInputs
    let clone: EngineOptions.Clone

    private var configuration: UserConfiguration {
        UserConfiguration(environment: context.environment, home: context.directories.home)
    }

    private var currentFolder: FilePath { FilePath(FileManager.default.currentDirectoryPath) }

    /// The repository of the current directory, nil if there is none.
    func repositoryHere() throws -> WorkingTree? { try repository(of: currentFolder) }

    /// Finds what clones are fed from.
    /// - Parameter here: The repository that the manifests were found in, when none was named.
    /// - Returns: Nil if clones go to their remotes.
    /// - Throws: That there is no such repository, or no such state of it.
    func find(here: WorkingTree?) throws -> RepositorySource? {
        let choice = SourceChoice(inputs.source ?? (inputs.files.isEmpty ? "worktree" : "none"))
        guard case .state(let state) = choice else { return nil }
        if clone == .image {
            guard inputs.source == nil else {
                throw CommandFailure(
                    .usage,
                    "--source and --clone image exclude each other: a clone in the Task's own image goes to its remote"
                )
            }
            return nil
        }
        let (tree, remark) = try here.map { ($0, nil) } ?? named()
        return try source(tree, state, remark)
    }

    private func source(_ tree: WorkingTree, _ state: LocalSource.State, _ remark: String?) throws -> RepositorySource {
        let place = tree.root ?? tree.repositoryFolder
        var source = RepositorySource(tree: tree, state: state, changes: .init(), commit: nil, remark: remark)
        switch state {
        case .revision(let text):
            source.commit = try reading { () throws(GitError) in try tree.commit(of: text) }
            guard source.commit != nil else {
                throw CommandFailure(
                    .usage,
                    "--source '\(text)' is no revision of \(place): "
                        + "expected \(SourceChoice.words), or a branch, tag or commit there"
                )
            }
        case .head:
            guard case .commit = tree.head else {
                throw CommandFailure(.usage, "\(place) has no commit yet: use --source worktree or --source staged")
            }
        case .worktree, .staged:
            guard tree.root != nil else {
                throw CommandFailure(
                    .noInput,
                    "\(place) is a bare repository, without files: use --source HEAD or a revision, "
                        + "or run drydock in a working tree"
                )
            }
        }
        if tree.root != nil { source.changes = try reading { () throws(GitError) in try tree.changes() } }
        return source
    }

    /// The repository of the first manifest, else that of the current directory.
    private func named() throws -> (tree: WorkingTree, remark: String?) {
        let file = inputs.files.first.flatMap { $0 == "-" ? nil : FilePath($0) }
        if let file, let tree = try repository(of: currentFolder.pushing(file)) {
            return (tree, "the repository of \(file): \(tree.root ?? tree.repositoryFolder)")
        }
        guard let tree = try repositoryHere() else {
            let places = (file.map { "\($0) or " } ?? "") + currentFolder.string
            throw CommandFailure(
                .noInput,
                "--source \(inputs.source ?? "worktree") takes the files of a Git repository, and none holds \(places): "
                    + "run drydock inside the repository, or use --source none"
            )
        }
        let reason = file.map { "\($0) is in none" } ?? "no file is named"
        return (tree, "the repository of the current directory, since \(reason): \(tree.root ?? tree.repositoryFolder)")
    }

    private func repository(of path: FilePath) throws -> WorkingTree? {
        var status = stat()
        let isFolder = stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        let folder = isFolder ? path : path.removingLastComponent()
        return try reading { () throws(GitError) in
            try WorkingTree.containing(folder, configuration: configuration)
        }
    }

    private func reading<Value>(_ body: () throws(GitError) -> Value) throws -> Value {
        do throws(GitError) {
            return try body()
        } catch {
            throw CommandFailure(.ioError, "\(error)")
        }
    }
}
