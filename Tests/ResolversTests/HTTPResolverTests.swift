import Manifests
import Resolvers
import TestSupport
import Testing

struct HTTPResolverTests {
    @Test func `a document is brought with the digest of its bytes`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let server = try WebServer(files: ["/task.yaml": task("greet")])
        let brought = try await world.resolution().bring(reference("http", ["url": "\(server.url)/task.yaml"]))
        #expect(brought.text == task("greet"))
        #expect(brought.source.uri == "\(server.url)/task.yaml")
        #expect("sha256:\(brought.source.digest["sha256"] ?? "")" == brought.contentDigest)
        #expect(brought.source.entryPoint.isEmpty)
        #expect(brought.document(namespace: "default").document?.metadata.name == "greet")
    }

    @Test func `a redirection is followed`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let target = try WebServer(files: ["/there.yaml": task("there")])
        let address = target.url
        let server = try WebServer { _ in .init(302, "", headers: ["Location": "\(address)/there.yaml"]) }
        let brought = try await world.resolution().bring(reference("http", ["url": "\(server.url)/here.yaml"]))
        #expect(brought.text == task("there"))
        #expect(brought.source.uri == "\(server.url)/here.yaml")
    }

    @Test(
        arguments: [
            ([:], "missing required http resolver params: url"),
            (["url": ""], "cannot parse url : parse \"\": empty url"),
            (["url": "no url"], "cannot parse url no url: parse \"no url\": invalid URI for request"),
            (["url": "ftp://example.com/a"], "url ftp://example.com/a is not a valid http(s) url"),
            (["url": "/a"], "url /a is not a valid http(s) url"),
            (
                ["url": "http://a/b", "http-username": "git"],
                "missing required param http-password-secret when using http-username"
            ),
            (
                ["url": "http://a/b", "http-password-secret": "s"],
                "missing required param http-username when using http-password-secret"
            ),
            (
                ["url": "http://a/b", "http-username": "", "http-password-secret": "s"],
                "value http-username cannot be empty"
            ),
            (
                ["url": "http://a/b", "cache": "sometimes"],
                "invalid cache mode 'sometimes', must be one of: [always never auto] (or empty for default)"
            ),
        ] as [(KeyValuePairs<String, String>, String)]
    )
    func `params are checked in Tekton's words`(_ params: KeyValuePairs<String, String>, _ text: String) async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let found = try await problem(with: reference("http", params), world.resolution())
        #expect(found == .failed(.invalidRequest(text)))
    }

    @Test func `a user and the password of a Secret are sent`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let server = try WebServer { request in
            // git:open sesame
            request.headers["authorization"] == "Basic Z2l0Om9wZW4gc2VzYW1l" ? .init(200, task("secret")) : .init(401)
        }
        let url = "\(server.url)/task.yaml"
        let asked = reference("http", ["url": url, "http-username": "git", "http-password-secret": "door"])
        let missing = try await problem(with: asked, world.resolution())
        #expect(missing == httpFailure("cannot get API token, secret door not found in namespace default"))
        world.addSecret("door", ["other": "x"])
        let incomplete = try await problem(with: asked, world.resolution())
        #expect(
            incomplete
                == httpFailure("cannot get API token, key password not found in secret door in namespace default")
        )
        world.addSecret("door", ["password": "open sesame", "token": "wrong"])
        #expect(try await world.resolution().bring(asked).text == task("secret"))
        var other = asked
        other.params.append(Param(name: "http-password-secret-key", value: .string("token")))
        let refused = try await problem(with: other, world.resolution())
        #expect(refused == httpFailure("requested URL '\(url)' is not found"))
    }

    @Test func `content is held against a digest`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let server = try WebServer(files: ["/task.yaml": task("greet")])
        let url = "\(server.url)/task.yaml"
        let digest = try await world.resolution().bring(reference("http", ["url": url])).contentDigest
        let good = reference("http", ["url": url, "digest": digest])
        #expect(try await world.resolution().bring(good).text == task("greet"))
        let zeros = String(repeating: "0", count: 64)
        let expected = [
            "sha256:\(zeros)": "SHA mismatch, expected \(zeros), got \(digest.dropFirst(7))",
            "sha256:abc": "invalid sha256 digest value, expected length: 64, got: 3",
            "sha512:abc": "invalid sha512 digest value, expected length: 128, got: 3",
            "md5:abc": "invalid digest algorithm: md5",
            "abc": "invalid digest format: abc",
        ]
        for (digest, text) in expected {
            let found = try await problem(
                with: reference("http", ["url": url, "digest": digest]),
                world.resolution()
            )
            #expect(found == httpFailure("error validating digest: \(text)"))
        }
    }

    @Test func `what is no document of Tekton's is refused`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let files = [
            "/secret.yaml": "apiVersion: v1\nkind: Secret\n", "/text": "hello\n", "/broken.yaml": "a: [\n",
            "/long.yaml": String(repeating: "#", count: 1_048_577),
        ]
        let server = try WebServer(files: files)
        let kind =
            "resolved resource validation error: resolved data is not of a supported type, must be of Group: "
            + "tekton.dev, Kinds: [PipelineRun Pipeline TaskRun Task Run CustomRun StepAction]"
        func found(_ path: String) async throws -> ResolverError? {
            try await problem(with: reference("http", ["url": server.url + path]), world.resolution())
        }
        #expect(try await found("/secret.yaml") == httpFailure(kind))
        #expect(try await found("/text") == httpFailure(kind))
        guard case .failed(.resource("Http", let text)) = try await found("/broken.yaml") else {
            Issue.record("a broken document was taken")
            return
        }
        #expect(text.hasPrefix("resolved resource validation error: decoding error: "))
        #expect(
            try await found("/long.yaml")
                == httpFailure("response body exceeds maximum allowed size of 1048576 bytes")
        )
        #expect(try await found("/none") == httpFailure("requested URL '\(server.url)/none' is not found"))
    }

    @Test func `a server that is not there is no verdict about the reference`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        // A port that the machine gives to nobody.
        let found = try await problem(with: reference("http", ["url": "http://127.0.0.1:1/a"]), world.resolution())
        #expect(found == .unreachable(place: "127.0.0.1", cause: "nobody listens there"))
    }

    private func httpFailure(_ text: String) -> ResolverError { .failed(.resource(resolver: "Http", text)) }
}
