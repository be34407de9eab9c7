import Glibc

/// A look at a port from this machine.
struct PortProbe: Sendable {
    var host: String
    var port: Int
    /// In seconds.
    var timeout: Int

    /// Whether the port takes a connection.
    func connects() async -> Bool {
        await onThread { withSocket { _ in true } ?? false }
    }

    /// Whether a GET is answered with a status from 200 to 399.
    func answers(path: String, headers: [String: String]) async -> Bool {
        var lines = ["GET \(path.hasPrefix("/") ? path : "/" + path) HTTP/1.1"]
        let names = Set(headers.keys.map { $0.lowercased() })
        if !names.contains("host") { lines.append("Host: \(host):\(port)") }
        if !names.contains("user-agent") { lines.append("User-Agent: kube-probe/1") }
        lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        lines += ["Accept: */*", "Connection: close"]
        let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        return await onThread {
            withSocket { socket in
                guard Glibc.send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
                    return false
                }
                var head: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 512)
                while head.count < 12 {
                    let count = recv(socket, &buffer, buffer.count, 0)
                    guard count > 0 else { return false }
                    head += buffer[..<count]
                }
                let words = String(decoding: head.prefix(12), as: UTF8.self).split(separator: " ")
                guard words.count == 2, let status = Int(words[1]) else { return false }
                return (200..<400).contains(status)
            } ?? false
        }
    }

    /// Runs something that blocks on a thread of its own.
    private func onThread(_ body: @escaping @Sendable () -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            let work = Work { continuation.resume(returning: body()) }
            var thread = pthread_t()
            let pointer = Unmanaged.passRetained(work).toOpaque()
            let failure = pthread_create(
                &thread,
                nil,
                { pointer in
                    if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
                    return nil
                },
                pointer
            )
            guard failure == 0 else {
                Unmanaged<Work>.fromOpaque(pointer).release()
                continuation.resume(returning: false)
                return
            }
            pthread_detach(thread)
        }
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Connects and hands over the socket; nil if there is no connection.
    private func withSocket(_ body: (Int32) -> Bool) -> Bool? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else { return nil }
        defer { freeaddrinfo(address) }
        let socket = Glibc.socket(address.pointee.ai_family, address.pointee.ai_socktype, 0)
        guard socket >= 0 else { return nil }
        defer { close(socket) }
        // On Linux the time for sending also limits how long connecting takes.
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        guard connect(socket, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else { return nil }
        return body(socket)
    }
}
