import NIOCore

/// The body of an answer that comes over a socket of this machine.
struct SocketBody: AsyncSequence, Sendable {
    typealias Failure = any Error

    private let lease: SocketLease
    private let decoder: AnswerBodyDecoder
    /// Whether the connection may carry another request afterwards.
    private let mayKeep: Bool
    /// What came together with the head.
    private let begun: ByteBuffer

    init(lease: SocketLease, head: AnswerHead, begun: ByteBuffer, mayKeep: Bool) {
        self.lease = lease
        decoder = head.body
        self.mayKeep = mayKeep && head.keepsConnection
        self.begun = begun
        // An answer without a body may be looked at by nobody.
        if decoder.isAtEnd { Self.end(lease, mayKeep: self.mayKeep, rest: begun) }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(lease: lease, mayKeep: mayKeep, decoder: decoder, unread: begun)
    }

    /// A connection is of use again where the answer has come whole and nothing after it.
    private static func end(_ lease: SocketLease, mayKeep: Bool, rest: ByteBuffer) {
        if mayKeep, rest.readableBytes == 0 { lease.handBack() }
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let lease: SocketLease
        fileprivate let mayKeep: Bool
        fileprivate var decoder: AnswerBodyDecoder
        fileprivate var unread: ByteBuffer

        mutating func next() async throws -> ByteBuffer? {
            while !decoder.isAtEnd {
                let piece = try decoder.next(from: &unread)
                if decoder.isAtEnd { SocketBody.end(lease, mayKeep: mayKeep, rest: unread) }
                if let piece { return piece }
                if decoder.isAtEnd { break }
                guard var more = try await lease.connection.read() else {
                    guard decoder.mayEndNow else { throw TransportFailure.closed }
                    break
                }
                if unread.readableBytes == 0 { unread = more } else { unread.writeBuffer(&more) }
            }
            return nil
        }
    }
}
