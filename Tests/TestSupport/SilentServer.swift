import Foundation

/// A server on a free port of this machine that takes one connection and says nothing.
package final class SilentServer: Sendable {
    package let port: Int
    private let socket: Int32
    private let connection: Int32Box

    // Written by `waitForGreeting` alone, which a test calls before anything else.
    private final class Int32Box: @unchecked Sendable { var value: Int32 = -1 }

    /// - Throws: If there is no free port.
    package init() throws {
        (socket, port) = try Listener.open()
        connection = Int32Box()
    }

    deinit {
        if connection.value >= 0 { close(connection.value) }
        close(socket)
    }

    /// What the guest says first, waited for.
    package func waitForGreeting() -> String {
        connection.value = accept(socket, nil, nil)
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = recv(connection.value, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    }

    /// Waits until the guest is gone.
    package func waitForEnd() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(connection.value, &buffer, buffer.count, 0)
            if count <= 0 { return true }
        }
    }
}
