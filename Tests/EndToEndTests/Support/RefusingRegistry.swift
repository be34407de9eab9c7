import Foundation
import Testing

/// A registry that gives every request the same refusal.
struct RefusingRegistry {
    let address: String

    /// Runs a body with a registry that answers with a status and an error code of the registry's API.
    static func with<Value>(
        status: Int,
        code: String,
        _ body: (RefusingRegistry) async throws -> Value
    ) async throws -> Value {
        let program = """
            import http.server
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def do_GET(self):
                    text = b'{"errors":[{"code":"\(code)","message":"not now"}]}'
                    self.send_response(\(status))
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    if self.command == "GET": self.wfile.write(text)
                do_HEAD = do_GET
                def log_message(self, *rest): pass
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            print(server.server_port, flush=True)
            server.serve_forever()
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try #require(Int(port) != nil, "python3 did not start a server")
        return try await body(RefusingRegistry(address: "127.0.0.1:\(port)"))
    }
}
