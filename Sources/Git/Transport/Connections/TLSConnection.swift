import Foundation
import NIOCore
import NIOEmbedded
import NIOSSL
import NIOTLS

/// TLS on top of another connection.
///
/// libgit2's own keeps the trusted authorities for the whole process, where two clones at a time may trust different
/// ones.
final class TLSConnection: Connection {
    private let host: String
    private let inner: any Connection
    /// Whether the inner connection is this one's to connect and to close.
    private let ownsInner: Bool
    private var channel: EmbeddedChannel?
    /// What was decrypted and not read yet.
    private var rest = ByteBuffer()
    private let received = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 1)

    init(host: String, over inner: any Connection, ownsInner: Bool) {
        self.host = host
        self.inner = inner
        self.ownsInner = ownsInner
    }

    deinit {
        close()
        received.deallocate()
    }

    func connect(_ network: Network) throws(GitError) {
        if ownsInner { try inner.connect(network) }
        let context = try network.security.makeContext()
        let channel = EmbeddedChannel()
        self.channel = channel
        let handshake = Handshake()
        try translated {
            let isAddress = IPAddress(host) != nil
            let handler = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
            try channel.pipeline.syncOperations.addHandlers([handler, handshake])
            // The address is what the certificate must be for where the host is one; else it must be none that a
            // certificate can be for.
            let address =
                isAddress
                ? try SocketAddress(ipAddress: host, port: 443) : try SocketAddress(unixDomainSocketPath: "/")
            channel.connect(to: address, promise: nil)
            try channel.throwIfErrorCaught()
        }
        while !handshake.isComplete {
            try flush(channel, network)
            guard try receive(channel, network) else {
                throw .unreachable(url: host, message: "the server ended the connection while it was made secure")
            }
        }
        try flush(channel, network)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, _ network: Network) throws(GitError) -> Int {
        guard let channel else { return 0 }
        while rest.readableBytes == 0 {
            let next = try translated { try channel.readInbound(as: ByteBuffer.self) }
            if let next {
                rest = next
            } else {
                guard try receive(channel, network) else { return 0 }
                try flush(channel, network)
            }
        }
        let count = min(buffer.count, rest.readableBytes)
        rest.readWithUnsafeReadableBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
            return count
        }
        return count
    }

    func write(_ bytes: UnsafeRawBufferPointer, _ network: Network) throws(GitError) {
        guard let channel else { throw .unreachable(url: host, message: "the connection has ended") }
        try translated { _ = try channel.writeOutbound(ByteBuffer(bytes: bytes)) }
        try flush(channel, network)
    }

    /// Sends what the handshake or the encryption made.
    private func flush(_ channel: EmbeddedChannel, _ network: Network) throws(GitError) {
        while let buffer = try translated({ try channel.readOutbound(as: ByteBuffer.self) }) {
            let count = buffer.readableBytes
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
            defer { bytes.deallocate() }
            buffer.withUnsafeReadableBytes { bytes.copyMemory(from: $0) }
            try inner.write(UnsafeRawBufferPointer(bytes), network)
        }
    }

    /// Decrypts what comes next.
    /// - Returns: False at the end.
    private func receive(_ channel: EmbeddedChannel, _ network: Network) throws(GitError) -> Bool {
        let count = try inner.read(into: received, network)
        guard count > 0 else { return false }
        do {
            try channel.writeInbound(ByteBuffer(bytes: received[..<count]))
        } catch {
            // The server is told why, if it can be.
            try? flush(channel, network)
            throw failure(error)
        }
        return true
    }

    func close() {
        if let channel {
            // Says goodbye as far as that is possible at once; the channel holds no resources.
            channel.close(promise: nil)
            channel.pipeline.fireChannelInactive()
            channel.embeddedEventLoop.run()
        }
        channel = nil
        if ownsInner { inner.close() }
    }

    private func translated<Result>(_ body: () throws -> Result) throws(GitError) -> Result {
        do {
            return try body()
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: any Error) -> GitError {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return .certificateNotTrusted(host: host, message: "it has expired, or no trusted authority signed it")
        }
        if error is NIOSSLExtraError || error as? NIOSSLError == .unableToValidateCertificate {
            return .certificateNotTrusted(host: host, message: "it is for another name")
        }
        return .unreachable(url: host, message: "TLS failed: \(Self.reason(in: text))")
    }

    /// The part of BoringSSL's text that names the reason.
    private static func reason(in text: String) -> String {
        let words = text.split(separator: ":")
        return words.last { $0.contains("_") && $0 == $0.uppercased()[...] }.map { String($0) }
            ?? String(text.prefix(200))
    }
}

/// Notes that a connection is secure.
private final class Handshake: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private(set) var isComplete = false

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { isComplete = true }
        context.fireUserInboundEventTriggered(event)
    }
}
