import NIOCore

/// Takes apart what an engine sends of a container without a terminal.
///
/// Each frame is a header of eight bytes (the stream, three zeros, the length with its highest byte first) and that many
/// bytes. Headers and contents may be cut anywhere. What is there of a frame is handed out at once, so nothing grows with
/// the length of a line; neighbours of one stream come as one piece.
struct LogFrameDecoder {
    private var unread = ByteBuffer()
    private var stream = OutputStream.stdout
    private var remaining = 0

    /// Whether a frame has begun and not ended.
    var isInsideFrame: Bool {
        remaining > 0 || unread.readableBytes > 0
    }

    /// Takes the next bytes; to be called when ``next()`` has nothing left.
    mutating func append(_ chunk: ByteBuffer) {
        guard unread.readableBytes > 0 else {
            unread = chunk
            return
        }
        var joined = ByteBuffer(buffer: unread)
        joined.writeImmutableBuffer(chunk)
        unread = joined
    }

    /// The next piece; `nil` when more bytes are needed.
    mutating func next() throws -> LogFrame? {
        var bytes: [UInt8] = []
        while true {
            if remaining == 0 {
                let next: (stream: OutputStream, length: Int)?
                do {
                    next = try peekHeader()
                } catch {
                    // What came before it is handed out first.
                    guard bytes.isEmpty else { break }
                    throw error
                }
                guard let header = next, bytes.isEmpty || header.stream == stream else { break }
                unread.moveReaderIndex(forwardBy: 8)
                (stream, remaining) = header
                continue
            }
            guard let part = unread.readSlice(length: min(remaining, unread.readableBytes)),
                part.readableBytes > 0
            else { break }
            remaining -= part.readableBytes
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes.isEmpty ? nil : LogFrame(stream: stream, bytes: bytes)
    }

    private func peekHeader() throws -> (stream: OutputStream, length: Int)? {
        guard let header = unread.getBytes(at: unread.readerIndex, length: 8) else { return nil }
        guard header[0] <= 2, header[1...3].allSatisfy({ $0 == 0 }) else { throw MalformedFrame(header: header) }
        let length = header[4...].reduce(0) { $0 << 8 | Int($1) }
        return (header[0] == 2 ? .stderr : .stdout, length)
    }
}

/// Bytes that should be the header of a frame, and are not.
struct MalformedFrame: Error, Equatable {
    /// The bytes.
    var header: [UInt8]
}
