import NIOCore

/// Cuts an answer's body out of what comes after its head, and knows where it ends (RFC 9112, sections 6 and 7).
enum AnswerBodyDecoder: Sendable {
    /// So many bytes are still to come.
    case bytes(left: Int)
    /// Chunks are still to come.
    case chunked(Place)
    /// Whatever comes until the connection is closed.
    case untilClosed

    /// Where in a body of chunks what comes next belongs.
    enum Place {
        /// The line with the size of a chunk.
        case size
        /// A chunk of which so many bytes are still to come.
        case chunk(left: Int)
        /// The end of line after a chunk.
        case end
        /// The lines after the last chunk.
        case trailer
    }

    /// The longest line between chunks, in bytes.
    private static let longestLine = 16 << 10

    /// Whether nothing is to come.
    var isAtEnd: Bool {
        if case .bytes(left: 0) = self { true } else { false }
    }

    /// Whether a connection that ends now leaves the body whole.
    var mayEndNow: Bool {
        if case .untilClosed = self { true } else { isAtEnd }
    }

    /// Takes a piece of the body.
    ///
    /// - Parameter bytes: What came; what is understood is taken away from it.
    /// - Returns: A piece that is not empty; `nil` where more has to come, or at the end.
    /// - Throws: ``TransportFailure/notHTTP``.
    mutating func next(from bytes: inout ByteBuffer) throws(TransportFailure) -> ByteBuffer? {
        while true {
            switch self {
            case .untilClosed: return Self.take(bytes.readableBytes, from: &bytes)
            case .bytes(let left):
                let piece = Self.take(left, from: &bytes)
                self = .bytes(left: left - (piece?.readableBytes ?? 0))
                return piece
            case .chunked(.chunk(let left)):
                guard let piece = Self.take(left, from: &bytes) else { return nil }
                let rest = left - piece.readableBytes
                self = .chunked(rest == 0 ? .end : .chunk(left: rest))
                return piece
            case .chunked(let place):
                guard let line = try Self.line(from: &bytes) else { return nil }
                self = try Self.after(line, at: place)
            }
        }
    }

    private static func take(_ count: Int, from bytes: inout ByteBuffer) -> ByteBuffer? {
        let count = min(count, bytes.readableBytes)
        return count == 0 ? nil : bytes.readSlice(length: count)
    }

    /// Takes a line without its end.
    private static func line(from bytes: inout ByteBuffer) throws(TransportFailure) -> String? {
        guard let end = bytes.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard bytes.readableBytes < longestLine else { throw .notHTTP }
            return nil
        }
        let line = bytes.readableBytesView[..<end]
        bytes.moveReaderIndex(to: end + 1)
        return String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }

    /// What comes after a line.
    private static func after(_ line: String, at place: Place) throws(TransportFailure) -> AnswerBodyDecoder {
        switch place {
        case .size:
            let digits = line.prefix { $0 != ";" && $0 != " " }
            guard let size = Int(digits, radix: 16), size >= 0 else { throw .notHTTP }
            return .chunked(size == 0 ? .trailer : .chunk(left: size))
        case .end, .chunk:
            guard line.isEmpty else { throw .notHTTP }
            return .chunked(.size)
        case .trailer: return line.isEmpty ? .bytes(left: 0) : .chunked(.trailer)
        }
    }
}
