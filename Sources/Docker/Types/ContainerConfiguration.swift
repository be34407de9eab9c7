/// What a container is made of (`POST /containers/create`).
///
/// A field that is `nil` or empty is not sent, so the image's own value stays.
package struct ContainerConfiguration: Sendable, Equatable {
    /// The image to run: a reference or an id.
    package var image: String
    /// The program that starts; `nil` keeps the image's, and setting it drops the image's command as well.
    package var entrypoint: [String]?
    /// The arguments; `nil` keeps the image's, unless ``entrypoint`` is set.
    package var command: [String]?
    /// Variables as `NAME=value`; they are added to the image's own.
    package var env: [String] = []
    /// The directory to start in; `nil` keeps the image's.
    package var workingDir: String?
    /// The user as `name`, `uid`, `uid:gid`; `nil` keeps the image's.
    package var user: String?
    /// The labels of the container.
    package var labels: [String: String] = [:]
    /// The name that the container has for itself; refused by the engine when it joins another's network.
    package var hostname: String?
    /// Whether stdin stays open although nobody is attached.
    package var openStdin = false
    /// Whether a terminal is given; its output then comes without frames.
    package var tty = false
    /// The signal that stops the container, such as `SIGTERM`; `nil` keeps the image's.
    package var stopSignal: String?
    /// How many seconds the engine waits after ``stopSignal``.
    package var stopTimeout: Int?
    /// Whether the image's `HEALTHCHECK` is switched off.
    package var disablesHealthcheck = false
    /// Ports to declare, as `8080/tcp`.
    package var exposedPorts: [String] = []
    /// What the container gets of the machine.
    package var host = HostConfiguration()

    /// A container of an image, with everything as the image has it.
    package init(image: String) {
        self.image = image
    }
}

extension ContainerConfiguration: Encodable {
    private enum CodingKeys: String, CodingKey {
        case image = "Image"
        case entrypoint = "Entrypoint"
        case command = "Cmd"
        case env = "Env"
        case workingDir = "WorkingDir"
        case user = "User"
        case labels = "Labels"
        case hostname = "Hostname"
        case openStdin = "OpenStdin"
        case tty = "Tty"
        case stopSignal = "StopSignal"
        case stopTimeout = "StopTimeout"
        case healthcheck = "Healthcheck"
        case exposedPorts = "ExposedPorts"
        case host = "HostConfig"
    }

    private struct Healthcheck: Encodable {
        let test = ["NONE"]

        private enum CodingKeys: String, CodingKey {
            case test = "Test"
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(image, forKey: .image)
        try fields.encodeIfPresent(entrypoint, forKey: .entrypoint)
        try fields.encodeIfPresent(command, forKey: .command)
        try fields.encodeIfFilled(env, forKey: .env)
        try fields.encodeIfPresent(workingDir, forKey: .workingDir)
        try fields.encodeIfPresent(user, forKey: .user)
        try fields.encodeIfFilled(labels, forKey: .labels)
        try fields.encodeIfPresent(hostname, forKey: .hostname)
        try fields.encode(openStdin, forKey: .openStdin)
        try fields.encode(tty, forKey: .tty)
        try fields.encodeIfPresent(stopSignal, forKey: .stopSignal)
        try fields.encodeIfPresent(stopTimeout, forKey: .stopTimeout)
        if disablesHealthcheck {
            try fields.encode(Healthcheck(), forKey: .healthcheck)
        }
        let ports = Dictionary(exposedPorts.map { ($0, [String: String]()) }, uniquingKeysWith: { first, _ in first })
        try fields.encodeIfFilled(ports, forKey: .exposedPorts)
        try fields.encode(host, forKey: .host)
    }
}

extension KeyedEncodingContainer {
    /// Encodes a collection unless it is empty, so that the engine's own default stays.
    mutating func encodeIfFilled<C: Collection & Encodable>(_ value: C, forKey key: Key) throws {
        guard !value.isEmpty else { return }
        try encode(value, forKey: key)
    }

    /// Encodes a switch only when it is on.
    mutating func encodeIfTrue(_ value: Bool, forKey key: Key) throws {
        guard value else { return }
        try encode(true, forKey: key)
    }
}
