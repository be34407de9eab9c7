extension DockerClient {
    /// Lists networks (`GET /networks`); of `labels`, as `name` or `name=value`, all must hold.
    package func listNetworks(labels: [String] = []) async throws -> [NetworkSummary] {
        var request = EngineRequest(.get, "/networks", for: "listing the networks")
        request.filter(["label": labels])
        return try await value(request)
    }

    /// Makes a bridge network (`POST /networks/create`) and returns its id.
    ///
    /// An engine has addresses for about thirty of them.
    package func createNetwork(name: String, labels: [String: String] = [:]) async throws -> String {
        var request = EngineRequest(.post, "/networks/create", for: "creating the network '\(name)'")
        request.send(.named(name, labels: labels))
        return try await value(request, as: Created.self).id
    }

    /// Removes a network (`DELETE /networks/{id}`); one that is not there is no error.
    package func removeNetwork(_ id: String) async throws {
        let path = "/networks/\(EngineRequest.escape(id))"
        do {
            try await perform(EngineRequest(.delete, path, for: "removing the network '\(id)'"))
        } catch DockerError.notFound {
            return
        }
    }
}
