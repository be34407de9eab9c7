import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import SystemPackage

extension DockerClient {
    /// The longest answer that is read as a whole.
    static let longestAnswer = 64 << 20

    /// Sends a request and returns when the engine begins to answer, with its refusal thrown.
    func begin(_ request: EngineRequest) async throws -> EngineAnswer {
        let answer = EngineAnswer(request: request, location: host.location, response: try await execute(request))
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

    private func execute(_ request: EngineRequest) async throws -> HTTPClientResponse {
        try Task.checkCancellation()
        let target = request.target(version: apiVersion)
        var sent = HTTPClientRequest(url: try url(target))
        sent.method = HTTPMethod(rawValue: request.method.rawValue)
        sent.headers.add(name: "Host", value: hostHeader)
        sent.headers.add(name: "User-Agent", value: "drydock")
        for header in request.headers {
            sent.headers.add(name: header.name, value: header.value)
        }
        if let upload = request.upload {
            sent.headers.add(name: "Content-Type", value: "application/x-tar")
            sent.body = .stream(upload, length: .known(upload.length))
        } else if let body = request.body {
            sent.headers.add(name: "Content-Type", value: body.type)
            sent.body = .bytes(ByteBuffer(bytes: body.bytes))
        } else if request.method == .post || request.method == .put {
            sent.body = .bytes(ByteBuffer())
        }
        logger.debug("request", metadata: ["method": "\(request.method.rawValue)", "target": "\(target)"])
        do {
            return try await http.execute(sent, timeout: .seconds(Int64(request.secondsToAnswer)))
        } catch {
            throw DockerError.translate(error, request: request, location: host.location)
        }
    }

    private func url(_ target: String) throws -> String {
        switch host.address {
        case .unix(let path):
            guard let url = URL(httpURLWithSocketPath: path.string, uri: target) else {
                let outcome = "the path of the socket cannot be used"
                throw DockerError.unreachable(tried: [DockerError.Attempt(host: host, outcome: outcome)])
            }
            return url.absoluteString
        case .tcp(let name, let port): return "http://\(Self.authority(name, port))\(target)"
        case .https(let name, let port): return "https://\(Self.authority(name, port))\(target)"
        case .unsupported(_, let why):
            throw DockerError.unreachable(tried: [DockerError.Attempt(host: host, outcome: why)])
        }
    }

    private var hostHeader: String {
        switch host.address {
        case .unix, .unsupported: "docker"
        case .tcp(let name, let port), .https(let name, let port): Self.authority(name, port)
        }
    }

    private static func authority(_ name: String, _ port: Int) -> String {
        name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
    }
}

extension ByteBuffer {
    /// Whether there is nothing but space.
    var isBlank: Bool {
        !readableBytesView.contains { $0 > UInt8(ascii: " ") }
    }
}
