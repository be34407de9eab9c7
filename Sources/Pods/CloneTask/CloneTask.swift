package import Git

/// A Task that clones a repository, carried out on this machine instead of in its container.
///
/// It is recognised by what its one step does, never by its name or image.
package enum CloneTask {
    /// What a TaskRun is to this machine.
    package enum Recognition: Sendable, Equatable {
        case carriedOut(Request)
        case notAClone
        /// It calls `git-init`, but something of it is only done right by its own image.
        case ownImage(reason: String)
    }

    /// All that a recognised Task asks for.
    package struct Request: Sendable, Equatable {
        package var url: RemoteURL
        package var revision: String
        package var depth: Int
        package var includesSubmodules: Bool
        package var verifiesCertificates: Bool
        /// The workspace that is cloned into.
        package var workspace: String
        /// Where the step would see that workspace.
        package var mountPath: String
        /// The directory in the workspace; empty for the workspace itself.
        package var subdirectory: [String]
        /// The path of the checkout as the script spells it, for messages.
        package var checkoutPath: String
        /// Whether what is in the directory goes first.
        package var deletesExisting: Bool
        /// Whether the Task prints its commands.
        package var isVerbose: Bool
        /// Whether the Task brings ssh keys, and with them known hosts.
        package var bringsKnownHosts: Bool
        /// The results in the order in which they are written.
        package var results: [Result]
        /// The user and group of the step as the manifest says; nil where it leaves them to the image.
        package var user: Int?
        package var group: Int?
        /// What is worth saying before the clone starts.
        package var notices: [String]
    }

    package struct Result: Sendable, Equatable {
        package enum Value: Sendable, Equatable {
            case commit, commitShort, committerDate
            case text(String)
        }

        package var name: String
        package var value: Value
        /// Whether a line break follows the value.
        package var endsLine: Bool
    }

    /// Who files belong to.
    package struct Owner: Sendable, Equatable {
        package var user: Int
        package var group: Int

        package init(user: Int, group: Int) {
            self.user = user
            self.group = group
        }
    }
}
