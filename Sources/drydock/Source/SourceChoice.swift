import Git

/// What `--source` asks for.
enum SourceChoice: Equatable {
    /// Clones go to their remotes.
    case none
    case state(LocalSource.State)

    /// The words that are no revision; a branch of that name is written as `refs/heads/NAME`.
    static let words = "worktree, staged, HEAD, none"

    init(_ text: String) {
        self =
            switch text {
            case "none": .none
            case "worktree": .state(.worktree)
            case "staged": .state(.staged)
            case "HEAD": .state(.head)
            default: .state(.revision(text))
            }
    }
}
