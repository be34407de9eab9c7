extension DockerClient {
    /// Makes a container (`POST /containers/create`).
    ///
    /// If the task is cancelled meanwhile, the engine may have made it nevertheless: look for it by name or label.
    ///
    /// - Parameters:
    ///   - config: What it is made of.
    ///   - name: Its name; `nil` lets the engine choose.
    ///   - platform: The platform its image must be for, as `linux/amd64`.
    /// - Returns: The id.
    /// - Throws: ``DockerError/notFound(request:message:)`` when the engine does not have the image.
    package func createContainer(
        _ config: ContainerConfiguration,
        name: String? = nil,
        platform: String? = nil
    ) async throws -> String {
        let subject = name.map { "the container '\($0)'" } ?? "a container"
        var request = EngineRequest(.post, "/containers/create", for: "creating \(subject) of '\(config.image)'")
        request.ask("name", name)
        request.ask("platform", platform)
        request.send(config.json)
        return try await value(request, as: Created.self).id
    }

    /// Starts a container (`POST /containers/{id}/start`); one that runs is no error.
    package func startContainer(_ id: String) async throws {
        try await perform(containerRequest(.post, id, "/start", for: "starting"))
    }

    /// Stops a container (`POST /containers/{id}/stop`) and waits for it; one that is stopped is no error.
    ///
    /// - Parameters:
    ///   - id: The container.
    ///   - seconds: How long it has between its stop signal and `SIGKILL`; `nil` is its own time, mostly 10 s.
    /// - Throws: ``DockerError/notFound(request:message:)`` when there is no such container.
    package func stopContainer(_ id: String, timeout seconds: Int? = nil) async throws {
        var request = containerRequest(.post, id, "/stop", for: "stopping")
        request.ask("t", seconds.map { "\($0)" })
        request.secondsToAnswer += seconds ?? 10
        try await perform(request)
    }

    /// Sends a signal to a container's first process (`POST /containers/{id}/kill`).
    ///
    /// Throws ``DockerError/conflict(request:message:)`` if it does not run.
    package func killContainer(_ id: String, signal: String = "SIGKILL") async throws {
        var request = containerRequest(.post, id, "/kill", for: "sending \(signal) to")
        request.ask("signal", signal)
        try await perform(request)
    }

    /// Waits for a container's end (`POST /containers/{id}/wait`), as long as it takes.
    package func waitContainer(_ id: String, condition: WaitCondition = .notRunning) async throws -> ContainerExit {
        try await watchExit(of: id, condition: condition).value()
    }

    /// Begins to wait for a container's end (`POST /containers/{id}/wait`).
    ///
    /// Returns when the engine has taken note: with ``WaitCondition/nextExit``, asked before the start, no end is missed.
    package func watchExit(of id: String, condition: WaitCondition = .nextExit) async throws -> PendingExit {
        var request = containerRequest(.post, id, "/wait", for: "waiting for")
        request.ask("condition", condition.rawValue)
        return PendingExit(answer: try await begin(request))
    }

    /// Describes a container (`GET /containers/{id}/json`); `nil` when the engine does not have it.
    package func inspectContainer(_ id: String) async throws -> ContainerDetails? {
        do {
            return try await value(containerRequest(.get, id, "/json", for: "inspecting"))
        } catch DockerError.notFound {
            return nil
        }
    }

    /// Removes a container (`DELETE /containers/{id}`) and returns when it is gone.
    ///
    /// One that is not there, or that is being removed already, is no error.
    ///
    /// - Parameters:
    ///   - id: The container.
    ///   - force: Whether one that runs is killed.
    ///   - volumes: Whether its anonymous volumes go with it.
    /// - Throws: ``DockerError/conflict(request:message:)`` when it runs and is not to be killed.
    package func removeContainer(_ id: String, force: Bool = true, volumes: Bool = true) async throws {
        var request = containerRequest(.delete, id, "", for: "removing")
        request.ask("force", if: force)
        request.ask("v", if: volumes)
        do {
            try await perform(request)
        } catch DockerError.notFound {
            return
        } catch DockerError.conflict(_, let message) where message.contains("already in progress") {
            try await waitUnlessGone(id, .removed)
        } catch DockerError.refused(_, _, let message) where force && message.contains("is not running") {
            // It ended by itself between the engine's look at it and the signal.
            try await waitUnlessGone(id, .notRunning)
            try await removeContainer(id, force: false, volumes: volumes)
        }
    }

    private func waitUnlessGone(_ id: String, _ condition: WaitCondition) async throws {
        do {
            _ = try await waitContainer(id, condition: condition)
        } catch DockerError.notFound {
            return
        }
    }

    /// Lists containers (`GET /containers/json`).
    ///
    /// - Parameters:
    ///   - all: Whether those that do not run are listed too.
    ///   - labels: Labels as `name` or `name=value`; all must hold.
    /// - Returns: Those that fit, the youngest first.
    /// - Throws: ``DockerError``, or `CancellationError` in a cancelled task.
    package func listContainers(all: Bool = true, labels: [String] = []) async throws -> [ContainerSummary] {
        var request = EngineRequest(.get, "/containers/json", for: "listing the containers")
        request.ask("all", if: all)
        request.filter(["label": labels])
        return try await value(request)
    }

    /// A request about one container; `verb` says what is done to it.
    func containerRequest(
        _ method: EngineRequest.Method,
        _ id: String,
        _ rest: String,
        for verb: String
    ) -> EngineRequest {
        let shown = id.count == 64 ? String(id.prefix(12)) : id
        return EngineRequest(
            method,
            "/containers/\(EngineRequest.escape(id))\(rest)",
            for: "\(verb) the container '\(shown)'"
        )
    }
}

/// The answer of whatever makes something.
struct Created: Decodable {
    let id: String

    enum CodingKeys: String, CodingKey {
        case id = "Id"
    }
}
