import Foundation
package import SystemPackage

/// Serves the repositories of a folder with git's own protocol, on a free port of this machine.
package final class GitDaemon: Sendable {
    package let port: Int
    private let server: ServerProgram

    /// - Throws: If git does not start it.
    package init(_ folder: FilePath) throws {
        let programs = try SampleRepository.git(["--exec-path"])
        (server, port) = try ServerProgram.onFreePort { port in
            let arguments = [
                "--verbose", "--listen=127.0.0.1", "--port=\(port)", "--reuseaddr", "--export-all",
                "--base-path=\(folder)", folder.string,
            ]
            let program = FilePath(programs).appending("git-daemon")
            let environment = SampleRepository.environment
            return (try ServerProgram(program, arguments, environment: environment, ready: "Ready to rumble"), port)
        }
    }

    package func url(_ repository: String) -> String { "git://127.0.0.1:\(port)/\(repository)" }
}
