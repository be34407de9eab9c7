package import Foundation
import Synchronization

/// Answers http requests on a free port of this machine, as a test says, until all tests have run.
///
/// A test that has read the address may hold the server no longer, and still asks it.
package final class WebServer: Sendable {
    /// What somebody asks.
    package struct Request: Sendable {
        package var method: String
        /// With what stands behind a question mark.
        package var path: String
        /// By names in small letters.
        package var headers: [String: String]
        package var body: Data
    }

    package struct Answer: Sendable {
        package var status: Int
        package var headers: [String: String]
        package var body: Data

        package init(_ status: Int = 200, _ body: String = "", headers: [String: String] = [:]) {
            self.init(status, Data(body.utf8), headers: headers)
        }

        package init(_ status: Int, _ body: Data, headers: [String: String] = [:]) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    package let port: Int
    /// The address, without a slash at its end.
    package var url: String { "http://127.0.0.1:\(port)" }
    /// All that was asked, `GET /path` each.
    package var requests: [String] { log.withLock { $0.map { "\($0.method) \($0.path)" } } }
    /// The last request.
    package var lastRequest: Request? { log.withLock { $0.last } }

    private let log = Mutex<[Request]>([])
    private static let all = Mutex<[WebServer]>([])

    package init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        let (socket, port) = try Listener.open(backlog: 64)
        self.port = port
        Self.all.withLock { $0.append(self) }
        Thread { [self] in
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else {
                    guard errno == EINTR || errno == ECONNABORTED else { return }
                    continue
                }
                Thread { self.serve(connection, answer) }.start()
            }
        }.start()
    }

    /// Hands out files by their paths, and nothing else.
    package convenience init(files: [String: String]) throws {
        try self.init { request in files[request.path].map { Answer(200, $0) } ?? Answer(404, "not here\n") }
    }

    private func serve(_ connection: Int32, _ answer: @Sendable (Request) -> Answer) {
        defer { close(connection) }
        var received = Data()
        var head: Data.Index?
        while head == nil {
            guard let more = read(connection) else { return }
            received += more
            head = received.firstRange(of: Data("\r\n\r\n".utf8))?.lowerBound
        }
        guard let head else { return }
        let lines = String(decoding: received[..<head], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        guard words.count == 3 else { return }
        let headers = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        var request = Request(
            method: words[0],
            path: words[1],
            headers: Dictionary(headers) { $1 },
            body: Data(received[(head + 4)...])
        )
        let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
        while request.body.count < length, let more = read(connection) { request.body += more }
        log.withLock { $0.append(request) }
        let given = answer(request)
        var text = "HTTP/1.1 \(given.status) Status\r\nContent-Length: \(given.body.count)\r\nConnection: close\r\n"
        for (name, value) in given.headers { text += "\(name): \(value)\r\n" }
        send(Data((text + "\r\n").utf8) + given.body, to: connection)
    }

    private func read(_ connection: Int32) -> Data? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var count = recv(connection, &buffer, buffer.count, 0)
        while count < 0, errno == EINTR { count = recv(connection, &buffer, buffer.count, 0) }
        return count > 0 ? Data(buffer[..<count]) : nil
    }

    private func send(_ data: Data, to connection: Int32) {
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
