import Foundation
import Testing

@testable import Docker

struct AnswerTests {
    @Test(
        arguments: [
            (
                .refusal("500 Internal Server Error", "driver failed"),
                .refused(request: "starting the container 'x'", status: 500, message: "driver failed")
            ),
            (
                .text("busy\n", status: "503 Service Unavailable"),
                .refused(request: "starting the container 'x'", status: 503, message: "busy")
            ),
            (
                .text("", status: "500 Internal Server Error"),
                .refused(request: "starting the container 'x'", status: 500, message: "no reason given")
            ),
            (
                .refusal("404 Not Found", "No such container: x"),
                .notFound(request: "starting the container 'x'", message: "No such container: x")
            ),
            (
                .refusal("409 Conflict", "is paused"),
                .conflict(request: "starting the container 'x'", message: "is paused")
            ),
        ] as [(StubEngine.Answer, DockerError)]
    )
    func `a refusal carries the engine's reason`(answer: StubEngine.Answer, error: DockerError) async throws {
        try await StubEngine.with(["POST /containers/x/start": answer]) { _, docker in
            await #expect(throws: error) { try await docker.startContainer("x") }
        }
    }

    @Test func `an answer that is no JSON is said`() async throws {
        try await StubEngine.with(["GET /info": .text("<html>")]) { _, docker in
            let error = await #expect(throws: DockerError.self) { try await docker.info() }
            let sentence = "\(try #require(error))"
            #expect(sentence.hasPrefix("the answer of the Docker engine to asking about the machine"))
        }
    }

    @Test func `an answer that is too long is not read`() async throws {
        try await StubEngine.with(["GET /info": .text("12345")]) { _, docker in
            let request = EngineRequest(.get, "/info", for: "asking")
            await #expect(throws: DockerError.unreadable(request: "asking", message: "it is longer than 4 bytes")) {
                try await docker.bytes(request, upTo: 4)
            }
        }
    }

    @Test func `an engine that does not answer is not waited for without end`() async throws {
        try await StubEngine.with(["GET /info": .silence]) { _, docker in
            var request = EngineRequest(.get, "/info", for: "asking")
            request.secondsToAnswer = 1
            await #expect(throws: DockerError.timedOut(request: "asking", seconds: 1)) {
                try await docker.perform(request)
            }
        }
    }

    /// Two events, a blank line and one without an end of line.
    private static let events = Array(
        """
        {"Type":"container","Action":"die","Actor":{"ID":"a","Attributes":{"exitCode":"3"}},"time":5}


        {"Type":"container","Action":"ümlaut","Actor":{"ID":"b"},"timeNano":1500000000}\r
        {"Type":"network","Action":"destroy","Actor":{"ID":"c"}}
        """.utf8
    )

    @Test(arguments: [1, 2, 3, 7, 64, 10_000])
    func `lines of JSON may be cut anywhere`(size: Int) async throws {
        let chunks = stride(from: 0, to: Self.events.count, by: size).map {
            Array(Self.events[$0..<min($0 + size, Self.events.count)])
        }
        try await StubEngine.with(["GET /events": .chunks(chunks)]) { _, docker in
            var events: [EngineEvent] = []
            for try await event in try await docker.events() {
                events.append(event)
            }
            #expect(events.map(\.id) == ["a", "b", "c"])
            #expect(events.map(\.action) == ["die", "ümlaut", "destroy"])
            #expect(events.first?.attributes == ["exitCode": "3"])
            #expect(events.map(\.time.timeIntervalSince1970) == [5, 1.5, 0])
        }
    }

    @Test func `filters are sent as the engine reads them`() async throws {
        try await StubEngine.with(["GET /events": .chunks([])]) { stub, docker in
            _ = try await docker.events(types: ["container"], labels: ["a=b c"])
            let line = try #require(await stub.received("GET /v1.41/events")?.line)
            let query = try #require(URLComponents(string: String(line.dropFirst("GET ".count)))?.queryItems)
            #expect(query == [URLQueryItem(name: "filters", value: #"{"type":["container"],"label":["a=b c"]}"#)])
        }
    }

    @Test func `a pull reports its progress and shows its credentials`() async throws {
        let report = """
            {"status":"Pulling from a/b","id":"1"}
            {"status":"Downloading","id":"layer","progressDetail":{"current":5,"total":10}}
            """
        try await StubEngine.with(["POST /images/create": .chunks([Array(report.utf8)])]) { stub, docker in
            let auth = RegistryAuth(serverAddress: "r.example", username: "ada", password: "secret")
            let (lines, line) = AsyncStream.makeStream(of: PullProgress.self)
            try await docker.pull("r.example/a/b:1", auth: auth) { line.yield($0) }
            line.finish()
            #expect(
                await lines.reduce(into: []) { $0.append($1) } == [
                    PullProgress(layer: "1", status: "Pulling from a/b"),
                    PullProgress(layer: "layer", status: "Downloading", current: 5, total: 10),
                ]
            )
            let request = try #require(await stub.received("POST"))
            #expect(request.line == "POST /v1.41/images/create?fromImage=r.example%2Fa%2Fb&tag=1")
            #expect(request.headers["x-registry-auth"] == auth.header())
        }
    }

    @Test(
        arguments: [
            .refusal("404 Not Found", "manifest unknown"),
            .refusal("500 Internal Server Error", "manifest unknown"),
            .chunks([
                Array("{\"status\":\"Pulling\"}\n{\"errorDetail\":{\"message\":\"manifest unknown\"}}".utf8)
            ]),
            .chunks([Array(#"{"error":"manifest unknown"}"#.utf8)]),
        ] as [StubEngine.Answer]
    )
    func `a pull that fails says the same wherever the engine notices`(answer: StubEngine.Answer) async throws {
        try await StubEngine.with(["POST /images/create": answer]) { _, docker in
            await #expect(throws: DockerError.pullFailed(reference: "a:1", message: "manifest unknown")) {
                try await docker.pull("a:1")
            }
        }
    }

    @Test func `what is not set of a container is not sent`() async throws {
        try await StubEngine.with(["POST /containers/create": .text(#"{"Id":"new"}"#)]) { stub, docker in
            let id = try await docker.createContainer(ContainerConfiguration(image: "a"), name: "ü x")
            #expect(id == "new")
            let request = try #require(await stub.received("POST"))
            #expect(request.line == "POST /v1.41/containers/create?name=%C3%BC%20x")
            #expect(request.headers["content-type"] == "application/json")
            #expect(
                String(decoding: request.body, as: UTF8.self)
                    == #"{"Image":"a","OpenStdin":false,"Tty":false,"HostConfig":{"NetworkMode":"bridge"}}"#
            )
        }
    }

    @Test func `a container that is being removed already is waited for`() async throws {
        let answers: [String: StubEngine.Answer] = [
            "DELETE /containers/x": .refusal("409 Conflict", "removal of container x is already in progress"),
            "POST /containers/x/wait": .chunks([Array(#"{"StatusCode":0}"#.utf8)]),
        ]
        try await StubEngine.with(answers) { stub, docker in
            try await docker.removeContainer("x")
            #expect(await stub.received("POST")?.line == "POST /v1.41/containers/x/wait?condition=removed")
        }
    }

    @Test func `a container that ends just when it is to be killed is removed all the same`() async throws {
        let message = "Could not kill running container x, cannot remove - Container x is not running"
        let answers: [String: StubEngine.Answer] = [
            "DELETE /containers/x?force=1&v=1": .refusal("500 Internal Server Error", message),
            "POST /containers/x/wait": .chunks([Array(#"{"StatusCode":0}"#.utf8)]),
            "DELETE /containers/x?v=1": .text("", status: "204 No Content"),
        ]
        try await StubEngine.with(answers) { stub, docker in
            try await docker.removeContainer("x")
            #expect(await stub.received("DELETE")?.line == "DELETE /v1.41/containers/x?force=1&v=1")
            #expect(await stub.received("DELETE")?.line == "DELETE /v1.41/containers/x?v=1")
        }
    }

    @Test func `a complaint of the engine about an exit is kept`() async throws {
        let answer = StubEngine.Answer.text(#"{"StatusCode":127,"Error":{"Message":"no such file"}}"#)
        try await StubEngine.with(["POST /containers/x/wait": answer]) { _, docker in
            let exit = try await docker.waitContainer("x")
            #expect(exit == ContainerExit(code: 127, error: "no such file"))
        }
    }

    @Test func `a slow reader gets all of the output in order`() async throws {
        let pieces = (0..<400).map { number in
            LogFrameDecoderTests.frame(1, [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 20_000))
        }
        try await StubEngine.with(["POST /containers/x/attach": .stream(pieces, ending: .closed)]) { _, docker in
            var output: [UInt8] = []
            for try await frame in try await docker.attach("x") {
                for _ in 0..<20 { await Task.yield() }
                output += frame.bytes
            }
            #expect(output == (0..<400).flatMap { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 20_000) })
        }
    }
}
