/// A container's end that the engine will report.
package struct PendingExit: Sendable {
    let answer: EngineAnswer

    /// Waits for the end; to be called once.
    ///
    /// Throws ``DockerError/connectionLost(request:host:cause:)`` if the engine goes away first.
    package func value() async throws -> ContainerExit {
        let body = try await answer.bytes(upTo: 1 << 20)
        guard !body.isBlank else { throw answer.body.lost("it ended the wait without an answer") }
        return try answer.decode(from: body)
    }
}
