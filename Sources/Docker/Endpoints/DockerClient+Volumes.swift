extension DockerClient {
    /// Makes a volume (`POST /volumes/create`); one that is there is kept as it is.
    @discardableResult
    package func createVolume(name: String, labels: [String: String] = [:]) async throws -> VolumeSummary {
        var request = EngineRequest(.post, "/volumes/create", for: "creating the volume '\(name)'")
        request.send(.named(name, labels: labels))
        return try await value(request)
    }

    /// Removes a volume (`DELETE /volumes/{name}`); one that is not there is no error.
    ///
    /// Throws ``DockerError/conflict(request:message:)`` while a container uses it.
    package func removeVolume(_ name: String, force: Bool = false) async throws {
        let path = "/volumes/\(EngineRequest.escape(name))"
        var request = EngineRequest(.delete, path, for: "removing the volume '\(name)'")
        request.ask("force", if: force)
        do {
            try await perform(request)
        } catch DockerError.notFound {
            return
        }
    }

    /// Lists volumes (`GET /volumes`); of `labels`, as `name` or `name=value`, all must hold.
    package func listVolumes(labels: [String] = []) async throws -> [VolumeSummary] {
        var request = EngineRequest(.get, "/volumes", for: "listing the volumes")
        request.filter(["label": labels])
        return try await value(request, as: VolumeList.self).volumes ?? []
    }
}

extension JSONObject {
    /// What a volume or a network is made of.
    static func named(_ name: String, labels: [String: String]) -> JSONObject {
        var object = JSONObject()
        object.add("Name", name)
        object.add("Labels", ifFilled: labels)
        return object
    }
}

private struct VolumeList: Decodable {
    let volumes: [VolumeSummary]?

    enum CodingKeys: String, CodingKey {
        case volumes = "Volumes"
    }
}
