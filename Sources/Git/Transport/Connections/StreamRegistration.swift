import CGit2

/// Lets libgit2 make its connections here, where they can be cancelled and each fetch has its own authorities.
enum StreamRegistration {
    /// Holds for the whole process.
    static func register() {
        var plain = git_stream_registration()
        plain.version = GIT_STREAM_VERSION
        plain.`init` = { out, host, port in
            guard let out, let host, let port else { return GIT_ERROR.rawValue }
            let proxy = Network.current?.plainProxy
            let socket = SocketConnection(
                host: proxy?.host ?? String(cString: host),
                port: proxy.map { "\($0.port ?? 80)" } ?? String(cString: port)
            )
            return StreamRegistration.make(out, socket, isEncrypted: false)
        }
        git_stream_register(GIT_STREAM_STANDARD, &plain)
        var secure = git_stream_registration()
        secure.version = GIT_STREAM_VERSION
        secure.`init` = { out, host, port in
            guard let out, let host, let port else { return GIT_ERROR.rawValue }
            let socket = SocketConnection(host: String(cString: host), port: String(cString: port))
            let connection = TLSConnection(host: socket.host, over: socket, ownsInner: true)
            return StreamRegistration.make(out, connection, isEncrypted: true)
        }
        secure.wrap = { out, inner, host in
            guard let out, let inner, let host, let open = OpenStream.of(inner) else { return GIT_ERROR.rawValue }
            let connection = TLSConnection(host: String(cString: host), over: open.connection, ownsInner: false)
            return StreamRegistration.make(out, connection, isEncrypted: true)
        }
        git_stream_register(GIT_STREAM_TLS, &secure)
    }

    private static func make(
        _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_stream>?>,
        _ connection: any Connection,
        isEncrypted: Bool
    ) -> Int32 {
        guard let network = Network.current else {
            git_error_set_str(Int32(GIT_ERROR_NET.rawValue), "a connection outside of a fetch")
            return GIT_ERROR.rawValue
        }
        let open = OpenStream(connection, network)
        let stream = UnsafeMutablePointer<cgit2_stream>.allocate(capacity: 1)
        stream.initialize(to: cgit2_stream())
        stream.pointee.context = Unmanaged.passRetained(open).toOpaque()
        stream.pointee.parent.version = GIT_STREAM_VERSION
        stream.pointee.parent.encrypted = isEncrypted ? 1 : 0
        stream.pointee.parent.connect = { stream in
            OpenStream.perform(stream) { (open) throws(GitError) in
                try open.connection.connect(open.network)
                return 0
            }
        }
        stream.pointee.parent.read = { stream, buffer, count in
            OpenStream.perform(stream) { (open) throws(GitError) in
                let count = try open.connection.read(into: .init(start: buffer, count: count), open.network)
                open.network.received(UnsafeRawBufferPointer(start: buffer, count: count))
                return count
            }
        }
        stream.pointee.parent.write = { stream, bytes, count, _ in
            OpenStream.perform(stream) { (open) throws(GitError) in
                open.network.willSend()
                try open.connection.write(.init(start: bytes, count: count), open.network)
                return count
            }
        }
        stream.pointee.parent.close = { stream in
            OpenStream.of(stream)?.connection.close()
            return 0
        }
        stream.pointee.parent.free = { stream in
            guard let stream else { return }
            stream.withMemoryRebound(to: cgit2_stream.self, capacity: 1) { stream in
                Unmanaged<OpenStream>.fromOpaque(stream.pointee.context).release()
                stream.deallocate()
            }
        }
        out.pointee = UnsafeMutableRawPointer(stream).assumingMemoryBound(to: git_stream.self)
        return 0
    }
}

/// What one of libgit2's streams stands for.
private final class OpenStream {
    let connection: any Connection
    let network: Network

    init(_ connection: any Connection, _ network: Network) {
        self.connection = connection
        self.network = network
    }

    static func of(_ stream: UnsafeMutablePointer<git_stream>?) -> OpenStream? {
        guard let stream else { return nil }
        // Every stream is made by `make`, whose structure begins with libgit2's.
        let own = UnsafeMutableRawPointer(stream).assumingMemoryBound(to: cgit2_stream.self)
        return Unmanaged<OpenStream>.fromOpaque(own.pointee.context).takeUnretainedValue()
    }

    static func perform<Result: FixedWidthInteger>(
        _ stream: UnsafeMutablePointer<git_stream>?,
        _ body: (OpenStream) throws(GitError) -> Result
    ) -> Result {
        guard let open = of(stream) else { return -1 }
        do throws(GitError) {
            return try body(open)
        } catch {
            open.network.fail(error)
            return -1
        }
    }
}

extension Network {
    /// Keeps the first failure, and tells libgit2 that there is one.
    func fail(_ error: GitError) {
        failure = failure ?? error
        git_error_set_str(Int32(GIT_ERROR_NET.rawValue), error.description)
    }
}
