import Docker
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import SystemPackage

/// An engine that gives prepared answers on a socket of its own.
final class StubEngine: Sendable {
    /// A request as it came.
    struct Request: Sendable, Equatable {
        /// Method and target, as `GET /v1.41/info`.
        var line: String
        var headers: [String: String]
        var body: [UInt8]
    }

    /// Where the client finds it.
    let host: DockerHost
    /// The requests, as they come.
    let requests: AsyncStream<Request>
    /// An element for each connection that the client has closed.
    let closings: AsyncStream<Void>

    private let server: any Channel
    private let connections: Connections

    /// Runs a body with an engine that answers to `METHOD /path` without version and query, and with a client of it.
    @discardableResult
    static func with<T>(
        _ answers: [String: Answer],
        overNetwork isOverNetwork: Bool = false,
        _ body: (StubEngine, DockerClient) async throws -> T
    ) async throws -> T {
        try await listening(answers, overNetwork: isOverNetwork) { stub in
            try await DockerClient.withConnection(to: [stub.host]) { try await body(stub, $0) }
        }
    }

    /// Runs a body with an engine, and no client yet.
    @discardableResult
    static func listening<T>(
        _ answers: [String: Answer],
        overNetwork isOverNetwork: Bool = false,
        _ body: (StubEngine) async throws -> T
    ) async throws -> T {
        let path = "/tmp/stub-engine-\(UUID().uuidString.prefix(8)).sock"
        let stub = try await StubEngine(answers, socket: isOverNetwork ? nil : path)
        do {
            let value = try await body(stub)
            try await stub.stop()
            return value
        } catch {
            try await stub.stop()
            throw error
        }
    }

    private init(_ answers: [String: Answer], socket: String?) async throws {
        let (requests, request) = AsyncStream.makeStream(of: Request.self)
        let (closings, closing) = AsyncStream.makeStream(of: Void.self)
        let connections = Connections()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.add(channel)
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
                    try channel.pipeline.syncOperations.addHandler(decoder)
                    let handler = StubConnection(answers: answers, request: request, closing: closing)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        if let socket {
            server = try await bootstrap.bind(unixDomainSocketPath: socket).get()
            host = DockerHost(.unix(FilePath(socket)), because: .environment)
        } else {
            server = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            let port = server.localAddress?.port ?? 0
            host = DockerHost(.tcp(host: "127.0.0.1", port: port), because: .environment)
        }
        self.requests = requests
        self.closings = closings
        self.connections = connections
    }

    /// How many connections the client has made.
    var acceptedConnections: Int { connections.count }

    /// Closes all connections, as an engine does that dies.
    func die() {
        connections.closeAll()
    }

    /// Waits for a request whose line begins so.
    func received(_ start: String) async -> Request? {
        await requests.first { $0.line.hasPrefix(start) }
    }

    private func stop() async throws {
        connections.closeAll()
        try await server.close()
    }
}

/// All connections that were ever accepted.
private final class Connections: Sendable {
    private let channels = Mutex<[any Channel]>([])

    var count: Int { channels.withLock { $0.count } }

    func add(_ channel: any Channel) {
        channels.withLock { $0.append(channel) }
    }

    func closeAll() {
        for channel in channels.withLock({ $0 }) {
            channel.close(promise: nil)
        }
    }
}

extension StubEngine {
    /// What is sent for a request, byte by byte.
    struct Answer: Sendable {
        /// What becomes of the connection afterwards.
        enum Ending: Sendable {
            case open
            case closed
            case reset
        }

        var pieces: [[UInt8]]
        var ending = Ending.open
        /// Whether it is sent before the request's body is read, which then never is.
        var isEarly = false

        /// Nothing at all.
        static let silence = Answer(pieces: [])

        /// What `GET /_ping` answers on an engine with an API.
        static func ping(_ api: String) -> Answer {
            text("OK", headers: ["Api-Version: \(api)", "Ostype: linux"])
        }

        /// A whole answer.
        static func text(_ body: String, status: String = "200 OK", headers: [String] = []) -> Answer {
            let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
            return Answer(pieces: [Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)])
        }

        /// A refusal as the engine words it.
        static func refusal(_ status: String, _ message: String) -> Answer {
            text(#"{"message":"\#(message)"}"#, status: status, headers: ["Content-Type: application/json"])
        }

        /// An answer in chunks, which are what the client sees as pieces.
        static func chunks(_ chunks: [[UInt8]], isWhole: Bool = true, ending: Ending = .open) -> Answer {
            var pieces = [Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)]
            for chunk in chunks {
                pieces.append(Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8))
            }
            if isWhole { pieces.append(Array("0\r\n\r\n".utf8)) }
            return Answer(pieces: pieces, ending: ending)
        }

        /// An answer that lasts until the connection is closed, as that to an attach.
        static func stream(_ pieces: [[UInt8]], ending: Ending) -> Answer {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
            return Answer(pieces: [Array(head.utf8)] + pieces, ending: ending)
        }

        /// Bytes as they are.
        static func raw(_ text: String, ending: Ending = .closed) -> Answer {
            Answer(pieces: [Array(text.utf8)], ending: ending)
        }
    }
}

private final class StubConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let answers: [String: StubEngine.Answer]
    private let request: AsyncStream<StubEngine.Request>.Continuation
    private let closing: AsyncStream<Void>.Continuation
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(
        answers: [String: StubEngine.Answer],
        request: AsyncStream<StubEngine.Request>.Continuation,
        closing: AsyncStream<Void>.Continuation
    ) {
        self.answers = answers
        self.request = request
        self.closing = closing
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let next):
            head = next
            body = []
            guard answer(to: next).isEarly else { return }
            context.channel.setOption(.autoRead, value: false).whenComplete { _ in }
            send(answer(to: next), context: context)
        case .body(let part):
            body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let head, !answer(to: head).isEarly else { return }
            let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
            send(answer(to: head), context: context)
            request.yield(
                StubEngine.Request(line: "\(head.method.rawValue) \(head.uri)", headers: headers, body: body)
            )
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        closing.yield()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(to head: HTTPRequestHead) -> StubEngine.Answer {
        let target = head.uri.hasPrefix("/v1.") ? head.uri.dropFirst().drop { $0 != "/" } : head.uri[...]
        let key = "\(head.method.rawValue) \(target.prefix { $0 != "?" })"
        return answers["\(head.method.rawValue) \(target)"] ?? answers[key]
            ?? (key == "GET /_ping" ? .ping("1.41") : .refusal("501 Not Implemented", key))
    }

    private func send(_ answer: StubEngine.Answer, context: ChannelHandlerContext) {
        for piece in answer.pieces {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: piece)), promise: nil)
        }
        switch answer.ending {
        case .open:
            break
        case .closed:
            close(context.channel, after: context)
        case .reset:
            // Without lingering, a close is a reset.
            (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                .whenComplete { _ in }
            close(context.channel, after: context)
        }
    }

    /// Closes once everything is written.
    private func close(_ channel: any Channel, after context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
    }
}
