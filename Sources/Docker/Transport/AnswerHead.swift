import Foundation
import NIOCore

/// The beginning of an answer: its status, its headers and how its body ends (RFC 9112, sections 4 to 6).
struct AnswerHead: Sendable {
    /// The longest head that is waited for, in bytes.
    static let longest = 64 << 10

    /// The status.
    let status: Int
    /// The headers in their order.
    let headers: [(name: String, value: String)]
    /// How the body ends.
    let body: AnswerBodyDecoder
    /// Whether another request may follow on the same connection.
    let keepsConnection: Bool

    /// Takes a head from the beginning of what came, and nothing where it has not come whole.
    ///
    /// - Parameters:
    ///   - bytes: What came; the head is taken away from it.
    ///   - method: The method of the request that is answered.
    /// - Throws: ``TransportFailure/notHTTP``.
    init?(from bytes: inout ByteBuffer, answering method: EngineRequest.Method) throws(TransportFailure) {
        let begun = bytes.readableBytesView.prefix(7)
        guard begun.elementsEqual("HTTP/1.".utf8.prefix(begun.count)) else { throw .notHTTP }
        guard let length = bytes.withUnsafeReadableBytes(Self.length) else {
            guard bytes.readableBytes < Self.longest else { throw .notHTTP }
            return nil
        }
        let text = String(decoding: bytes.readableBytesView.prefix(length), as: UTF8.self)
        bytes.moveReaderIndex(forwardBy: length)

        var lines = text.split(separator: "\r\n")[...]
        let words = lines.removeFirst().split(separator: " ", maxSplits: 2)
        guard words.count > 1, words[1].utf8.count == 3, let status = Int(words[1]) else { throw .notHTTP }
        self.status = status
        var headers: [(name: String, value: String)] = []
        for line in lines {
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .notHTTP }
            let value = line[colon...].dropFirst().drop { $0 == " " || $0 == "\t" }
            headers.append((String(line[..<colon]), String(value)))
        }
        self.headers = headers

        let bodyLength = headers.first("Content-Length")
        let isChunked = headers.first("Transfer-Encoding")?.lowercased() == "chunked"
        if method == .head || status < 200 || status == 204 || status == 304 {
            body = .bytes(left: 0)
        } else if isChunked {
            body = .chunked(.size)
        } else if let bodyLength {
            guard let count = Int(bodyLength), count >= 0 else { throw .notHTTP }
            body = .bytes(left: count)
        } else {
            body = .untilClosed
        }
        let connection = headers.first("Connection")?.lowercased()
        keepsConnection = words[0] == "HTTP/1.1" && connection != "close"
    }

    /// How many bytes a head takes with the empty line that ends it; `nil` where that has not come.
    private static func length(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let mark: [UInt8] = [13, 10, 13, 10]
        return bytes.indices.dropFirst(3).first { bytes[$0] == mark[3] && bytes[$0 - 3...$0].elementsEqual(mark) }
            .map { $0 + 1 }
    }
}

extension [(name: String, value: String)] {
    /// The first header by this name, in whatever case.
    func first(_ name: String) -> String? {
        first { $0.name.caseInsensitiveCompare(name) == .orderedSame }?.value
    }
}
