import NIOCore

/// What a container writes, piece by piece, as it comes.
///
/// Only one loop may go over it. While the loop is busy the engine is not read from, so nothing piles up here and
/// nothing is lost. It ends when the engine ends the output, and throws when the engine goes away. Leaving the loop
/// closes the connection.
package struct LogFrames: AsyncSequence, Sendable {
    package typealias Failure = any Error

    let body: AnswerBody

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: body)
    }

    /// The place in the output.
    package struct AsyncIterator: AsyncIteratorProtocol {
        private let body: AnswerBody
        private var chunks: AnswerBody.AsyncIterator
        private var decoder = LogFrameDecoder()

        fileprivate init(body: AnswerBody) {
            self.body = body
            chunks = body.makeAsyncIterator()
        }

        package mutating func next() async throws -> LogFrame? {
            do {
                while true {
                    if let frame = try decoder.next() { return frame }
                    guard let chunk = try await chunks.next() else { break }
                    decoder.append(chunk)
                }
            } catch let error as MalformedFrame {
                throw body.unreadable("no frame begins with \(error.header)")
            }
            guard !decoder.isInsideFrame else { throw body.lost("the output ended in mid-frame") }
            return nil
        }
    }
}
