import Foundation
import NIOCore

/// What the engine answers to a request, once it has begun to.
struct EngineAnswer: Sendable {
    /// The request.
    let request: EngineRequest
    /// Where the engine is.
    let location: String
    /// The answer's head, and its body as it comes.
    let answer: TransportAnswer

    /// The status.
    var status: Int { answer.status }

    /// The first header by this name, in whatever case.
    func header(_ name: String) -> String? { answer.headers.first(name) }

    /// The body as it comes.
    var body: AnswerBody {
        AnswerBody(request: request, location: location, chunks: answer.chunks)
    }

    /// Reads the whole body.
    func bytes(upTo limit: Int) async throws -> ByteBuffer {
        try await body.bytes(upTo: limit)
    }

    /// The body as JSON values, one a line.
    func lines<T: Decodable>(of type: T.Type = T.self) -> JSONLines<T> {
        JSONLines(body: body)
    }

    /// The body as a container's output.
    var frames: LogFrames {
        LogFrames(body: body)
    }

    /// Decodes a body.
    func decode<T: Decodable>(_ type: T.Type = T.self, from body: ByteBuffer) throws -> T {
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch {
            throw DockerError.unreadable(request: request.purpose, message: "\(error)")
        }
    }
}
