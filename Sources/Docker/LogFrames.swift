/// What a container writes, piece by piece, as it comes.
package struct LogFrames: AsyncSequence, Sendable {
    package typealias Element = LogFrame
    package typealias Failure = any Error
    package struct AsyncIterator: AsyncIteratorProtocol {
        package mutating func next() async throws -> LogFrame? { nil }
    }
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
/// What happens on the engine, as it happens.
package struct EngineEvents: AsyncSequence, Sendable {
    package typealias Element = EngineEvent
    package typealias Failure = any Error
    package struct AsyncIterator: AsyncIteratorProtocol {
        package mutating func next() async throws -> EngineEvent? { nil }
    }
    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
/// A container's end that was asked for and has not come yet.
package struct PendingExit: Sendable {
    /// Waits for the end.
    package func value() async throws -> ContainerExit { throw DockerError.unreachable(tried: []) }
}
