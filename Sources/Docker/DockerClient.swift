import AsyncHTTPClient
package import Logging
import NIOCore

/// A connection to one Docker engine, over its HTTP API.
///
/// In a cancelled task every request fails at once; what tidies up is wrapped in ``withoutCancellation(_:)``.
/// Whoever connects calls ``shutdown()`` at the end.
package final class DockerClient: Sendable {
    /// The oldest API that works.
    package static let oldestAPI = APIVersion(major: 1, minor: 41)
    /// The newest API whose answers are known.
    package static let newestAPI = APIVersion(major: 1, minor: 47)

    /// Where the engine is.
    package let host: DockerHost
    /// The API that is spoken with it: the lower of the engine's newest and ``newestAPI``.
    package let apiVersion: APIVersion

    /// What the engine calls itself, as `Docker 20.10.24`.
    package let engineName: String

    let http: HTTPClient
    let logger: Logger

    init(
        host: DockerHost,
        apiVersion: APIVersion,
        engineName: String = "Docker",
        http: HTTPClient,
        logger: Logger
    ) {
        self.host = host
        self.apiVersion = apiVersion
        self.engineName = engineName
        self.http = http
        self.logger = logger
    }

    /// Connects to the first engine that answers (`GET /_ping`).
    ///
    /// Throws ``DockerError/unreachable(tried:)`` with all that was tried, or ``DockerError/apiTooOld(engine:needed:host:)``.
    package static func connect(
        to candidates: [DockerHost],
        logger: Logger = Logger(label: "drydock.docker")
    ) async throws -> DockerClient {
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            return try await firstAnswering(of: candidates, http: http, logger: logger)
        } catch {
            await withoutCancellation { await close(http) }
            throw error
        }
    }

    /// Runs a body with a connection to the first engine that answers, and closes it afterwards.
    package static func withConnection<T>(
        to candidates: [DockerHost],
        logger: Logger = Logger(label: "drydock.docker"),
        _ body: (DockerClient) async throws -> T
    ) async throws -> T {
        let client = try await connect(to: candidates, logger: logger)
        do {
            let value = try await body(client)
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Closes all connections; to be called once, when nothing is asked any more.
    ///
    /// Requests that are still under way fail.
    package func shutdown() async {
        let http = http
        await withoutCancellation { await Self.close(http) }
    }

    private static func close(_ http: HTTPClient) async {
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

    private static func firstAnswering(
        of candidates: [DockerHost],
        http: HTTPClient,
        logger: Logger
    ) async throws -> DockerClient {
        var tried: [DockerError.Attempt] = []
        for host in candidates {
            if case .unsupported(_, let why) = host.address {
                tried.append(DockerError.Attempt(host: host, outcome: why))
                continue
            }
            let probe = DockerClient(host: host, apiVersion: oldestAPI, http: http, logger: logger)
            do {
                let answer = try await probe.ping()
                guard let engine = APIVersion(answer.apiVersion) else {
                    throw DockerError.unreadable(request: "ping", message: "API version '\(answer.apiVersion)'")
                }
                guard engine >= oldestAPI else {
                    throw DockerError.apiTooOld(engine: "\(engine)", needed: "\(oldestAPI)", host: host.location)
                }
                let agreed = min(engine, newestAPI)
                logger.debug("connected", metadata: ["host": "\(host)", "api": "\(agreed)"])
                return DockerClient(
                    host: host,
                    apiVersion: agreed,
                    engineName: answer.server ?? "Docker",
                    http: http,
                    logger: logger
                )
            } catch let error as DockerError {
                if case .apiTooOld = error { throw error }
                let attempt = DockerError.Attempt(failing: error, at: host)
                logger.debug("no engine here", metadata: ["host": "\(host)", "outcome": "\(attempt.outcome)"])
                tried.append(attempt)
            }
        }
        throw DockerError.unreachable(tried: tried)
    }
}
