package import Docker
package import Git
package import Manifests
package import Planning
package import SystemPackage

/// When images are pulled.
package enum PullMode: String, Sendable, CaseIterable {
    /// As each container's `imagePullPolicy` says; without one, only what is missing.
    case policy
    case always
    case missing
    case never
}

/// What holds for all Pods of a command.
package struct PodOptions: Sendable {
    /// The run that labels what is made on the engine.
    package var runID: String
    /// The lock that is held while this process lives.
    package var ownerLock: OwnerLock
    /// Where runs keep their files, as `$XDG_STATE_HOME/drydock`.
    package var stateDirectory: FilePath
    /// Where claims last, as `$XDG_DATA_HOME/drydock`.
    package var dataDirectory: FilePath
    /// Tells the project that claims belong to; asked only where there is a claim.
    package var project: @Sendable () -> String
    /// The static program that runs inside the containers.
    package var entrypoint: FilePath
    package var pullMode: PullMode
    /// Whether clone Tasks run in their own image instead of on the host.
    package var clonesWithImage: Bool
    package var resultLimit: ResultLimit
    /// Whether the annotation for the hermetic mode means anything.
    package var knowsHermeticMode: Bool
    /// Where clone Tasks keep what they fetched; nil fetches anew each time.
    package var mirrors: MirrorCache?
    /// The user's own repository, which feeds clones of it.
    package var source: LocalSource?
    /// What is known for a registry, from which images are pulled.
    package var registryAuth: @Sendable (_ registry: String) async -> RegistryAuth?
    /// Where Secrets, ConfigMaps and ServiceAccounts are found.
    package var manifests: ManifestSet

    package init(
        runID: String,
        ownerLock: OwnerLock,
        stateDirectory: FilePath,
        dataDirectory: FilePath,
        project: @autoclosure @escaping @Sendable () -> String,
        entrypoint: FilePath,
        pullMode: PullMode = .policy,
        clonesWithImage: Bool = false,
        resultLimit: ResultLimit = .each,
        knowsHermeticMode: Bool = true,
        mirrors: MirrorCache? = nil,
        source: LocalSource? = nil,
        registryAuth: @escaping @Sendable (_ registry: String) async -> RegistryAuth? = { _ in nil },
        manifests: ManifestSet
    ) {
        self.runID = runID
        self.ownerLock = ownerLock
        self.stateDirectory = stateDirectory
        self.dataDirectory = dataDirectory
        self.project = project
        self.entrypoint = entrypoint
        self.pullMode = pullMode
        self.clonesWithImage = clonesWithImage
        self.resultLimit = resultLimit
        self.knowsHermeticMode = knowsHermeticMode
        self.mirrors = mirrors
        self.source = source
        self.registryAuth = registryAuth
        self.manifests = manifests
    }
}
