import AsyncHTTPClient
import NIOCore

/// What a container writes, piece by piece, as it comes.
///
/// Only one loop may go over it. While the loop is busy the engine is not read from, so nothing piles up here and
/// nothing is lost. It ends when the engine ends the output, and throws when the engine goes away. Leaving the loop
/// closes the connection.
package struct LogFrames: AsyncSequence, Sendable {
    package typealias Failure = any Error

    let body: HTTPClientResponse.Body
    let purpose: String

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(chunks: body.makeAsyncIterator(), purpose: purpose)
    }

    /// The place in the output.
    package struct AsyncIterator: AsyncIteratorProtocol {
        private var chunks: HTTPClientResponse.Body.AsyncIterator
        private var decoder = LogFrameDecoder()
        private let purpose: String

        fileprivate init(chunks: HTTPClientResponse.Body.AsyncIterator, purpose: String) {
            self.chunks = chunks
            self.purpose = purpose
        }

        package mutating func next() async throws -> LogFrame? {
            do {
                while true {
                    if let frame = try decoder.next() { return frame }
                    guard let chunk = try await chunks.next(isolation: #isolation) else { break }
                    decoder.append(chunk)
                }
                try Task.checkCancellation()
            } catch let error as MalformedFrame {
                throw DockerError.unreadable(request: purpose, message: "no frame begins with \(error.header)")
            } catch {
                throw DockerError.translate(error, purpose: purpose)
            }
            guard !decoder.isInsideFrame else {
                throw DockerError.connectionLost(request: purpose, cause: "the output ended in mid-frame")
            }
            return nil
        }
    }
}
