import Foundation

/// A program that keeps passwords, `docker-credential-NAME`, asked as Docker's own command line asks it.
///
/// [Docker: Credential helper protocol](https://docs.docker.com/reference/cli/docker/login/#credential-helpers)
struct CredentialHelper: Sendable {
    /// Why a helper gave nothing.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// How long a helper may think, or wait for a person.
    static let patience: TimeInterval = 60

    /// What follows `docker-credential-`.
    let name: String
    let environment: [String: String]

    private var program: String { "docker-credential-\(name)" }

    /// Asks for what is kept for a registry.
    /// - Parameter server: The registry as the helper knows it.
    /// - Returns: What it keeps.
    /// - Throws: ``Failure`` if it cannot be asked, or keeps nothing for the registry.
    func credentials(for server: String) async throws -> RegistryAuth {
        let answer: Result<Data, any Error> = await withCheckedContinuation { continuation in
            // It blocks, which no thread of Swift's may.
            Thread.detachNewThread { continuation.resume(returning: Result { try ask(server) }) }
        }
        let written = try answer.get()
        guard let kept = try? JSONDecoder().decode(Kept.self, from: written) else {
            throw Failure(description: "what \(program) wrote cannot be read")
        }
        guard kept.username != Kept.token else {
            return RegistryAuth(serverAddress: server, username: "", password: "", identityToken: kept.secret)
        }
        return RegistryAuth(serverAddress: server, username: kept.username, password: kept.secret)
    }

    /// Runs the program to its end.
    private func ask(_ server: String) throws -> Data {
        guard let path = executable else { throw Failure(description: "\(program) is not among the programs in PATH") }
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = ["get"]
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw Failure(description: "\(program) cannot be started: \(error.localizedDescription)")
        }
        let limit = DispatchWorkItem { [running = RunningHelper(process)] in running.end() }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience, execute: limit)
        // One that does not want to know the registry answers all the same.
        try? input.fileHandleForWriting.write(contentsOf: Data(server.utf8))
        try? input.fileHandleForWriting.close()
        let written = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        limit.cancel()
        guard process.terminationStatus == 0 else {
            let words = String(decoding: written.prefix(500), as: UTF8.self).split(whereSeparator: \.isNewline)
            let said = words.first.map { String($0) } ?? "nothing, but ends with \(process.terminationStatus)"
            throw Failure(description: "\(program) says: \(said)")
        }
        return written
    }

    private var executable: String? {
        environment["PATH", default: ""].split(separator: ":").lazy.map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What a helper writes.
    private struct Kept: Decodable {
        /// Stands in the place of a user where the secret is a token.
        static let token = "<token>"

        let username: String
        let secret: String

        enum CodingKeys: String, CodingKey {
            case username = "Username"
            case secret = "Secret"
        }
    }
}

/// The helper, as far as another thread may touch it.
private final class RunningHelper: @unchecked Sendable {  // `terminate` only sends a signal, lost on one that ended
    private let process: Process

    init(_ process: Process) { self.process = process }

    func end() { if process.isRunning { process.terminate() } }
}
