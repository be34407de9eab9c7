/// What a container gets of the machine (`HostConfig` of `POST /containers/create`).
package struct HostConfiguration: Sendable, Equatable {
    /// Directories, volumes and memory file systems.
    package var mounts: [Mount] = []
    /// Mounts in the short form `source:target[:options]`; the engine makes a source that is missing.
    package var binds: [String] = []
    /// Whose network the container uses.
    package var networkMode = NetworkMode.bridge
    /// Lines for `/etc/hosts` as `name:address`; refused with ``NetworkMode/container(_:)``.
    package var extraHosts: [String] = []
    /// Name servers; refused with ``NetworkMode/container(_:)``.
    package var dns: [String] = []
    /// Domains in which short names are searched.
    package var dnsSearch: [String] = []
    /// Options of the resolver, such as `ndots:2`.
    package var dnsOptions: [String] = []
    /// Whether the container has the rights of the machine's root.
    package var privileged = false
    /// Capabilities to add.
    package var capAdd: [String] = []
    /// Capabilities to take away.
    package var capDrop: [String] = []
    /// Whether the container's own file system may not be written.
    package var readonlyRootfs = false
    /// Security options such as `no-new-privileges`.
    package var securityOpt: [String] = []
    /// The most memory, in bytes.
    package var memory: Int64?
    /// The most memory and swap together, in bytes; the engine's own rule gives twice the memory.
    package var memorySwap: Int64?
    /// The most processor time, in billionths of a processor.
    package var nanoCPUs: Int64?
    /// The weight in the sharing of processors; 1024 is the usual one.
    package var cpuShares: Int?
    /// The most processes.
    package var pidsLimit: Int64?
    /// Whether the engine's own init reaps children.
    package var initProcess: Bool?
    /// Whether the engine removes the container when it ends.
    package var autoRemove = false
    /// Further groups of the user.
    package var groupAdd: [String] = []
    /// The size of `/dev/shm`, in bytes.
    package var shmSize: Int64?
    /// Memory file systems: path to options.
    package var tmpfs: [String: String] = [:]
    /// The user namespace: `host` or `nil`.
    package var usernsMode: String?
    /// The IPC namespace: `private`, `shareable`, `host`, `container:<id>` or `nil`.
    package var ipcMode: String?
    /// The PID namespace: `host`, `container:<id>` or `nil`.
    package var pidMode: String?
    /// Kernel settings of the container's namespaces.
    package var sysctls: [String: String] = [:]
    /// Ports to publish on the machine.
    package var publishedPorts: [PublishedPort] = []

    /// The engine's defaults.
    package init() {}
}

/// A container's port made reachable on the machine.
package struct PublishedPort: Sendable, Equatable {
    /// The container's side, as `5000/tcp`.
    package var containerPort: String
    /// The machine's address.
    package var hostAddress: String
    /// The machine's port; 0 lets the engine choose.
    package var hostPort: Int

    /// Publishes a port.
    package init(containerPort: String, hostAddress: String = "127.0.0.1", hostPort: Int = 0) {
        self.containerPort = containerPort
        self.hostAddress = hostAddress
        self.hostPort = hostPort
    }
}

/// Whose network a container uses.
package enum NetworkMode: Sendable, Equatable {
    /// One of its own on the default bridge.
    case bridge
    /// One of its own without a way out.
    case none
    /// The machine's.
    case host
    /// That of another container, by id or name.
    case container(String)
    /// One of its own on a network by this name.
    case network(String)

    /// The engine's spelling.
    package var text: String {
        switch self {
        case .bridge: "bridge"
        case .none: "none"
        case .host: "host"
        case .container(let id): "container:\(id)"
        case .network(let name): name
        }
    }
}

extension HostConfiguration: Encodable {
    private enum CodingKeys: String, CodingKey {
        case mounts = "Mounts"
        case binds = "Binds"
        case networkMode = "NetworkMode"
        case extraHosts = "ExtraHosts"
        case dns = "Dns"
        case dnsSearch = "DnsSearch"
        case dnsOptions = "DnsOptions"
        case privileged = "Privileged"
        case capAdd = "CapAdd"
        case capDrop = "CapDrop"
        case readonlyRootfs = "ReadonlyRootfs"
        case securityOpt = "SecurityOpt"
        case memory = "Memory"
        case memorySwap = "MemorySwap"
        case nanoCPUs = "NanoCpus"
        case cpuShares = "CpuShares"
        case pidsLimit = "PidsLimit"
        case initProcess = "Init"
        case autoRemove = "AutoRemove"
        case groupAdd = "GroupAdd"
        case shmSize = "ShmSize"
        case tmpfs = "Tmpfs"
        case usernsMode = "UsernsMode"
        case ipcMode = "IpcMode"
        case pidMode = "PidMode"
        case sysctls = "Sysctls"
        case portBindings = "PortBindings"
    }

    private struct PortBinding: Encodable {
        let address: String
        let port: String

        private enum CodingKeys: String, CodingKey {
            case address = "HostIp"
            case port = "HostPort"
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encodeIfFilled(mounts, forKey: .mounts)
        try fields.encodeIfFilled(binds, forKey: .binds)
        try fields.encode(networkMode.text, forKey: .networkMode)
        try fields.encodeIfFilled(extraHosts, forKey: .extraHosts)
        try fields.encodeIfFilled(dns, forKey: .dns)
        try fields.encodeIfFilled(dnsSearch, forKey: .dnsSearch)
        try fields.encodeIfFilled(dnsOptions, forKey: .dnsOptions)
        try fields.encodeIfTrue(privileged, forKey: .privileged)
        try fields.encodeIfFilled(capAdd, forKey: .capAdd)
        try fields.encodeIfFilled(capDrop, forKey: .capDrop)
        try fields.encodeIfTrue(readonlyRootfs, forKey: .readonlyRootfs)
        try fields.encodeIfFilled(securityOpt, forKey: .securityOpt)
        try fields.encodeIfPresent(memory, forKey: .memory)
        try fields.encodeIfPresent(memorySwap, forKey: .memorySwap)
        try fields.encodeIfPresent(nanoCPUs, forKey: .nanoCPUs)
        try fields.encodeIfPresent(cpuShares, forKey: .cpuShares)
        try fields.encodeIfPresent(pidsLimit, forKey: .pidsLimit)
        try fields.encodeIfPresent(initProcess, forKey: .initProcess)
        try fields.encodeIfTrue(autoRemove, forKey: .autoRemove)
        try fields.encodeIfFilled(groupAdd, forKey: .groupAdd)
        try fields.encodeIfPresent(shmSize, forKey: .shmSize)
        try fields.encodeIfFilled(tmpfs, forKey: .tmpfs)
        try fields.encodeIfPresent(usernsMode, forKey: .usernsMode)
        try fields.encodeIfPresent(ipcMode, forKey: .ipcMode)
        try fields.encodeIfPresent(pidMode, forKey: .pidMode)
        try fields.encodeIfFilled(sysctls, forKey: .sysctls)
        let bindings = Dictionary(
            grouping: publishedPorts,
            by: \.containerPort
        ).mapValues { $0.map { PortBinding(address: $0.hostAddress, port: $0.hostPort == 0 ? "" : "\($0.hostPort)") } }
        try fields.encodeIfFilled(bindings, forKey: .portBindings)
    }
}
