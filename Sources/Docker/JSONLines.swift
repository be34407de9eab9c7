import Foundation
import NIOCore

/// An answer that consists of JSON values, one a line, as they come.
struct JSONLines<Element: Decodable & Sendable>: AsyncSequence, Sendable {
    typealias Failure = any Error

    /// The longest line that is waited for.
    static var longestLine: Int { 16 << 20 }

    let body: AnswerBody

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: body, chunks: body.makeAsyncIterator())
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        let body: AnswerBody
        var chunks: AnswerBody.AsyncIterator
        var unread = ByteBuffer()

        mutating func next() async throws -> Element? {
            while true {
                if let line = readLine() {
                    guard let element = try decode(line) else { continue }
                    return element
                }
                guard unread.readableBytes <= JSONLines.longestLine else {
                    throw body.unreadable("a line does not end")
                }
                guard var chunk = try await chunks.next() else { break }
                unread.discardReadBytes()
                unread.writeBuffer(&chunk)
            }
            let rest = unread
            unread.clear()
            return try decode(rest)
        }

        private mutating func readLine() -> ByteBuffer? {
            guard let end = unread.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            let line = unread.readSlice(length: end - unread.readerIndex)
            unread.moveReaderIndex(forwardBy: 1)
            return line
        }

        /// Decodes a line; one with nothing but space holds nothing.
        private func decode(_ line: ByteBuffer) throws -> Element? {
            guard !line.isBlank else { return nil }
            do {
                return try JSONDecoder().decode(Element.self, from: Data(line.readableBytesView))
            } catch {
                throw body.unreadable("\(error)")
            }
        }
    }
}
