import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Carries requests to an engine over the network.
struct NetworkTransport: EngineTransport {
    private let scheme: String
    private let authority: String
    private let http: HTTPClient

    init(scheme: String, host: String, port: Int) {
        self.scheme = scheme
        authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration)
    }

    func send(_ request: EngineRequest, target: String) async throws -> TransportAnswer {
        var sent = HTTPClientRequest(url: "\(scheme)://\(authority)\(target)")
        sent.method = HTTPMethod(rawValue: request.method.rawValue)
        sent.headers.add(name: "Host", value: authority)
        for header in request.sentHeaders {
            sent.headers.add(name: header.name, value: header.value)
        }
        if let upload = request.upload {
            sent.body = .stream(upload, length: .known(upload.length))
        } else if let body = request.sentBody {
            sent.body = .bytes(ByteBuffer(bytes: body))
        }
        let answer = try await http.execute(sent, timeout: .seconds(Int64(request.secondsToAnswer)))
        return TransportAnswer(
            status: Int(answer.status.code),
            headers: answer.headers.map { ($0.name, $0.value) },
            chunks: .network(answer.body)
        )
    }

    func shutdown() async {
        // A second shutdown is the only failure, and changes nothing.
        try? await http.shutdown()
    }

    private static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        // Each followed log holds a connection; they must not keep other requests waiting.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        // An engine that is not there is an answer, not a reason to try until the deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = nil
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        return configuration
    }
}
