/// An image as the engine describes it (`GET /images/{name}/json`).
package struct ImageDetails: Sendable, Equatable {
    /// Its id, `sha256:…`.
    package var id: String
    /// Names with tags.
    package var repoTags: [String]
    /// Names with digests; empty if it never met a registry.
    package var repoDigests: [String]
    /// What a container of it starts with.
    package var config: ImageConfiguration
    /// The processor it is for, as `amd64`.
    package var architecture: String
    /// The operating system it is for.
    package var os: String
    /// Its size in bytes.
    package var size: Int64

    /// An image.
    package init(
        id: String,
        repoTags: [String] = [],
        repoDigests: [String] = [],
        config: ImageConfiguration = ImageConfiguration(),
        architecture: String = "",
        os: String = "",
        size: Int64 = 0
    ) {
        self.id = id
        self.repoTags = repoTags
        self.repoDigests = repoDigests
        self.config = config
        self.architecture = architecture
        self.os = os
        self.size = size
    }
}

/// What a container of an image starts with (`Config` of an image).
package struct ImageConfiguration: Sendable, Equatable {
    /// The program.
    package var entrypoint: [String] = []
    /// The arguments.
    package var command: [String] = []
    /// The user; empty means root.
    package var user: String = ""
    /// Variables as `NAME=value`.
    package var env: [String] = []
    /// The directory; empty means `/`.
    package var workingDir: String = ""
    /// Labels.
    package var labels: [String: String] = [:]
    /// Paths at which the engine makes anonymous volumes.
    package var volumes: [String] = []
    /// Ports it declares, as `8080/tcp`.
    package var exposedPorts: [String] = []
    /// The signal that stops it, if it names one.
    package var stopSignal: String?

    /// One that says nothing.
    package init() {}
}

/// An image in a list (`GET /images/json`).
package struct ImageSummary: Sendable, Equatable {
    /// Its id, `sha256:…`.
    package var id: String
    /// Names with tags.
    package var repoTags: [String]
    /// Labels.
    package var labels: [String: String]
    /// Its size in bytes.
    package var size: Int64
}

/// A line of a pull in progress (`POST /images/create`).
package struct PullProgress: Sendable, Equatable {
    /// The layer it speaks of; `nil` for the whole image.
    package var layer: String?
    /// What happens, such as `Downloading`.
    package var status: String
    /// Bytes done, if counted.
    package var current: Int64?
    /// Bytes in all, if known.
    package var total: Int64?
}
