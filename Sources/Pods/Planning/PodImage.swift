import Docker

/// What a Pod must know of an image.
struct PodImage: Sendable, Hashable {
    /// The image as the manifest names it.
    var reference: String
    /// The id on the engine, by which containers are made.
    var id: String
    /// What `imageID` shows: a name with a digest where the engine knows one, else the id.
    var identity: String
    var entrypoint: [String] = []
    var command: [String] = []
    /// Empty means root.
    var user: String = ""

    init(
        reference: String,
        id: String,
        identity: String? = nil,
        entrypoint: [String] = [],
        command: [String] = [],
        user: String = ""
    ) {
        self.reference = reference
        self.id = id
        self.identity = identity ?? id
        self.entrypoint = entrypoint
        self.command = command
        self.user = user
    }

    init(_ details: ImageDetails, reference: String) {
        let repository = Self.repository(of: reference)
        self.init(
            reference: reference,
            id: details.id,
            identity: details.repoDigests.first { Self.repository(of: $0) == repository } ?? details.repoDigests.first,
            entrypoint: details.config.entrypoint,
            command: details.config.command,
            user: details.config.user
        )
    }

    /// The command line of a container that names no command of its own.
    ///
    /// Args take the place of `CMD`; without an `ENTRYPOINT`, `CMD` stands in for it and args follow it.
    func commandLine(args: [String]) -> [String] {
        guard entrypoint.isEmpty else { return entrypoint + (args.isEmpty ? command : args) }
        return command + args
    }

    /// Who a container of the image runs as, as far as the image's own `USER` says it.
    var runsAsRoot: Bool {
        let name = user.prefix { $0 != ":" }
        return name.isEmpty || name == "root" || Int(name) == 0
    }

    /// A reference without tag and digest, spelled in full.
    static func repository(of reference: String) -> String {
        let name = reference.prefix { $0 != "@" }
        let parsed = try? ImageReference(parsing: String(name))  // what cannot be read equals only itself
        return parsed.map { "\($0.registry)/\($0.repository)" } ?? String(name)
    }
}
