extension DockerClient {
    /// How much of a command's output is kept.
    static let longestOutput = 1 << 20

    /// Runs a command in a running container and waits for it (`POST /containers/{id}/exec`).
    ///
    /// The engine cannot end a command: after a timeout, or when the task is cancelled, it runs on.
    ///
    /// - Parameters:
    ///   - id: The container.
    ///   - command: The program and its arguments.
    ///   - user: The user; `nil` is the container's.
    ///   - env: Further variables as `NAME=value`.
    ///   - workingDir: The directory; `nil` is the container's.
    ///   - timeout: The longest time to wait.
    /// - Returns: The exit code and what it wrote.
    /// - Throws: ``DockerError/timedOut(request:seconds:)`` after the longest time.
    package func exec(
        _ id: String,
        command: [String],
        user: String? = nil,
        env: [String] = [],
        workingDir: String? = nil,
        timeout: Duration? = nil
    ) async throws -> ExecResult {
        let setup = ExecConfiguration(command: command, user: user, env: env, workingDir: workingDir)
        guard let timeout else { return try await run(setup, in: id) }
        return try await withThrowingTaskGroup(of: ExecResult?.self) { group in
            group.addTask { try await self.run(setup, in: id) }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else {
                let program = command.first ?? ""
                throw DockerError.timedOut(request: "running '\(program)'", seconds: Int(timeout.components.seconds))
            }
            return result
        }
    }

    private func run(_ setup: ExecConfiguration, in id: String) async throws -> ExecResult {
        let verb = "running '\(setup.command.first ?? "")' in"
        var create = containerRequest(.post, id, "/exec", for: verb)
        create.send(setup.json)
        let path = "/exec/\(EngineRequest.escape(try await value(create, as: Created.self).id))"

        var start = EngineRequest(.post, path + "/start", for: create.purpose)
        var options = JSONObject()
        options.add("Detach", false)
        options.add("Tty", false)
        start.send(options)
        var output: [UInt8] = []
        for try await frame in try await begin(start).frames {
            output.append(contentsOf: frame.bytes.prefix(Self.longestOutput - output.count))
        }

        let inspect = EngineRequest(.get, path + "/json", for: create.purpose)
        var state = try await value(inspect, as: ExecState.self)
        // The output may end a moment before the engine has noted the exit code, and no request waits for that.
        while state.isRunning {
            try await Task.sleep(for: .milliseconds(10))
            state = try await value(inspect, as: ExecState.self)
        }
        return ExecResult(exitCode: state.exitCode ?? -1, output: output)
    }
}

private struct ExecConfiguration: Sendable {
    let command: [String]
    let user: String?
    let env: [String]
    let workingDir: String?

    var json: JSONObject {
        var object = JSONObject()
        object.add("Cmd", command)
        object.add("User", user)
        object.add("Env", ifFilled: env)
        object.add("WorkingDir", workingDir)
        object.add("AttachStdout", true)
        object.add("AttachStderr", true)
        return object
    }
}

private struct ExecState: Decodable {
    let isRunning: Bool
    let exitCode: Int?

    enum CodingKeys: String, CodingKey {
        case isRunning = "Running"
        case exitCode = "ExitCode"
    }
}
