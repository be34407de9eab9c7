import NIOCore
import NIOPosix
import NIOSSL
package import SystemPackage

/// Takes TLS connections on a free port of this machine and passes what comes on to a server that speaks plainly.
package final class TLSServer: Sendable {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel: any Channel
    package let port: Int

    /// - Parameters:
    ///   - certificate: In PEM format.
    ///   - key: Its key, in PEM format.
    ///   - target: The port of the plain server.
    /// - Throws: If there is no free port, or the certificate is none.
    package init(certificate: FilePath, key: FilePath, to target: Int) throws {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate.string).map {
            NIOSSLCertificateSource.certificate($0)
        }
        let privateKey = NIOSSLPrivateKeySource.privateKey(try NIOSSLPrivateKey(file: key.string, format: .pem))
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(certificateChain: chain, privateKey: privateKey)
        )
        channel = try ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                }.flatMap {
                    ClientBootstrap(group: channel.eventLoop).connect(host: "127.0.0.1", port: target)
                }.flatMapThrowing { other in
                    try channel.pipeline.syncOperations.addHandler(Passing(to: other))
                    try other.pipeline.syncOperations.addHandler(Passing(to: channel))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        port = channel.localAddress?.port ?? 0
    }

    deinit {
        // Both only fail if they ended before.
        try? channel.close().wait()
        try? group.syncShutdownGracefully()
    }

    package func url(_ repository: String, host: String = "localhost") -> String {
        "https://\(host):\(port)/\(repository)"
    }
}

/// Passes on what a connection receives, and its end.
private final class Passing: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let other: any Channel

    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
