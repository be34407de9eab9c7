import Foundation
import Manifests
import TestSupport
import Testing
import YAML

@testable import Pods

/// Probes that look at a port need no container; a server of the test stands for the sidecar.
@Suite(.needsEngine, .timeLimit(.minutes(1))) struct `A probe of a sidecar` {
    /// How a wait for a probe ended.
    private func end(
        _ probe: YAMLNode,
        named ports: [String: Int] = [:],
        mayGiveUp: Bool = true
    ) async throws -> ProbeRunner.End {
        try await Engine.withClient { docker in
            let runner = ProbeRunner(
                docker: docker,
                container: "",
                address: "127.0.0.1",
                namedPorts: ports,
                ended: OneTimeEvent()
            )
            return await runner.wait(for: Probe(probe), mayGiveUp: mayGiveUp)
        }
    }

    private static let once: YAMLNode = ["failureThreshold": 1, "periodSeconds": 1]

    private func probe(_ action: String, _ value: YAMLNode, _ more: YAMLNode = [:]) -> YAMLNode {
        var probe = Self.once
        probe[action] = value
        for entry in more.mapping?.entries ?? [] { probe[entry.key] = entry.value }
        return probe
    }

    @Test func `asks for a path at a port, with headers`() async throws {
        let server = try WebServer { request in
            .init(request.path == "/up?a=b" && request.headers["x-who"] == "me" ? 204 : 404)
        }
        let port = YAMLNode(.integer(server.port))
        let headers: YAMLNode = [["name": "X-Who", "value": "me"]]
        let good: YAMLNode = ["host": "localhost", "port": port, "path": "/up?a=b", "httpHeaders": headers]
        #expect(try await end(probe("httpGet", good)) == .succeeded)
        #expect(server.lastRequest?.headers["host"] == "localhost:\(server.port)")
        #expect(try await end(probe("httpGet", ["port": port, "path": "/down", "httpHeaders": headers])) == .failed)
        #expect(try await end(probe("httpGet", ["port": port, "path": "/up?a=b"])) == .failed)
    }

    @Test func `looks at a port, which may be called by its name`() async throws {
        let server = try WebServer { _ in .init() }
        let number = YAMLNode(.integer(server.port))
        #expect(try await end(probe("tcpSocket", ["port": number])) == .succeeded)
        #expect(try await end(probe("tcpSocket", ["port": "web"]), named: ["web": server.port]) == .succeeded)
        #expect(try await end(probe("tcpSocket", ["port": "web"])) == .failed)
        #expect(try await end(probe("tcpSocket", ["port": number, "host": "127.0.0.2.invalid"])) == .failed)
        #expect(try await end(probe("grpc", ["port": number])) == .succeeded)
        #expect(try await end(probe("grpc", ["port": 1])) == .failed)
    }

    @Test func `the first look comes after a delay`() async throws {
        let server = try WebServer { _ in .init() }
        let action: YAMLNode = ["port": YAMLNode(.integer(server.port))]
        let start = ContinuousClock.now
        #expect(try await end(probe("tcpSocket", action, ["initialDelaySeconds": 1])) == .succeeded)
        #expect(ContinuousClock.now - start >= .seconds(1))
    }

    @Test func `needs as many successes as it says`() async throws {
        let server = try WebServer { _ in .init() }
        let action: YAMLNode = ["port": YAMLNode(.integer(server.port))]
        #expect(try await end(probe("httpGet", action, ["successThreshold": 2])) == .succeeded)
        #expect(server.requests == ["GET /", "GET /"])
    }

    @Test func `gives up after as many failures as it may`() async throws {
        let server = try WebServer { _ in .init(500) }
        let action: YAMLNode = ["port": YAMLNode(.integer(server.port))]
        #expect(try await end(probe("httpGet", action, ["failureThreshold": 2])) == .failed)
        #expect(server.requests.count == 2)
    }

    @Test func `a look takes no longer than it may`() async throws {
        let port = try SilentPort()
        let action: YAMLNode = ["port": YAMLNode(.integer(port.port))]
        let start = ContinuousClock.now
        #expect(try await end(probe("tcpSocket", action, ["timeoutSeconds": 2])) == .failed)
        #expect(ContinuousClock.now - start >= .seconds(1.9))
    }
}
