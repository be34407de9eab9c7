import Foundation

/// A port of this machine on which no connection is made: its queue is full, and nobody takes from it.
package final class SilentPort: Sendable {
    package let port: Int
    private let sockets: [Int32]

    /// - Throws: If there is no free port.
    package init() throws {
        let (socket, port) = try Listener.open(backlog: 0)
        self.port = port
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let waiting = (0..<4).map { _ in
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            let client = Glibc.socket(AF_INET, kind, 0)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return client
        }
        sockets = [socket] + waiting
    }

    deinit { for socket in sockets { close(socket) } }
}
