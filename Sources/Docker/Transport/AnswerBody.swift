import NIOCore

/// The body of an answer, as it comes; whatever goes wrong on the way is a ``DockerError``.
struct AnswerBody: AsyncSequence, Sendable {
    typealias Failure = any Error

    /// The request that is answered.
    let request: EngineRequest
    /// Where the engine is.
    let location: String
    /// The body as the transport hands it out.
    let chunks: AnswerChunks

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: self, chunks: chunks.makeAsyncIterator())
    }

    /// Reads all of it.
    func bytes(upTo limit: Int) async throws -> ByteBuffer {
        var bytes = ByteBuffer()
        var chunks = makeAsyncIterator()
        while var chunk = try await chunks.next() {
            guard bytes.readableBytes + chunk.readableBytes <= limit else {
                throw unreadable("it is longer than \(limit) bytes")
            }
            if bytes.readableBytes == 0 { bytes = chunk } else { bytes.writeBuffer(&chunk) }
        }
        return bytes
    }

    /// The error for a body that ends too early.
    func lost(_ cause: String) -> DockerError {
        .connectionLost(request: request.purpose, host: location, cause: cause)
    }

    /// The error for a body that makes no sense.
    func unreadable(_ message: String) -> DockerError {
        .unreadable(request: request.purpose, message: message)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        let body: AnswerBody
        var chunks: AnswerChunks.AsyncIterator

        mutating func next() async throws -> ByteBuffer? {
            do {
                if let chunk = try await chunks.next() { return chunk }
                // The transport ends a cancelled body as if it were complete.
                try Task.checkCancellation()
                return nil
            } catch {
                throw DockerError.translate(error, request: body.request, location: body.location)
            }
        }
    }
}
