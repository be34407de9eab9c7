import Docker
import SystemPackage
import Testing

/// What an engine that dies, and a task that is cancelled, look like.
struct GoingAwayTests {
    private static let wait = "POST /containers/x/wait"
    private static let attach = "POST /containers/x/attach"
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    private func lost(_ request: String, _ stub: StubEngine, _ cause: String = "it closed the connection")
        -> DockerError
    {
        .connectionLost(request: request, host: stub.host.location, cause: cause)
    }

    /// Runs a body while a wait is under way, and sees its connection closed afterwards.
    private func during(
        _ answer: StubEngine.Answer,
        overNetwork isOverNetwork: Bool,
        _ body: (Task<ContainerExit, any Error>, DockerClient) async throws -> Void
    ) async throws {
        try await StubEngine.with([Self.wait: answer], overNetwork: isOverNetwork) { stub, docker in
            let waiting = Task { try await docker.waitContainer("x") }
            _ = await stub.received("POST")
            try await body(waiting, docker)
            for await _ in stub.closings { break }
        }
    }

    @Test(
        arguments: [
            .raw(""),
            .raw("HTTP/1.1 200 OK\r\nContent-Len"),
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"StatusCode\":"),
            .raw(head),
            .raw(head + "f\r\n{\"Stat"),
            .raw(head + "1\r\n{\r\n"),
            .raw("", ending: .reset),
            .raw(head, ending: .reset),
        ] as [StubEngine.Answer],
        [false, true]
    )
    func `an engine that dies during a wait is said to be gone`(
        answer: StubEngine.Answer,
        isOverNetwork: Bool
    ) async throws {
        try await StubEngine.with([Self.wait: answer], overNetwork: isOverNetwork) { stub, docker in
            await #expect(throws: lost("waiting for the container 'x'", stub)) {
                _ = try await docker.waitContainer("x")
            }
        }
    }

    @Test func `a wait that ends without an answer is an engine that is gone`() async throws {
        try await StubEngine.with([Self.wait: .chunks([])]) { stub, docker in
            let error = lost("waiting for the container 'x'", stub, "it ended the wait without an answer")
            await #expect(throws: error) { _ = try await docker.waitContainer("x") }
        }
    }

    @Test(arguments: [false, true])
    func `an engine that dies later is noticed where it is waited for`(isOverNetwork: Bool) async throws {
        let answers: [String: StubEngine.Answer] = [Self.wait: .raw(Self.head, ending: .open)]
        try await StubEngine.with(answers, overNetwork: isOverNetwork) { stub, docker in
            let exit = try await docker.watchExit(of: "x")
            stub.die()
            await #expect(throws: lost("waiting for the container 'x'", stub)) { _ = try await exit.value() }
        }
    }

    @Test func `output that ends within a frame is not taken for whole`() async throws {
        let frame = LogFrameDecoderTests.frame(1, Array("text".utf8))
        try await StubEngine.with([Self.attach: .stream([frame, [1, 0, 0]], ending: .closed)]) { stub, docker in
            var frames = try await docker.attach("x").makeAsyncIterator()
            let first = try await frames.next()
            #expect(first == LogFrame(stream: .stdout, bytes: Array("text".utf8)))
            let error = lost("listening to the container 'x'", stub, "the output ended in mid-frame")
            await #expect(throws: error) { _ = try await frames.next() }
        }
    }

    @Test func `output that is reset is not taken for whole`() async throws {
        try await StubEngine.with([Self.attach: .stream([], ending: .reset)], overNetwork: true) { stub, docker in
            await #expect(throws: lost("listening to the container 'x'", stub)) {
                for try await _ in try await docker.attach("x") {}
            }
        }
    }

    @Test func `output without frames is said to make no sense`() async throws {
        try await StubEngine.with([Self.attach: .stream([Array("plain text".utf8)], ending: .closed)]) { _, docker in
            let error = DockerError.unreadable(
                request: "listening to the container 'x'",
                message: "no frame begins with [112, 108, 97, 105, 110, 32, 116, 101]"
            )
            await #expect(throws: error) {
                for try await _ in try await docker.attach("x") {}
            }
        }
    }

    @Test func `events and pulls end with an error when the engine dies`() async throws {
        let answers: [String: StubEngine.Answer] = [
            "GET /events": .chunks([], isWhole: false, ending: .closed),
            "POST /images/create": .chunks([Array("{\"status\":\"Pulling\"}\n".utf8)], isWhole: false, ending: .closed),
        ]
        try await StubEngine.with(answers) { stub, docker in
            await #expect(throws: lost("following the events", stub)) {
                for try await _ in try await docker.events() {}
            }
            await #expect(throws: lost("pulling the image 'a:1'", stub)) { try await docker.pull("a:1") }
        }
    }

    @Test(arguments: [false, true])
    func `an engine that comes back is spoken to again`(isOverNetwork: Bool) async throws {
        try await StubEngine.with(["GET /info": .text("{}")], overNetwork: isOverNetwork) { stub, docker in
            _ = try await docker.info()
            stub.die()
            for await _ in stub.closings { break }
            // The connection that was kept may be used before its end is noticed; a second request is not.
            _ = try? await docker.info()
            _ = try await docker.info()
        }
    }

    @Test(arguments: [.silence, .raw(head, ending: .open)] as [StubEngine.Answer], [false, true])
    func `a cancelled wait ends at once and closes its connection`(
        answer: StubEngine.Answer,
        isOverNetwork: Bool
    ) async throws {
        try await during(answer, overNetwork: isOverNetwork) { waiting, _ in
            waiting.cancel()
            await #expect(throws: CancellationError.self) { _ = try await waiting.value }
        }
    }

    @Test(arguments: [false, true])
    func `a cancelled listener ends at once and closes its connection`(isOverNetwork: Bool) async throws {
        let frame = LogFrameDecoderTests.frame(1, [1])
        try await StubEngine.with(
            [Self.attach: .stream([frame], ending: .open)],
            overNetwork: isOverNetwork
        ) { stub, docker in
            let (starts, start) = AsyncStream.makeStream(of: Void.self)
            let listening = Task {
                for try await _ in try await docker.attach("x") { start.yield() }
            }
            for await _ in starts { break }
            listening.cancel()
            await #expect(throws: CancellationError.self) { try await listening.value }
            for await _ in stub.closings { break }
        }
    }

    @Test(arguments: [false, true])
    func `leaving a loop over output closes its connection`(isOverNetwork: Bool) async throws {
        let frame = LogFrameDecoderTests.frame(2, [1])
        try await StubEngine.with(
            [Self.attach: .stream([frame], ending: .open)],
            overNetwork: isOverNetwork
        ) { stub, docker in
            for try await _ in try await docker.attach("x") { break }
            for await _ in stub.closings { break }
        }
    }

    @Test(arguments: [false, true])
    func `a wait that nobody asks for the end of closes its connection`(isOverNetwork: Bool) async throws {
        try await StubEngine.with(
            [Self.wait: .raw(Self.head, ending: .open)],
            overNetwork: isOverNetwork
        ) { stub, docker in
            _ = try await docker.watchExit(of: "x")
            for await _ in stub.closings { break }
        }
    }

    @Test func `in a cancelled task nothing is asked, except what must not be cancelled`() async throws {
        try await StubEngine.with(["GET /info": .text("{}")]) { _, docker in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                await #expect(throws: CancellationError.self) { _ = try await docker.info() }
                _ = try await withoutCancellation { try await docker.info() }
            }
            try await task.value
        }
    }

    @Test(arguments: [false, true])
    func `a command that does not end is not waited for beyond its time`(isOverNetwork: Bool) async throws {
        let answers: [String: StubEngine.Answer] = [
            "POST /containers/x/exec": .text(#"{"Id":"e"}"#),
            "POST /exec/e/start": .stream([], ending: .open),
        ]
        try await StubEngine.with(answers, overNetwork: isOverNetwork) { stub, docker in
            await #expect(throws: DockerError.timedOut(request: "running 'true'", seconds: 0)) {
                _ = try await docker.exec("x", command: ["true"], timeout: .milliseconds(20))
            }
            for await _ in stub.closings { break }
        }
    }

    @Test(arguments: [false, true])
    func `an upload that is refused early ends with the refusal`(isOverNetwork: Bool) async throws {
        var answer = StubEngine.Answer.refusal("404 Not Found", "No such container: x")
        answer.isEarly = true
        try await StubEngine.with(["PUT /containers/x/archive": answer], overNetwork: isOverNetwork) { _, docker in
            let tar = [UInt8](repeating: 0, count: 4 << 20)
            let error = DockerError.notFound(
                request: "writing /tmp in the container 'x'",
                message: "No such container: x"
            )
            await #expect(throws: error) { try await docker.putArchive("x", path: "/tmp", tar: tar) }
        }
    }

    @Test(arguments: [.silence, .raw(head, ending: .open)] as [StubEngine.Answer], [false, true])
    func `what is under way when the client is closed fails`(
        answer: StubEngine.Answer,
        isOverNetwork: Bool
    ) async throws {
        try await during(answer, overNetwork: isOverNetwork) { waiting, docker in
            await docker.shutdown()
            // The transport of the network calls it a cancellation.
            await #expect(throws: (any Error).self) { _ = try await waiting.value }
            await #expect(throws: DockerError.self) { _ = try await docker.info() }
        }
    }

    @Test(arguments: [false, true])
    func `a connection carries one request after another`(isOverNetwork: Bool) async throws {
        let event = #"{"Type":"container","Action":"die","Actor":{"ID":"a"}}"#
        let answers: [String: StubEngine.Answer] = [
            "GET /info": .text("{}"), "GET /events": .chunks([Array(event.utf8)]),
            "DELETE /images/a": .text("", status: "204 No Content"),
            "GET /images/a/json": .refusal("404 Not Found", "-"),
        ]
        try await StubEngine.with(answers, overNetwork: isOverNetwork) { stub, docker in
            for _ in 0..<3 {
                _ = try await docker.info()
                for try await _ in try await docker.events() {}
                try await docker.removeImage("a")
                _ = try await docker.inspectImage("a")
            }
            #expect(stub.acceptedConnections == 1)
        }
    }
}
