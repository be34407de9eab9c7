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

extension HostConfiguration {
    /// The part of the request's body.
    var json: JSONObject {
        var object = JSONObject()
        object.add("Mounts", ifFilled: mounts.map(\.json))
        object.add("Binds", ifFilled: binds)
        object.add("NetworkMode", networkMode.text)
        object.add("ExtraHosts", ifFilled: extraHosts)
        object.add("Dns", ifFilled: dns)
        object.add("DnsSearch", ifFilled: dnsSearch)
        object.add("DnsOptions", ifFilled: dnsOptions)
        object.add("Privileged", ifTrue: privileged)
        object.add("CapAdd", ifFilled: capAdd)
        object.add("CapDrop", ifFilled: capDrop)
        object.add("ReadonlyRootfs", ifTrue: readonlyRootfs)
        object.add("SecurityOpt", ifFilled: securityOpt)
        object.add("Memory", memory)
        object.add("MemorySwap", memorySwap)
        object.add("NanoCpus", nanoCPUs)
        object.add("CpuShares", cpuShares)
        object.add("PidsLimit", pidsLimit)
        object.add("Init", initProcess)
        object.add("AutoRemove", ifTrue: autoRemove)
        object.add("GroupAdd", ifFilled: groupAdd)
        object.add("ShmSize", shmSize)
        object.add("Tmpfs", ifFilled: tmpfs)
        object.add("UsernsMode", usernsMode)
        object.add("IpcMode", ipcMode)
        object.add("PidMode", pidMode)
        object.add("Sysctls", ifFilled: sysctls)
        if !publishedPorts.isEmpty {
            var bindings = JSONObject()
            for port in Set(publishedPorts.map(\.containerPort)).sorted() {
                bindings.add(port, ifFilled: publishedPorts.filter { $0.containerPort == port }.map(\.json))
            }
            object.add("PortBindings", bindings)
        }
        return object
    }
}

extension PublishedPort {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        object.add("HostIp", hostAddress)
        object.add("HostPort", hostPort == 0 ? "" : "\(hostPort)")
        return object
    }
}
