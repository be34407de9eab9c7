package import SystemPackage

/// What git finds around it when it reaches a remote: the home and the environment that the Task's step would have.
package struct RemoteAccess: Sendable, Hashable {
    /// A folder of this machine that is laid out as the step's home, nil for an empty one.
    ///
    /// It may hold `.ssh` with `config`, keys and `known_hosts`; `.git-credentials`; `.gitconfig`.
    package var home: FilePath?
    /// What that home is called inside the step's container, as its files name it (`/tekton/home`, `/tekton/creds`).
    package var homePaths: [FilePath]
    /// A file with certificates of authorities, as `GIT_SSL_CAINFO` names it.
    package var certificateFile: FilePath?
    /// A folder with certificates of authorities, as `GIT_SSL_CAPATH` names it.
    package var certificateFolder: FilePath?
    package var proxies: Proxies

    /// Proxies as the environment names them; empty texts mean none.
    package struct Proxies: Sendable, Hashable {
        /// What `HTTP_PROXY` holds.
        package var http: String
        /// What `HTTPS_PROXY` holds.
        package var https: String
        /// What `NO_PROXY` holds, the hosts that are reached directly, separated by commas.
        package var excluded: String

        package init(http: String = "", https: String = "", excluded: String = "") {
            self.http = http
            self.https = https
            self.excluded = excluded
        }
    }

    package init(
        home: FilePath? = nil,
        homePaths: [FilePath] = [],
        certificateFile: FilePath? = nil,
        certificateFolder: FilePath? = nil,
        proxies: Proxies = Proxies()
    ) {
        self.home = home
        self.homePaths = homePaths
        self.certificateFile = certificateFile
        self.certificateFolder = certificateFolder
        self.proxies = proxies
    }
}
