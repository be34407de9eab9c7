package import SystemPackage

/// What to clone and where to.
package struct CloneRequest: Sendable {
    package var url: RemoteURL
    /// A branch, a tag, a full ref or 40 digits; empty for what the remote's `HEAD` names.
    package var revision: String
    /// The directory of the working tree, made if it is missing; other files in it stay.
    package var destination: FilePath
    /// How many commits deep the history goes; 0 for all of it.
    package var depth: Int
    /// Whether submodules are checked out too, and theirs.
    package var includesSubmodules: Bool
    /// Which of the repository's submodules those are, as `git submodule update` takes their paths; none for all.
    package var submodulePaths: [String]
    /// What is fetched in the place of the revision, `SOURCE:DESTINATION` each, separated by one blank; else empty.
    ///
    /// The revision is then looked up in what that left here.
    package var refspec: String
    /// Patterns of a sparse checkout, a line of `info/sparse-checkout` each; none for everything.
    package var sparsePaths: [String]
    /// False leaves `remote.origin.fetch` out where the clone is shallow, as git-init does since 1.3: no branch of the
    /// remote is kept as `origin/…` then.
    package var keepsFetchRefspec: Bool
    /// Keys, passwords, certificates and proxies.
    package var access: RemoteAccess
    /// Where fetched objects are kept for the next clone; nil fetches straight into the destination.
    package var mirrors: MirrorCache?
    /// A repository of this machine that is taken in the place of the remote.
    package var source: LocalSource?
    /// False accepts any certificate.
    package var verifiesCertificates: Bool
    /// Settings that the repository's own configuration gets, in this order.
    package var settings: [Setting]

    package struct Setting: Sendable, Hashable {
        package var key: String
        package var value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    package init(
        url: RemoteURL,
        revision: String = "",
        destination: FilePath,
        depth: Int = 0,
        includesSubmodules: Bool = false,
        submodulePaths: [String] = [],
        refspec: String = "",
        sparsePaths: [String] = [],
        keepsFetchRefspec: Bool = true,
        access: RemoteAccess = RemoteAccess(),
        mirrors: MirrorCache? = nil,
        source: LocalSource? = nil,
        verifiesCertificates: Bool = true,
        settings: [Setting] = []
    ) {
        self.url = url
        self.revision = revision
        self.destination = destination
        self.depth = depth
        self.includesSubmodules = includesSubmodules
        self.submodulePaths = submodulePaths
        self.refspec = refspec
        self.sparsePaths = sparsePaths
        self.keepsFetchRefspec = keepsFetchRefspec
        self.access = access
        self.mirrors = mirrors
        self.source = source
        self.verifiesCertificates = verifiesCertificates
        self.settings = settings
    }
}

/// What was cloned.
package struct CloneResult: Sendable, Hashable {
    /// The commit that is checked out, 40 digits.
    package var commit: String
    /// What `git rev-parse --short HEAD` prints there.
    package var commitShort: String
    /// When it was committed, in seconds since 1970, as `git log --pretty=%ct` prints it.
    package var committerDate: String
    /// The names that `git show --pretty=%D` prints for it, like `grafted`, `HEAD`, `origin/main`.
    package var decorations: [String]
    /// The paths of the submodules that were checked out, in the order of their work.
    package var submodules: [String]
}
