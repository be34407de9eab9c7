package import SystemPackage

/// A repository of this machine's user that a clone is fed from instead of its remote.
package struct LocalSource: Sendable, Hashable {
    /// Which of its states is taken.
    package enum State: Sendable, Hashable {
        /// The files as they stand, untracked ones too, ignored ones not.
        case worktree
        /// What the index holds.
        case staged
        case head
        /// A branch, tag or commit of that repository.
        case revision(String)
    }

    /// The top level of the working tree, or a bare repository.
    package var root: FilePath
    package var state: State
    /// What the user has configured, which decides what is ignored.
    package var configuration: UserConfiguration

    package init(root: FilePath, state: State, configuration: UserConfiguration = .none) {
        self.root = root
        self.state = state
        self.configuration = configuration
    }

    /// Whether a URL names this repository: one of its remotes in any spelling, or its own folder.
    ///
    /// Reads the repository's configuration. One that cannot be read feeds nothing.
    package func feeds(_ url: RemoteURL) -> Bool {
        guard let tree = try? WorkingTree.at(root, configuration: configuration) else {
            // Whoever made this source has read the repository, and told if that went wrong.
            return false
        }
        return tree.feeds(url)
    }
}
