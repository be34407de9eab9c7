import NIOCore
import Testing

@testable import Docker

/// What comes over a socket, cut anywhere, against RFC 9112.
struct AnswerHeadTests {
    /// An answer read from pieces, as a transport does.
    private struct Read: Equatable {
        var status = 0
        var keepsConnection = false
        var body = ""
        var isWhole = false
        var rest = ""
    }

    private func read(_ text: String, inPiecesOf size: Int, method: EngineRequest.Method = .get) throws -> Read {
        var unread = ByteBuffer()
        var head: AnswerHead?
        var decoder: AnswerBodyDecoder?
        var result = Read()
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            unread.writeBytes(bytes[start..<min(start + size, bytes.count)])
            if head == nil {
                head = try AnswerHead(from: &unread, answering: method)
                decoder = head?.body
            }
            while let piece = try decoder?.next(from: &unread) { result.body += String(buffer: piece) }
        }
        result.status = try #require(head).status
        result.keepsConnection = try #require(head).keepsConnection
        result.isWhole = try #require(decoder).mayEndNow
        result.rest = String(buffer: unread)
        return result
    }

    @Test(arguments: [1, 2, 3, 5, 17, 1000])
    func `a body of known length ends where it says`(size: Int) throws {
        let text = "HTTP/1.1 200 OK\r\ncontent-LENGTH: 5\r\n\r\nhello!"
        let expected = Read(status: 200, keepsConnection: true, body: "hello", isWhole: true, rest: "!")
        #expect(try read(text, inPiecesOf: size) == expected)
    }

    @Test(arguments: [1, 2, 3, 5, 17, 1000])
    func `chunks become a body, whatever their extensions and trailers`(size: Int) throws {
        let text = """
            HTTP/1.1 404 Not Found\r\nTransfer-Encoding: Chunked\r\nConnection: Close\r\n\r\n\
            5;name=value\r\nhello\r\nA\r\n, 12\r\n345 \r\n0\r\nX-Last: 1\r\n\r\n
            """
        let expected = Read(status: 404, body: "hello, 12\r\n345 ", isWhole: true)
        #expect(try read(text, inPiecesOf: size) == expected)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "hell"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell", "hell"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "hello"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", "hello"),
    ])
    func `what is cut off is not whole`(text: String, body: String) throws {
        #expect(try read(text, inPiecesOf: 7) == Read(status: 200, keepsConnection: true, body: body))
    }

    @Test func `without a length the end of the connection is the end`() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nframes"
        let expected = Read(status: 200, keepsConnection: true, body: "frames", isWhole: true)
        #expect(try read(text, inPiecesOf: 4) == expected)
    }

    @Test(arguments: [
        ("HTTP/1.1 204 No Content\r\n\r\n", EngineRequest.Method.delete, 204),
        ("HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n", .get, 304),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", .head, 200),
    ])
    func `some answers have no body`(text: String, method: EngineRequest.Method, status: Int) throws {
        let expected = Read(status: status, keepsConnection: true, isWhole: true)
        #expect(try read(text, inPiecesOf: 6, method: method) == expected)
    }

    @Test func `the older protocol keeps no connection`() throws {
        let text = "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"
        #expect(try read(text, inPiecesOf: 100) == Read(status: 200, isWhole: true))
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2", "H2", "HTTP/2 200\r\n\r\n", "HTTP/1.1 fine\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno header\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 20_000),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: "0", count: 20_000),
    ])
    func `what is no HTTP is refused at once`(text: String) {
        #expect(throws: TransportFailure.notHTTP) { try read(text, inPiecesOf: 8000) }
    }
}
