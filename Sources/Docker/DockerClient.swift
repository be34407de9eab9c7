package import Logging

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

    let transport: any EngineTransport
    let logger: Logger

    init(
        host: DockerHost,
        apiVersion: APIVersion,
        engineName: String = "Docker",
        transport: any EngineTransport,
        logger: Logger
    ) {
        self.host = host
        self.apiVersion = apiVersion
        self.engineName = engineName
        self.transport = transport
        self.logger = logger
    }

    /// Connects to the first engine that answers (`GET /_ping`).
    ///
    /// Throws ``DockerError/unreachable(tried:)`` with all that was tried, or ``DockerError/apiTooOld(engine:needed:host:)``.
    package static func connect(
        to candidates: [DockerHost],
        logger: Logger = Logger(label: "drydock.docker")
    ) async throws -> DockerClient {
        var tried: [DockerError.Attempt] = []
        for host in candidates {
            do {
                return try await agree(with: host, over: try host.transport(), logger: logger)
            } catch let error as DockerError {
                if case .apiTooOld = error { throw error }
                let attempt = DockerError.Attempt(failing: error, at: host)
                logger.debug("no engine here", metadata: ["host": "\(host)", "outcome": "\(attempt.outcome)"])
                tried.append(attempt)
            }
        }
        throw DockerError.unreachable(tried: tried)
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
        let transport = transport
        await withoutCancellation { await transport.shutdown() }
    }

    /// Asks an engine for its API and agrees on one; the transport is closed where that fails.
    private static func agree(
        with host: DockerHost,
        over transport: any EngineTransport,
        logger: Logger
    ) async throws -> DockerClient {
        let probe = DockerClient(host: host, apiVersion: oldestAPI, transport: transport, logger: logger)
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
                transport: transport,
                logger: logger
            )
        } catch {
            await probe.shutdown()
            throw error
        }
    }
}
