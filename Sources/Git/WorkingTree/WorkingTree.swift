import CGit2
import Foundation
package import SystemPackage

/// A repository of this machine's user: where it is, what it is called elsewhere, and what is checked out.
package struct WorkingTree: Sendable, Hashable {
    /// What `HEAD` names.
    package enum Head: Sendable, Hashable {
        /// A commit's 40 digits, and the branch unless it is detached.
        case commit(String, branch: String?)
        /// A branch without a commit.
        case unborn(branch: String)
    }

    package struct Remote: Sendable, Hashable {
        package var name: String
        /// Its first URL as it is configured.
        package var url: String
    }

    /// The top level of the files; nil for a bare repository.
    package let root: FilePath?
    /// The folder with `HEAD` and the index.
    package let repositoryFolder: FilePath
    /// The folder with objects and refs, which is another one in a worktree.
    package let commonFolder: FilePath
    package let head: Head
    /// Sorted by name, `origin` first.
    package let remotes: [Remote]
    package let configuration: UserConfiguration
    private let addresses: Set<RepositoryAddress>

    /// The repository that a folder belongs to: a working tree, one of several, a submodule or a bare repository.
    /// - Parameters:
    ///   - folder: The folder, or one of its files.
    ///   - configuration: What the user has configured.
    /// - Returns: Nil if the folder belongs to none.
    /// - Throws: That it cannot be read.
    package static func containing(
        _ folder: FilePath,
        configuration: UserConfiguration = .none
    ) throws(GitError) -> WorkingTree? {
        try read(.above(folder), configuration: configuration)
    }

    /// The repository in a folder.
    static func at(_ folder: FilePath, configuration: UserConfiguration) throws(GitError) -> WorkingTree? {
        try read(.at(folder), configuration: configuration)
    }

    /// Whether a URL names this repository: one of its remotes in any spelling, or its own folder.
    package func feeds(_ url: RemoteURL) -> Bool {
        guard let address = RepositoryAddress(url) else { return false }
        return addresses.contains { $0.isSame(as: address) }
    }

    /// The repository as a source of clones.
    package func source(_ state: LocalSource.State) -> LocalSource {
        LocalSource(root: root ?? repositoryFolder, state: state, configuration: configuration)
    }

    /// The commit that a revision stands for, 40 digits; nil if there is none.
    package func commit(of revision: String) throws(GitError) -> String? {
        try inRepository("looking up \(revision) in") { (repository) throws(LibraryError) in
            try repository.commit(of: revision)?.text
        }
    }

    /// What `git rev-parse --short` makes of a commit here.
    package func abbreviation(of commit: String) -> String {
        let short = try? inRepository("reading") { (repository) throws(LibraryError) in
            try git_oid(text: commit).map { (id) throws(LibraryError) in
                try Abbreviation.shorten(id, packedObjects: 0, in: repository.pointer)
            }
        }
        // A repository that cannot be read any more is told where it matters.
        return (short ?? nil) ?? String(commit.prefix(7))
    }

    // MARK: - Reading

    func inRepository<Value>(
        _ action: String,
        _ body: (UserRepository) throws(LibraryError) -> Value
    ) throws(GitError) -> Value {
        let place = root ?? repositoryFolder
        do throws(LibraryError) {
            return try body(try UserRepository(.at(place), configuration: configuration))
        } catch {
            throw error.inUserRepository(action, place)
        }
    }

    private static func read(
        _ place: UserRepository.Place,
        configuration: UserConfiguration
    ) throws(GitError) -> WorkingTree? {
        try Library.start()
        let folder =
            switch place {
            case .above(let path), .at(let path): path
            }
        do throws(LibraryError) {
            return try WorkingTree(try UserRepository(place, configuration: configuration), configuration)
        } catch {
            guard error.code != GIT_ENOTFOUND.rawValue else { return nil }
            throw error.inUserRepository("reading the repository of", folder)
        }
    }

    private init(_ repository: UserRepository, _ configuration: UserConfiguration) throws(LibraryError) {
        root = repository.root
        repositoryFolder = FilePath(String(cString: git_repository_path(repository.pointer)))
        commonFolder = repository.commonFolder
        self.configuration = configuration
        head = try Self.head(of: repository)
        let urls = RemoteURLs(settings: try repository.settings())
        remotes = urls.remotes
        let top = repository.root ?? repository.commonFolder
        var addresses = Set(
            urls.all.compactMap { text -> RepositoryAddress? in
                let address = RepositoryAddress(RemoteURL(text))
                guard case .local(let path) = address, path.isRelative else { return address }
                return .local(top.pushing(path))
            }
        )
        for folder in [root, repositoryFolder, commonFolder].compactMap({ $0 }) { addresses.insert(.local(folder)) }
        // `file:///srv/app` may also mean `/srv/app.git`.
        for case .local(let path) in addresses where path.extension == "git" {
            addresses.insert(.local(FilePath(String(path.string.dropLast(4)))))
        }
        self.addresses = addresses
    }

    private static func head(of repository: UserRepository) throws(LibraryError) -> Head {
        let pointer = repository.pointer
        let reference = try Handle(freedBy: git_reference_free) { git_reference_lookup($0, pointer, "HEAD") }
        var branch: String?
        if let target = git_reference_symbolic_target(reference.pointer) {
            let name = String(cString: target)
            branch = name.hasPrefix("refs/heads/") ? String(name.dropFirst("refs/heads/".count)) : name
        }
        guard let commit = try repository.headCommit() else { return .unborn(branch: branch ?? "") }
        return .commit(commit.text, branch: branch)
    }
}

extension LibraryError {
    /// The error as it is told of a repository of the user, with what to try where that is known.
    func inUserRepository(_ action: String, _ place: FilePath) -> GitError {
        var message = message
        if message.contains("object not found") {
            message +=
                "; the repository does not hold every object: a partial clone gets them with "
                + "git fetch --refetch --filter=blob:limit=1t, a damaged one is found with git fsck"
        } else if message.contains("mandatory extension") {
            message +=
                "; write the index anew with git update-index --no-split-index, "
                + "or git sparse-checkout reapply --no-sparse-index"
        }
        return .failed(action: action, subject: place.string, message: message)
    }
}

/// The URLs that a configuration gives to remotes, as they are written and as git rewrites them.
private struct RemoteURLs {
    var remotes: [WorkingTree.Remote] = []
    var all: Set<String> = []

    init(settings: [(name: String, value: String)]) {
        var rewrites: [(prefix: String, base: String)] = []
        for (name, value) in settings where name.hasPrefix("url.") && !value.isEmpty {
            for ending in [".insteadof", ".pushinsteadof"] where name.hasSuffix(ending) {
                rewrites.append((value, String(name.dropFirst(4).dropLast(ending.count))))
            }
        }
        // The longest one wins.
        rewrites.sort { $0.prefix.utf8.count > $1.prefix.utf8.count }
        for (name, value) in settings where name.hasPrefix("remote.") && !value.isEmpty {
            let isURL = name.hasSuffix(".url")
            guard isURL || name.hasSuffix(".pushurl") else { continue }
            let remote = String(name.dropFirst("remote.".count).dropLast(isURL ? 4 : 8))
            if isURL, !remotes.contains(where: { $0.name == remote }) {
                remotes.append(WorkingTree.Remote(name: remote, url: value))
            }
            all.insert(value)
            if let rewrite = rewrites.first(where: { value.hasPrefix($0.prefix) }) {
                all.insert(rewrite.base + value.dropFirst(rewrite.prefix.count))
            }
        }
        remotes.sort { ($0.name == "origin" ? "" : $0.name) < ($1.name == "origin" ? "" : $1.name) }
    }
}
