import Foundation
package import SystemPackage
import Synchronization

/// Serves the repositories of a folder over http, on a free port of this machine, as long as it lives.
package final class GitServer: Sendable {
    package let port: Int
    private let socket: Int32
    /// The requests that came, like `GET /sample.git/info/refs`.
    package var requests: [String] { log.withLock { $0 } }
    private let log = Mutex<[String]>([])
    /// Connections that get no answer.
    private let silent = Mutex<[Int32]>([])

    /// What is asked of those who come.
    package struct Rules: Sendable {
        /// `user:password`; nil lets everybody in.
        package var credential: String?
        /// Where requests for a repository are sent, by its name: a whole address, or one that begins with a slash.
        package var redirections: [String: String]

        package init(credential: String? = nil, redirections: [String: String] = [:]) {
            self.credential = credential
            self.redirections = redirections
        }
    }

    private let rules: Rules
    /// The lines that came before the bodies of all requests.
    package var headers: [String] { lines.withLock { $0 } }
    private let lines = Mutex<[String]>([])

    /// - Parameters:
    ///   - folder: Whose repositories are served.
    ///   - answers: False takes connections and says nothing.
    ///   - rules: What is asked of those who come.
    /// - Throws: If there is no free port.
    package init(_ folder: FilePath, answers: Bool = true, rules: Rules = Rules()) throws {
        self.rules = rules
        let (socket, port) = try Listener.open()
        self.socket = socket
        self.port = port
        Thread { [weak self] in
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else { return }
                guard let self else { return _ = close(connection) }
                guard answers else {
                    self.silent.withLock { $0.append(connection) }
                    continue
                }
                self.serve(connection, folder)
                close(connection)
            }
        }.start()
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
        silent.withLock { $0.forEach { _ = close($0) } }
    }

    package func url(_ repository: String) -> String { "http://127.0.0.1:\(port)/\(repository)" }

    /// Answers one request through git's own program for web servers.
    private func serve(_ connection: Int32, _ folder: FilePath) {
        var received = Data()
        guard let end = readHead(connection, &received) else { return }
        let lines = String(decoding: received[..<end], as: UTF8.self).split(whereSeparator: \.isNewline)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count > 1 else { return }
        let target = words[1].split(separator: "?", maxSplits: 1).map { String($0) }
        log.withLock { $0.append("\(words[0]) \(target[0])") }
        self.lines.withLock { $0 += lines.map { String($0) } }
        func header(_ name: String) -> String? {
            let line = lines.dropFirst().first { $0.lowercased().hasPrefix(name + ":") }
            return line.map { String($0.dropFirst(name.count + 1)).trimmingCharacters(in: .whitespaces) }
        }
        if let refusal = refusal(of: words[1], authorization: header("authorization")) {
            return send(
                Data("HTTP/1.1 \(refusal)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8),
                to: connection
            )
        }
        var body = received[(end + 4)...]
        let length = header("content-length").flatMap { Int($0) } ?? 0
        while body.count < length, let more = read(connection) { body += more }

        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git", "http-backend"]
        process.environment = SampleRepository.environment.merging([
            "GIT_PROJECT_ROOT": folder.string, "GIT_HTTP_EXPORT_ALL": "1", "REQUEST_METHOD": String(words[0]),
            "PATH_INFO": target[0], "QUERY_STRING": target.count > 1 ? target[1] : "",
            "CONTENT_TYPE": header("content-type") ?? "", "CONTENT_LENGTH": "\(length)",
            "HTTP_CONTENT_ENCODING": header("content-encoding") ?? "", "GIT_PROTOCOL": header("git-protocol") ?? "",
        ]) { $1 }
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let answer: Data
        do {
            try process.run()
            try input.fileHandleForWriting.write(contentsOf: body)
            try input.fileHandleForWriting.close()
            answer = try output.fileHandleForReading.readAll()
        } catch {
            return
        }
        process.waitUntilExit()
        let status =
            answer.starts(with: Data("Status: ".utf8))
            ? String(decoding: answer.dropFirst(8).prefix { $0 != 13 }, as: UTF8.self) : "200 OK"
        send(Data("HTTP/1.1 \(status)\r\nConnection: close\r\n".utf8) + answer, to: connection)
    }

    /// The status and the header of an answer that says no or sends elsewhere; nil if the request is served.
    private func refusal(of target: Substring, authorization: String?) -> String? {
        for (name, place) in rules.redirections where target.hasPrefix("/\(name)/") {
            return "301 Moved Permanently\r\nLocation: \(place)\(target.dropFirst(name.count + 1))"
        }
        let expected = rules.credential.map { "Basic " + Data($0.utf8).base64EncodedString() }
        guard let expected, authorization != expected else { return nil }
        return "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"test\""
    }

    private func readHead(_ connection: Int32, _ received: inout Data) -> Int? {
        while true {
            if let end = received.firstRange(of: Data("\r\n\r\n".utf8)) { return end.lowerBound }
            guard let more = read(connection) else { return nil }
            received += more
        }
    }

    private func read(_ connection: Int32) -> Data? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &buffer, buffer.count, 0)
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
