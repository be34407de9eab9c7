import Foundation

/// A TCP connection.
final class SocketConnection: Connection {
    let host: String
    let port: String
    private var socket: Int32 = -1

    init(host: String, port: String) {
        self.host = host
        self.port = port
    }

    deinit { close() }

    func connect(_ network: Network) throws(GitError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = AF_UNSPEC
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, port, &hints, &list)
        guard code == 0 else { throw .nameNotResolved(host: host, message: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var failure = GitError.unreachable(url: place, message: "no address")
        var next = list
        while let address = next {
            do throws(GitError) {
                socket = try open(address.pointee, network)
                return
            } catch .cancelled {
                throw .cancelled
            } catch {
                failure = error
            }
            next = address.pointee.ai_next
        }
        throw failure
    }

    private var place: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private func open(_ address: addrinfo, _ network: Network) throws(GitError) -> Int32 {
        let kind = address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(address.ai_family, kind, address.ai_protocol)
        guard socket >= 0 else { throw .unreachable(url: place, message: String(cString: strerror(errno))) }
        do throws(GitError) {
            guard Glibc.connect(socket, address.ai_addr, address.ai_addrlen) != 0 else { return socket }
            guard errno == EINPROGRESS else {
                throw .unreachable(url: place, message: String(cString: strerror(errno)))
            }
            var waiting = [pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)]
            switch Readiness.wait(&waiting, until: .now + network.connectTimeout, network.cancellation) {
            case .ready: break
            case .cancelled: throw .cancelled
            case .late: throw .timedOut(place: place, seconds: Int(network.connectTimeout.components.seconds))
            }
            var problem: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &length)
            guard problem == 0 else { throw .unreachable(url: place, message: String(cString: strerror(problem))) }
            return socket
        } catch {
            Glibc.close(socket)
            throw error
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, _ network: Network) throws(GitError) -> Int {
        while true {
            let count = recv(socket, buffer.baseAddress, buffer.count, 0)
            if count >= 0 { return count }
            try wait(for: POLLIN, network)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, _ network: Network) throws(GitError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = send(socket, part.baseAddress, part.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { rest = rest.dropFirst(count) } else { try wait(for: POLLOUT, network) }
        }
    }

    /// Waits after a call that could not be done at once; throws if there is another reason for it.
    private func wait(for event: Int32, _ network: Network) throws(GitError) {
        guard errno == EAGAIN || errno == EINTR else {
            throw .unreachable(url: place, message: String(cString: strerror(errno)))
        }
        var waiting = [pollfd(fd: socket, events: Int16(event), revents: 0)]
        guard Readiness.wait(&waiting, until: nil, network.cancellation) == .ready else { throw .cancelled }
    }

    func close() {
        if socket >= 0 { Glibc.close(socket) }
        socket = -1
    }
}
