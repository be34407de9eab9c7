import Foundation
import Glibc
import Synchronization
import Testing

/// A socket that passes everything on to the engine's, until it is stopped.
final class SocketRelay: Sendable {
    let path: String
    private let listening: Int32
    private let connections = Mutex<Set<Int32>>([])

    init(at path: String) throws {
        self.path = path
        listening = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let isBound = Self.withAddress(path) { bind(listening, $0, $1) == 0 }
        try #require(isBound && Glibc.listen(listening, 64) == 0)
        let engine = ProcessInfo.processInfo.environment["DOCKER_HOST"] ?? "unix:///var/run/docker.sock"
        try #require(engine.hasPrefix("unix://"), "the engine has no socket")
        let target = String(engine.dropFirst(7))
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listening, nil, nil)
                guard client >= 0 else { return }
                let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
                guard Self.withAddress(target, { connect(server, $0, $1) == 0 }) else { return _ = close(client) }
                connections.withLock { $0.formUnion([client, server]) }
                Thread.detachNewThread { self.pass(from: client, to: server) }
                Thread.detachNewThread { self.pass(from: server, to: client) }
            }
        }
    }

    /// Ends all connections, and takes no more.
    func stop() {
        shutdown(listening, Int32(SHUT_RDWR))
        close(listening)
        connections.withLock { for socket in $0 { shutdown(socket, Int32(SHUT_RDWR)) } }
    }

    /// The descriptors stay open for the few connections of a test, so that no number is used twice.
    private func pass(from source: Int32, to target: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(source, &buffer, buffer.count, 0), count > 0 {
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard sent > 0 else { return }
                rest = rest.dropFirst(sent)
            }
        }
        shutdown(target, Int32(SHUT_WR))
    }

    private static func withAddress<Value>(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(100)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
