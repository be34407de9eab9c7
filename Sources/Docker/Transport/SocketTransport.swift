import Foundation
import NIOCore
import Synchronization
import SystemPackage

/// Carries requests to an engine over a socket of this machine: HTTP/1.1 with connections that are kept.
final class SocketTransport: EngineTransport {
    private struct Connections {
        /// Those that wait for a request, the last used at the end.
        var idle: [SocketConnection] = []
        /// Those that carry a request.
        var busy: [ObjectIdentifier: SocketConnection] = [:]
        var isShutDown = false
    }

    private let path: FilePath
    private let connections = Mutex(Connections())

    init(path: FilePath) {
        self.path = path
    }

    func send(_ request: EngineRequest, target: String) async throws -> TransportAnswer {
        try Task.checkCancellation()
        let lease = SocketLease(of: try await connection(), from: self)
        let deadline = DispatchSource.makeTimerSource()
        deadline.setEventHandler { [connection = lease.connection] in connection.abort(TransportFailure.late) }
        deadline.schedule(deadline: .now() + .seconds(request.secondsToAnswer))
        deadline.activate()
        defer { deadline.cancel() }

        // An engine that refuses may answer before it has taken everything.
        let isWhole = try await write(request, target: target, to: lease.connection)
        let (head, rest) = try await readHead(answering: request, from: lease.connection)
        let body = SocketBody(lease: lease, head: head, begun: rest, mayKeep: isWhole)
        return TransportAnswer(status: head.status, headers: head.headers, chunks: .socket(body))
    }

    func shutdown() async {
        let ended = connections.withLock { connections in
            defer { connections = Connections(isShutDown: true) }
            return connections.busy.values + connections.idle
        }
        for connection in ended { connection.abort(TransportFailure.shutDown) }
    }

    private func connection() async throws -> SocketConnection {
        while let kept = try connections.withLock({ connections throws(TransportFailure) in
            guard !connections.isShutDown else { throw .shutDown }
            return connections.idle.popLast()
        }) {
            if kept.isQuiet { return kept }
        }
        return try await SocketConnection(to: path)
    }

    /// Writes a request; tells whether all of it was taken.
    private func write(_ request: EngineRequest, target: String, to connection: SocketConnection) async throws -> Bool {
        var text = "\(request.method.rawValue) \(target) HTTP/1.1\r\nHost: docker\r\n"
        for header in request.sentHeaders { text += "\(header.name): \(header.value)\r\n" }
        if let length = request.upload?.length ?? request.sentBody.map({ Int64($0.count) }) {
            text += "Content-Length: \(length)\r\n"
        }
        guard try await connection.write(Array((text + "\r\n").utf8) + (request.sentBody ?? [])) else { return false }
        if let upload = request.upload {
            for try await piece in upload {
                guard try await connection.write([UInt8](buffer: piece)) else { return false }
            }
        }
        return true
    }

    /// Reads up to the end of a head; those that only announce another one are left out.
    private func readHead(
        answering request: EngineRequest,
        from connection: SocketConnection
    ) async throws -> (head: AnswerHead, rest: ByteBuffer) {
        var bytes = ByteBuffer()
        while true {
            while let head = try AnswerHead(from: &bytes, answering: request.method) {
                if head.status >= 200 || head.status == 101 { return (head, bytes) }
            }
            guard var piece = try await connection.read() else { throw TransportFailure.closed }
            bytes.writeBuffer(&piece)
        }
    }

    fileprivate func begin(_ connection: SocketConnection) {
        let isShutDown = connections.withLock { connections in
            connections.busy[ObjectIdentifier(connection)] = connection
            return connections.isShutDown
        }
        if isShutDown { connection.abort(TransportFailure.shutDown) }
    }

    fileprivate func end(_ connection: SocketConnection, isKept: Bool) {
        connections.withLock { connections in
            connections.busy[ObjectIdentifier(connection)] = nil
            if isKept, !connections.isShutDown { connections.idle.append(connection) }
        }
    }
}

/// The time in which a connection carries one request; the connection goes when this goes, unless it is handed back.
final class SocketLease: Sendable {
    let connection: SocketConnection
    private let transport: SocketTransport
    private let isHandedBack = Atomic(false)

    init(of connection: SocketConnection, from transport: SocketTransport) {
        self.connection = connection
        self.transport = transport
        transport.begin(connection)
    }

    deinit {
        if !isHandedBack.load(ordering: .relaxed) { transport.end(connection, isKept: false) }
    }

    /// Hands the connection back for another request.
    func handBack() {
        guard !isHandedBack.exchange(true, ordering: .relaxed) else { return }
        transport.end(connection, isKept: true)
    }
}
