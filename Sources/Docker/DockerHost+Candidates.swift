package import SystemPackage

extension DockerHost {
    /// The places to look for an engine, in the order of looking.
    ///
    /// `DOCKER_HOST` is the only place when it is set, then the chosen Docker context (`DOCKER_CONTEXT`, or the one in
    /// `config.json`); only without either are the usual sockets tried.
    package static func candidates(
        environment: [String: String],
        home: FilePath,
        userID: UInt32,
        contentsOf: @escaping (FilePath) -> [UInt8]? = DockerConfiguration.readFile
    ) -> [DockerHost] {
        if let text = environment["DOCKER_HOST"], !text.isEmpty {
            return [DockerHost(Address(parsing: text, environment: environment), because: .environment)]
        }
        let configuration = DockerConfiguration(environment: environment, home: home, contentsOf: contentsOf)
        let asked = environment["DOCKER_CONTEXT"].flatMap { $0.isEmpty ? nil : $0 }
        if let name = asked ?? configuration.currentContext, name != "default" {
            return [inContext(name, of: configuration, environment: environment)]
        }
        return usualSockets(environment: environment, home: home, userID: userID).map {
            DockerHost(.unix($0), because: .usual)
        }
    }

    private static func inContext(
        _ name: String,
        of configuration: DockerConfiguration,
        environment: [String: String]
    ) -> DockerHost {
        guard let text = configuration.endpoint(ofContext: name), !text.isEmpty else {
            let why = "this context names no engine; see docker context ls"
            return DockerHost(.unsupported(name, why: why), because: .context(name))
        }
        return DockerHost(Address(parsing: text, environment: environment), because: .context(name))
    }

    private static func usualSockets(
        environment: [String: String],
        home: FilePath,
        userID: UInt32
    ) -> [FilePath] {
        let named = environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : FilePath($0) }
        let runtime = named ?? FilePath("/run/user/\(userID)")
        return [
            "/var/run/docker.sock",
            runtime.appending("docker.sock"),
            home.appending(".docker/run/docker.sock"),
            home.appending(".docker/desktop/docker.sock"),
            home.appending(".colima/default/docker.sock"),
            runtime.appending("podman/podman.sock"),
            "/run/podman/podman.sock",
        ]
    }
}

extension DockerHost.Address {
    /// Reads what `DOCKER_HOST` and contexts hold; what is not carried out becomes ``unsupported(_:why:)``.
    package init(parsing text: String, environment: [String: String] = [:]) {
        guard let separator = text.firstRange(of: "://") else {
            self = .unsupported(text, why: "it must begin with unix:// or tcp://")
            return
        }
        let rest = String(text[separator.upperBound...])
        switch text[..<separator.lowerBound] {
        case "unix":
            let isPath = rest.hasPrefix("/")
            self = isPath ? .unix(FilePath(rest)) : .unsupported(text, why: "unix:// is followed by an absolute path")
        case "tcp", "http":
            if environment["DOCKER_TLS_VERIFY"]?.isEmpty == false {
                let why = "client certificates (DOCKER_TLS_VERIFY) are not supported; use a socket of this machine"
                self = .unsupported(text, why: why)
            } else {
                self = Self.network(rest, whole: text, defaultPort: 2375) { .tcp(host: $0, port: $1) }
            }
        case "https":
            self = Self.network(rest, whole: text, defaultPort: 2376) { .https(host: $0, port: $1) }
        case "ssh":
            let why = """
                ssh:// is not supported; forward the socket with \
                ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock \(rest) and use unix:///tmp/docker.sock
                """
            self = .unsupported(text, why: why)
        case "npipe":
            self = .unsupported(text, why: "named pipes of Windows are not supported; use WSL and its unix:// socket")
        case let scheme:
            self = .unsupported(text, why: "\(scheme):// is not known; use unix:// or tcp://")
        }
    }

    private static func network(
        _ rest: String,
        whole: String,
        defaultPort: Int,
        make: (String, Int) -> Self
    ) -> Self {
        var authority = rest.prefix { $0 != "/" }
        var port = defaultPort
        let afterBracket = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[afterBracket...].lastIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else {
                return .unsupported(whole, why: "its port is no number from 1 to 65535")
            }
            port = number
            authority = authority[..<colon]
        }
        let host = authority.drop { $0 == "[" }.prefix { $0 != "]" }
        guard !host.isEmpty else { return .unsupported(whole, why: "it names no machine") }
        return make(String(host), port)
    }
}
