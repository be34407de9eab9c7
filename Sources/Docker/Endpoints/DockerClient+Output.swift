package import Foundation

extension DockerClient {
    /// Listens to what a container writes (`POST /containers/{id}/attach`).
    ///
    /// Returns when the engine listens: asked before the start, nothing is missed. A container whose output nobody takes
    /// is held up, so the frames must be read on. It ends with the container; if the engine dies it may end as well, and
    /// waiting for the container's exit tells.
    package func attach(_ id: String) async throws -> LogFrames {
        var request = containerRequest(.post, id, "/attach", for: "listening to")
        request.ask("stream", if: true)
        request.ask("stdout", if: true)
        request.ask("stderr", if: true)
        return try await begin(request).frames
    }

    /// Reads what a container has written (`GET /containers/{id}/logs`).
    ///
    /// - Parameters:
    ///   - id: The container.
    ///   - follow: Whether to go on until the container ends.
    ///   - since: The earliest time of a line.
    ///   - tail: How many lines at the end; `nil` is all.
    /// - Returns: The output, from its beginning.
    /// - Throws: ``DockerError``, or `CancellationError` in a cancelled task.
    package func logs(
        _ id: String,
        follow: Bool = false,
        since: Date? = nil,
        tail: Int? = nil
    ) async throws -> LogFrames {
        var request = containerRequest(.get, id, "/logs", for: "reading the output of")
        request.ask("stdout", if: true)
        request.ask("stderr", if: true)
        request.ask("follow", if: follow)
        request.ask("since", since.map(EngineTime.seconds))
        request.ask("tail", tail.map { "\($0)" })
        return try await begin(request).frames
    }
}
