extension DockerClient {
    /// Asks whether the engine is there (`GET /_ping`).
    package func ping() async throws -> EnginePing {
        var request = EngineRequest(.get, "/_ping", for: "ping")
        request.isUnversioned = true
        request.secondsToAnswer = 15
        let answer = try await begin(request)
        // Read to its end so that the connection is used again.
        _ = try await answer.bytes(upTo: 1 << 16)
        guard let version = answer.header("Api-Version") else {
            throw DockerError.unreadable(request: request.purpose, message: "it names no Api-Version")
        }
        let server = answer.header("Server").map { text in
            text.prefix { $0 != " " }.split(separator: "/", maxSplits: 1).joined(separator: " ")
        }
        return EnginePing(apiVersion: version, osType: answer.header("Ostype"), server: server)
    }

    /// Asks for the engine's version (`GET /version`).
    package func version() async throws -> EngineVersion {
        try await value(EngineRequest(.get, "/version", for: "asking for the version"))
    }

    /// Asks for facts about the engine's machine (`GET /info`).
    package func info() async throws -> EngineInfo {
        try await value(EngineRequest(.get, "/info", for: "asking about the machine"))
    }

    /// Asks what the engine's objects take on its disk (`GET /system/df`); the engine counts for a while.
    ///
    /// Older engines refuse a second one that asks meanwhile, whoever asks; that one waits here for its turn.
    package func diskUse() async throws -> DiskUse {
        var request = EngineRequest(.get, "/system/df", for: "asking for the disk use")
        request.secondsToAnswer = 600
        let limit = ContinuousClock.now + .seconds(request.secondsToAnswer)
        while true {
            do {
                return try await value(request)
            } catch let error as DockerError where error.isBusyCounting && ContinuousClock.now < limit {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Follows what happens on the engine (`GET /events`), from the moment this returns.
    ///
    /// Empty lists let everything through; of `labels`, as `name` or `name=value`, all must hold.
    package func events(
        types: [String] = [],
        labels: [String] = [],
        actions: [String] = []
    ) async throws -> EngineEvents {
        var request = EngineRequest(.get, "/events", for: "following the events")
        request.filter(["type": types, "label": labels, "event": actions])
        return EngineEvents(lines: try await begin(request).lines())
    }
}

extension DockerError {
    /// Whether the engine is counting its disk use for someone else.
    fileprivate var isBusyCounting: Bool {
        guard case .refused(_, _, let message) = self else { return false }
        return message.contains("disk usage operation is already running")
    }
}
