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
        /// More that is fetched, each as `git fetch` takes it, separated by blanks.
        package var refspec: String
        /// The patterns of a sparse checkout; none for everything.
        package var sparsePaths: [String]
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
        /// What the script does in the home before it clones.
        var home: [HomeOperation]
        /// The step's home as its environment names it; nil where it leaves that to the image.
        package var homePath: String?
        /// Certificates of authorities, where the script names them.
        var certificateFile: Material?
        var certificateFolder: Material?
        package var proxies: RemoteAccess.Proxies
        /// The results in the order in which they are written.
        package var results: [Result]
        /// The user and group of the step as the manifest says; nil where it leaves them to the image.
        package var user: Int?
        package var group: Int?
        /// What is worth saying before the clone starts.
        package var notices: [String]
    }

    /// Something that a workspace brings.
    struct Material: Sendable, Equatable {
        var workspace: String
        var path: [String]
        /// The path as the script spells it.
        var spelling: String
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

extension CloneTask.Request {
    /// The workspaces that bring something: keys, passwords, certificates.
    var materials: Set<String> {
        let copied = home.compactMap { operation -> String? in
            guard case .copy(let source, _, _, _, _) = operation.action else { return nil }
            return source.workspace
        }
        return Set(copied + [certificateFile, certificateFolder].compactMap { $0?.workspace })
    }
}
