/// What happens on the engine, as it happens.
///
/// Only one loop may go over it; leaving the loop closes the connection. It ends or throws when the engine goes away.
package struct EngineEvents: AsyncSequence, Sendable {
    package typealias Failure = any Error

    let lines: JSONLines<EngineEvent>

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(lines: lines.makeAsyncIterator())
    }

    /// The place in the events.
    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var lines: JSONLines<EngineEvent>.AsyncIterator

        fileprivate init(lines: JSONLines<EngineEvent>.AsyncIterator) {
            self.lines = lines
        }

        package mutating func next() async throws -> EngineEvent? {
            try await lines.next()
        }
    }
}
