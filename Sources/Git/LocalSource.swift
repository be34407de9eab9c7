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

    /// The top level of the working tree.
    package var root: FilePath
    package var state: State

    package init(root: FilePath, state: State) {
        self.root = root
        self.state = state
    }
}
