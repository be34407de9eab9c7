import Foundation
import Synchronization

/// An http proxy on a free port of this machine, for `CONNECT` and for plain requests.
package final class ProxyServer: Sendable {
    package let port: Int
    private let socket: Int32
    /// `user:password` that it asks for; nil for nothing.
    private let credential: String?
    private let log = Mutex<[String]>([])

    /// What was asked of it, like `CONNECT localhost:443`.
    package var requests: [String] { log.withLock { $0 } }

    /// - Throws: If there is no free port.
    package init(credential: String? = nil) throws {
        self.credential = credential
        (socket, port) = try Listener.open()
        Thread { [weak self, socket] in
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else { return }
                guard let self else { return _ = close(connection) }
                Thread { self.serve(connection) }.start()
            }
        }.start()
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    package var url: String { "http://127.0.0.1:\(port)" }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        while let (head, rest) = readHead(connection) {
            let lines = head.split(separator: "\r\n")
            let words = lines[0].split(separator: " ").map { String($0) }
            let expected = credential.map { "Proxy-Authorization: Basic " + Data($0.utf8).base64EncodedString() }
            if let expected, !lines.contains(where: { $0 == expected }) {
                let answer =
                    "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\n"
                send(Array((answer + "Content-Length: 0\r\n\r\n").utf8)[...], to: connection)
                continue
            }
            log.withLock { $0.append("\(words[0]) \(words[1])") }
            if words[0] == "CONNECT" {
                guard let target = connect(words[1]) else { return refuse(connection) }
                send(Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)[...], to: connection)
                return pass(connection, target)
            }
            let address = words[1].dropFirst("http://".count)
            let host = String(address.prefix { $0 != "/" })
            guard let target = connect(host) else { return refuse(connection) }
            let others = lines.dropFirst().filter { !$0.lowercased().hasPrefix("proxy-") }
            let first = "\(words[0]) \(address.dropFirst(host.count)) HTTP/1.1"
            send(Array((([first[...]] + others).joined(separator: "\r\n") + "\r\n\r\n").utf8)[...] + rest, to: target)
            return pass(connection, target)
        }
    }

    private func refuse(_ connection: Int32) {
        send(Array("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".utf8)[...], to: connection)
    }

    /// Lets both sides speak until one of them ends.
    private func pass(_ first: Int32, _ second: Int32) {
        defer { close(second) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var waiting = [
                pollfd(fd: first, events: Int16(POLLIN), revents: 0),
                pollfd(fd: second, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&waiting, 2, -1) > 0 else { return }
            for (index, other) in [second, first].enumerated() where waiting[index].revents != 0 {
                let count = recv(waiting[index].fd, &buffer, buffer.count, 0)
                guard count > 0 else { return }
                send(buffer[..<count], to: other)
            }
        }
    }

    private func connect(_ place: String) -> Int32? {
        guard let colon = place.lastIndex(of: ":") else { return nil }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(String(place[..<colon]), String(place[place.index(after: colon)...]), &hints, &list) == 0
        else { return nil }
        defer { freeaddrinfo(list) }
        var next = list
        while let address = next?.pointee {
            let kind = address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue)
            let target = Glibc.socket(address.ai_family, kind, address.ai_protocol)
            if Glibc.connect(target, address.ai_addr, address.ai_addrlen) == 0 { return target }
            close(target)
            next = address.ai_next
        }
        return nil
    }

    private func readHead(_ connection: Int32) -> (head: String, rest: ArraySlice<UInt8>)? {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                return (String(decoding: received[..<end.lowerBound], as: UTF8.self), received[end.upperBound...])
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>, to connection: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
