import Docker

/// What is asked of the engine once.
actor EngineFacts {
    private let docker: DockerClient
    private var info: EngineInfo?

    init(docker: DockerClient) {
        self.docker = docker
    }

    func machine() async throws -> MachineSize {
        if let info { return MachineSize(info) }
        let info = try await docker.info()
        self.info = info
        return MachineSize(info)
    }
}

extension MachineSize {
    fileprivate init(_ info: EngineInfo) { self.init(processors: info.processors, memory: info.memory) }
}
