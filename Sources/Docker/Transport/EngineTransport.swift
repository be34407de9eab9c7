import NIOCore

/// What carries requests to one engine, and its answers back.
///
/// A socket of this machine is spoken to directly (``SocketTransport``), as nearly every engine is reached that way and
/// a general client takes longer to begin than the engine to answer. The network is left to such a client
/// (``NetworkTransport``).
protocol EngineTransport: Sendable {
    /// Sends a request and returns when the engine begins to answer; the body follows.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - target: Path and query as they go over the wire.
    /// - Returns: The answer, whatever its status.
    /// - Throws: What ``DockerError/translate(_:request:location:)`` knows.
    func send(_ request: EngineRequest, target: String) async throws -> TransportAnswer

    /// Closes all connections; requests that are under way fail.
    func shutdown() async
}

/// An answer as it comes in.
struct TransportAnswer: Sendable {
    /// The status.
    let status: Int
    /// The headers in their order.
    let headers: [(name: String, value: String)]
    /// The body, with how it comes.
    let chunks: AnswerChunks
}

extension DockerHost {
    /// What carries requests there.
    ///
    /// Throws ``DockerError/unreachable(tried:)`` where nothing does.
    func transport() throws(DockerError) -> any EngineTransport {
        switch address {
        case .unix(let path): SocketTransport(path: path)
        case .tcp(let host, let port): NetworkTransport(scheme: "http", host: host, port: port)
        case .https(let host, let port): NetworkTransport(scheme: "https", host: host, port: port)
        case .unsupported(_, let why): throw .unreachable(tried: [DockerError.Attempt(host: self, outcome: why)])
        }
    }
}
