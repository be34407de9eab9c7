package import SystemPackage

/// What git finds around it when it reaches a remote: the home and the environment that the Task's step would have.
package struct RemoteAccess: Sendable, Hashable {
    /// A folder of this machine that is laid out as the step's home; nil for an empty one.
    ///
    /// What counts in it: `.ssh` with `config`, keys and `known_hosts`, `.git-credentials`, `.gitconfig`.
    package var home: FilePath?
    /// What that home is called inside the step's container, as its files name it (`/tekton/home`, `/tekton/creds`).
    package var homePaths: [FilePath]
    /// The user that the step runs as: who ssh logs in as where neither address nor configuration says.
    package var userName: String
    /// A file with certificates of authorities, as `GIT_SSL_CAINFO` names it.
    package var certificateFile: FilePath?
    /// A folder with certificates of authorities, as `GIT_SSL_CAPATH` names it.
    package var certificateFolder: FilePath?
    package var proxies: Proxies
    /// How long a server may take to accept a connection, at least a second.
    package var connectTimeout: Duration

    /// Proxies as the environment names them; empty texts mean none.
    package struct Proxies: Sendable, Hashable {
        /// `http_proxy`, for addresses that begin with `http:`; git and curl read it in lower case only.
        package var http: String
        /// `https_proxy` or `HTTPS_PROXY`, for addresses that begin with `https:`.
        package var https: String
        /// `all_proxy` or `ALL_PROXY`, where the one of the scheme is empty.
        package var all: String
        /// `no_proxy` or `NO_PROXY`: hosts that are reached directly, separated by commas.
        package var excluded: String

        package init(http: String = "", https: String = "", all: String = "", excluded: String = "") {
            self.http = http
            self.https = https
            self.all = all
            self.excluded = excluded
        }
    }

    package init(
        home: FilePath? = nil,
        homePaths: [FilePath] = [],
        userName: String = "root",
        certificateFile: FilePath? = nil,
        certificateFolder: FilePath? = nil,
        proxies: Proxies = Proxies(),
        connectTimeout: Duration = .seconds(30)
    ) {
        self.home = home
        self.homePaths = homePaths
        self.userName = userName
        self.certificateFile = certificateFile
        self.certificateFolder = certificateFolder
        self.proxies = proxies
        self.connectTimeout = connectTimeout
    }
}

extension RemoteAccess {
    /// Whether ssh takes any host key that it does not know, as Tekton's `git-init` asks of it where the home has no
    /// `.ssh/known_hosts`; nothing of it is remembered for the next time.
    package var acceptsAnyHostKey: Bool { !StepHome(self).contains(".ssh/known_hosts") }

    /// What of the home's configuration changes what git does and is not carried out here, a sentence's end each
    /// (`core.autocrlf of its .gitconfig is 'true'`); empty if all of it is.
    /// - Parameter url: What is to be cloned; settings of other transports do not matter.
    /// - Returns: What should be left to the Task's own image.
    /// - Throws: `GitError` if a file of the home cannot be read as git or ssh would.
    package func unsupportedSettings(for url: RemoteURL) throws(GitError) -> [String] {
        let configuration = try GitConfiguration(home: StepHome(self))
        var found = configuration.unsupported
        let address = rewritten(url, by: configuration)
        switch address.transport {
        case .ssh: found += try SSHConfiguration(self, configuration).unsupported
        case .http, .https: found += try HTTPSettings(address, self, configuration, verifies: true).unsupported
        case .git, .local, .other: break
        }
        return found
    }

    /// The address that git really uses, as `url.<base>.insteadOf` of the home's `.gitconfig` rewrites it.
    /// - Parameter url: The address as it was asked for.
    /// - Returns: The same where nothing rewrites it.
    /// - Throws: `GitError` if the file cannot be read as git would.
    package func rewritten(_ url: RemoteURL) throws(GitError) -> RemoteURL {
        rewritten(url, by: try GitConfiguration(home: StepHome(self)))
    }

    func rewritten(_ url: RemoteURL, by configuration: GitConfiguration) -> RemoteURL {
        let rules = configuration.entries.compactMap { entry -> (base: String, prefix: String)? in
            guard entry.section == "url", entry.name == "insteadof", let base = entry.subsection,
                let prefix = entry.value, url.text.hasPrefix(prefix)
            else { return nil }
            return (base, prefix)
        }
        // The longest prefix wins, and of equal ones the first.
        guard
            let rule = rules.max(by: { $0.prefix.utf8.count < $1.prefix.utf8.count }).map({ longest in
                rules.first { $0.prefix.utf8.count == longest.prefix.utf8.count } ?? longest
            })
        else { return url }
        return RemoteURL(rule.base + url.text.dropFirst(rule.prefix.count))
    }
}
