import Logging
import NIOCore

extension DockerClient {
    /// The longest answer that is read as a whole.
    static let longestAnswer = 64 << 20

    /// Sends a request and returns when the engine begins to answer, with its refusal thrown.
    func begin(_ request: EngineRequest) async throws -> EngineAnswer {
        let answer = EngineAnswer(request: request, location: host.location, answer: try await send(request))
        guard answer.status >= 400 else { return answer }
        let body = try await answer.bytes(upTo: 1 << 20)
        throw DockerError(refusing: request.purpose, status: answer.status, body: body)
    }

    /// Sends a request and reads the whole answer.
    func bytes(_ request: EngineRequest, upTo limit: Int = longestAnswer) async throws -> ByteBuffer {
        try await begin(request).bytes(upTo: limit)
    }

    /// Sends a request whose answer says nothing.
    func perform(_ request: EngineRequest) async throws {
        _ = try await bytes(request)
    }

    /// Sends a request and decodes the answer.
    func value<T: Decodable>(_ request: EngineRequest, as type: T.Type = T.self) async throws -> T {
        let answer = try await begin(request)
        return try answer.decode(type, from: try await answer.bytes(upTo: Self.longestAnswer))
    }

    private func send(_ request: EngineRequest) async throws -> TransportAnswer {
        try Task.checkCancellation()
        let target = request.target(version: apiVersion)
        logger.debug("request", metadata: ["method": "\(request.method.rawValue)", "target": "\(target)"])
        do {
            return try await transport.send(request, target: target)
        } catch {
            throw DockerError.translate(error, request: request, location: host.location)
        }
    }
}

extension ByteBuffer {
    /// Whether there is nothing but space.
    var isBlank: Bool {
        !readableBytesView.contains { $0 > UInt8(ascii: " ") }
    }
}
