import AsyncHTTPClient
import NIOCore

/// The pieces of an answer's body; only one loop may go over them, and leaving it early closes the connection.
enum AnswerChunks: AsyncSequence, Sendable {
    case socket(SocketBody)
    case network(HTTPClientResponse.Body)

    typealias Failure = any Error

    func makeAsyncIterator() -> AsyncIterator {
        switch self {
        case .socket(let body): .socket(body.makeAsyncIterator())
        case .network(let body): .network(body.makeAsyncIterator())
        }
    }

    enum AsyncIterator: AsyncIteratorProtocol {
        case socket(SocketBody.AsyncIterator)
        case network(HTTPClientResponse.Body.AsyncIterator)

        mutating func next() async throws -> ByteBuffer? {
            switch self {
            case .socket(var chunks):
                defer { self = .socket(chunks) }
                return try await chunks.next()
            case .network(var chunks):
                defer { self = .network(chunks) }
                return try await chunks.next(isolation: #isolation)
            }
        }
    }
}
