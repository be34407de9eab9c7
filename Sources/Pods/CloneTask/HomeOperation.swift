/// Something that the script does in the step's home before it clones.
struct HomeOperation: Sendable, Equatable {
    enum Action: Sendable, Equatable {
        /// `cp SOURCE TARGET`
        case copy(Source, to: Target, isRecursive: Bool, keepsModes: Bool, followsLinks: Bool)
        /// `mkdir TARGET`
        case makeFolder(Target, withParents: Bool)
        /// `chmod MODE TARGET`
        case changeMode(UInt32, Target, isRecursive: Bool)
    }

    /// Something in a workspace.
    struct Source: Sendable, Equatable {
        enum Part: Sendable, Equatable {
            case itself
            /// What is in the folder, hidden files too: `FOLDER/.`
            case contents
            /// What is in the folder, one by one, without hidden files: `FOLDER/*`
            case each
        }

        var workspace: String
        var path: [String]
        var part = Part.itself
        /// The path as the script spells it.
        var spelling: String
    }

    /// Something in the home.
    struct Target: Sendable, Equatable {
        var path: [String]
        /// Whether the folder's files are meant, one by one, without hidden ones, as `FOLDER/*` says.
        var isEach = false
        /// Whether only a folder will do, as the slash at the end of its spelling says.
        var isFolder = false
        /// The path as the script spells it.
        var spelling: String
    }

    var action: Action
    /// Whether the script goes on if it fails.
    var mayFail: Bool
}
