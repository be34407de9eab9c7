import Docker
import Foundation
import SystemPackage
import Testing

struct ConnectingTests {
    private static let advice = "Try this: start Docker, or say where it is with DOCKER_HOST or docker context use"

    /// The sentence that a failing connection ends with.
    private func failure(connectingTo hosts: [DockerHost]) async throws -> String {
        let error = await #expect(throws: DockerError.self) {
            try await DockerClient.withConnection(to: hosts) { _ in }
        }
        return "\(try #require(error))"
    }

    @Test(arguments: [("1.41", "1.41"), ("1.44", "1.44"), ("1.99", "1.47")])
    func `the lower of both newest APIs is spoken`(engine: String, spoken: String) async throws {
        let answers = ["GET /_ping": StubEngine.Answer.ping(engine), "GET /info": .text(#"{"NCPU":2}"#)]
        try await StubEngine.with(answers) { stub, docker in
            #expect("\(docker.apiVersion)" == spoken)
            let processors = try await docker.info().processors
            #expect(processors == 2)
            #expect(await stub.received("GET /v")?.line == "GET /v\(spoken)/info")
        }
    }

    @Test func `an API that is too old is said with what to do`() async throws {
        try await StubEngine.listening(["GET /_ping": .ping("1.40")]) { stub in
            let sentence = try await failure(connectingTo: [stub.host])
            #expect(
                sentence == """
                    the Docker engine at \(stub.host.location) speaks API 1.40, and 1.41 is the oldest that works; \
                    update it (Docker 20.10 or later)
                    """
            )
        }
    }

    @Test(
        arguments: [
            (.refusal("500 Internal Server Error", "out of order"), "it answered 500: out of order"),
            (.text("OK"), "something else answers there: it names no Api-Version"),
            (.ping("new"), "something else answers there: API version 'new'"),
            (.refusal("404 Not Found", "page not found"), "something else answers there: page not found"),
            (.raw(""), "it closed the connection"),
            (.raw("HTTP/1.1 200 OK\r\nContent-Len"), "it closed the connection"),
        ] as [(StubEngine.Answer, String)]
    )
    func `what answers oddly is said`(answer: StubEngine.Answer, outcome: String) async throws {
        try await StubEngine.listening(["GET /_ping": answer]) { stub in
            let sentence = try await failure(connectingTo: [stub.host])
            #expect(
                sentence
                    == "no Docker engine answers. Tried \(stub.host): \(outcome). \(Self.advice)"
            )
        }
    }

    @Test func `something that does not speak HTTP is no engine`() async throws {
        try await StubEngine.listening(["GET /_ping": .raw("SSH-2.0-OpenSSH_9.2\r\n", ending: .open)]) { stub in
            let text = try await failure(connectingTo: [stub.host])
            #expect(text.hasPrefix("no Docker engine answers. Tried \(stub.host): "))
            #expect(text.hasSuffix(". \(Self.advice)"))
        }
    }

    @Test func `an address that is not supported is said with what is`() async throws {
        let host = DockerHost(DockerHost.Address(parsing: "ssh://ada@engine"), because: .environment)
        #expect(
            try await failure(connectingTo: [host]) == """
                no Docker engine answers. Tried ssh://ada@engine (from DOCKER_HOST): ssh:// is not supported; \
                forward the socket with ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ada@engine and use \
                unix:///tmp/docker.sock. \(Self.advice)
                """
        )
    }

    @Test func `all that was tried is named`() async throws {
        let folder = FilePath("/tmp/stub-none-\(UUID().uuidString)")
        let hosts = ["a", "b"].map { DockerHost(.unix(folder.appending($0)), because: .usual) }
        #expect(
            try await failure(connectingTo: hosts) == """
                no Docker engine answers. Tried nothing at unix://\(folder)/a, unix://\(folder)/b. \(Self.advice)
                """
        )
    }

    @Test func `a port on which nobody listens is said as such`() async throws {
        // None that the machine gives away: another test could have got it meanwhile.
        let host = DockerHost(.tcp(host: "127.0.0.1", port: 1), because: .usual)
        #expect(
            try await failure(connectingTo: [host])
                == "no Docker engine answers. Tried \(host): nobody listens there. \(Self.advice)"
        )
    }

    @Test func `the next place is tried after one without an engine`() async throws {
        let missing = DockerHost(.unix(FilePath("/tmp/stub-none-\(UUID().uuidString)")), because: .usual)
        try await StubEngine.listening([:]) { stub in
            let host = try await DockerClient.withConnection(to: [missing, stub.host]) { $0.host }
            #expect(host == stub.host)
        }
    }

    @Test func `a host reached over the network is named in the request`() async throws {
        try await StubEngine.with([:], overNetwork: true) { stub, _ in
            let request = try #require(await stub.received("GET /_ping"))
            #expect(request.headers["host"] == stub.host.location.dropFirst("tcp://".count).description)
        }
    }
}
