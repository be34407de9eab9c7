import Foundation
import Manifests
import TestSupport
import Testing

@testable import Docker
@testable import Resolvers

struct RegistrySessionTests {
    @Test(arguments: [
        ("localhost:5000", true), ("127.0.0.1:5000", true), ("[::1]:5000", true), ("box.local", true),
        ("10.1.2.3", true), ("172.16.0.1:80", true), ("172.32.0.1", false), ("192.168.1.1", true), ("gcr.io", false),
        ("index.docker.io", false), ("127.example.com", false),
    ])
    func `plain http is for this machine and private networks`(_ host: String, _ isAllowed: Bool) {
        #expect(RegistrySession.isPlainAllowed(for: host) == isAllowed)
    }

    @Test func `challenges are read`() {
        let challenges = RegistrySession.Challenge.all(
            in: #"Bearer realm="https://a/token",service="b, c", Basic realm=d"#
        )
        #expect(challenges.map(\.scheme) == ["bearer", "basic"])
        #expect(challenges.first?.values == ["realm": "https://a/token", "service": "b, c"])
        #expect(challenges.last?.values == ["realm": "d"])
    }

    @Test func `a token is asked for where the registry wants one, with the user's password`() async throws {
        let server = try WebServer { request in
            let host = request.headers["host"] ?? ""
            if request.path.hasPrefix("/token?") {
                let isKnown = request.headers["authorization"] == "Basic YWRhOng="
                let isScoped = request.path.contains("scope=repository:team/b:pull")
                return isKnown && isScoped ? .init(200, #"{"token": "abc"}"#) : .init(401)
            }
            guard request.headers["authorization"] == "Bearer abc" else {
                let challenge = "Bearer realm=\"http://\(host)/token\",service=\"r\""
                return .init(401, "", headers: ["WWW-Authenticate": challenge])
            }
            return request.path == "/v2/team/b/manifests/1" ? .init(200, #"{"layers": []}"#) : .init(404)
        }
        let image = try ImageReference(parsing: "127.0.0.1:\(server.port)/team/b:1")
        let auth = RegistryAuth(serverAddress: image.registry, username: "ada", password: "x")
        let client = RegistryClient(web: WebAccess(), image: image, auth: auth)
        #expect(try await client.manifest().layers.isEmpty)
        let anonymous = RegistryClient(web: WebAccess(), image: image, auth: nil)
        await #expect(throws: RegistryClient.Refusal.self) { try await anonymous.manifest() }
    }

    @Test func `a registry that limits is told from one that refuses`() async throws {
        let server = try WebServer { request in request.path == "/v2/" ? .init(200) : .init(429) }
        let image = try ImageReference(parsing: "127.0.0.1:\(server.port)/b:1")
        let client = RegistryClient(web: WebAccess(), image: image, auth: nil)
        await #expect(throws: ResolverError.rateLimited(place: image.registry)) { try await client.manifest() }
    }

    @Test func `what is not what its digest says is refused`() async throws {
        let server = try WebServer { request in request.path == "/v2/" ? .init(200) : .init(200, "{}") }
        let digest = "sha256:" + String(repeating: "0", count: 64)
        let image = try ImageReference(parsing: "127.0.0.1:\(server.port)/b@\(digest)")
        let client = RegistryClient(web: WebAccess(), image: image, auth: nil)
        await #expect(throws: RegistryClient.Refusal.self) { try await client.manifest() }
        await #expect(throws: RegistryClient.Refusal.self) { try await client.blob(digest, limit: 100) }
    }
}
