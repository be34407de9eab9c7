/// A connection to one Docker engine.
package final class DockerClient: Sendable {
    /// Where the engine is.
    package let host: DockerHost
    /// The API that is spoken with it, as `1.41`.
    package let apiVersion: String
    private init(host: DockerHost) { self.host = host; apiVersion = "1.41" }
    /// Connects to the first engine that answers (`GET /_ping`).
    package static func connect(to candidates: [DockerHost]) async throws -> DockerClient {
        throw DockerError.unreachable(tried: [])
    }
    /// Closes all connections; call it once, when nothing is asked any more.
    package func shutdown() async {}
}
