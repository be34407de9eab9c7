import NIOCore
import Testing

@testable import Docker

struct LogFrameDecoderTests {
    /// A frame as the engine writes it.
    static func frame(_ stream: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        let length = UInt32(bytes.count)
        return [stream, 0, 0, 0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + bytes
    }

    /// All that is decoded when the bytes come in chunks of a size, neighbours of one stream joined.
    private func decode(_ bytes: [UInt8], by size: Int) throws -> [LogFrame] {
        var decoder = LogFrameDecoder()
        var frames: [LogFrame] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            decoder.append(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
            while let frame = try decoder.next() {
                if let last = frames.last, last.stream == frame.stream {
                    frames[frames.count - 1].bytes += frame.bytes
                } else {
                    frames.append(frame)
                }
            }
        }
        #expect(!decoder.isInsideFrame)
        return frames
    }

    @Test(arguments: 1...40)
    func `frames may be cut anywhere`(size: Int) throws {
        let bytes =
            Self.frame(1, Array("one\n".utf8)) + Self.frame(2, Array("two".utf8)) + Self.frame(1, [])
            + Self.frame(2, Array(" and a half\n".utf8)) + Self.frame(1, Array("three".utf8)) + Self.frame(2, [])
        #expect(
            try decode(bytes, by: size) == [
                LogFrame(stream: .stdout, bytes: Array("one\n".utf8)),
                LogFrame(stream: .stderr, bytes: Array("two and a half\n".utf8)),
                LogFrame(stream: .stdout, bytes: Array("three".utf8)),
            ]
        )
    }

    @Test func `a frame without contents is no piece`() throws {
        var decoder = LogFrameDecoder()
        decoder.append(ByteBuffer(bytes: Self.frame(1, []) + Self.frame(2, [])))
        #expect(try decoder.next() == nil)
        #expect(!decoder.isInsideFrame)
    }

    @Test func `what is there of a huge frame is handed out before the rest has come`() throws {
        var decoder = LogFrameDecoder()
        decoder.append(ByteBuffer(bytes: [2, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF] + Array("beginning".utf8)))
        #expect(try decoder.next() == LogFrame(stream: .stderr, bytes: Array("beginning".utf8)))
        #expect(try decoder.next() == nil)
        #expect(decoder.isInsideFrame)
    }

    @Test func `a frame of megabytes arrives whole`() throws {
        let contents = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let frames = try decode(Self.frame(1, contents), by: 65_536)
        #expect(frames.count == 1)
        #expect(frames.first?.bytes == contents)
    }

    @Test(arguments: [3, 7, 8, 11])
    func `an end within header or contents is noticed`(length: Int) throws {
        var decoder = LogFrameDecoder()
        decoder.append(ByteBuffer(bytes: Self.frame(1, Array("text".utf8)).prefix(length)))
        while try decoder.next() != nil {}
        #expect(decoder.isInsideFrame)
    }

    @Test(arguments: [Array("HTTP/1.1".utf8), [3, 0, 0, 0, 0, 0, 0, 1], [1, 0, 1, 0, 0, 0, 0, 1]])
    func `what is no header is refused`(header: [UInt8]) {
        var decoder = LogFrameDecoder()
        decoder.append(ByteBuffer(bytes: header))
        #expect(throws: MalformedFrame(header: header)) { try decoder.next() }
    }

    @Test func `what came before a malformed header is not lost`() throws {
        var decoder = LogFrameDecoder()
        decoder.append(ByteBuffer(bytes: Self.frame(1, [7]) + Array("nonsense".utf8)))
        #expect(try decoder.next() == LogFrame(stream: .stdout, bytes: [7]))
        #expect(throws: MalformedFrame.self) { try decoder.next() }
    }
}
