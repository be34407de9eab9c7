import Docker

/// What is asked of the engine once.
actor EngineFacts {
    private let docker: DockerClient
    private var info: EngineInfo?

    init(docker: DockerClient) {
        self.docker = docker
    }

    func processors() async throws -> Int {
        if let info { return info.processors }
        let info = try await docker.info()
        self.info = info
        return info.processors
    }
}
