import Foundation
import Synchronization
package import SystemPackage

/// A program that serves on this machine as long as the object lives.
package final class ServerProgram: Sendable {
    /// It ended before it said that it listens.
    package struct NotReady: Error {
        package var output: String
    }

    private let identifier: pid_t
    private let text = Mutex("")

    /// What it said so far, on its standard error.
    package var output: String { text.withLock { $0 } }

    /// Foundation's `Process` waits for everybody who got its descriptors, and a server would get those of all programs
    /// that other tests start at the same time: it closes them first.
    private static let launcher = """
        for file in /proc/$$/fd/*; do
            descriptor=${file##*/}
            if ((descriptor > 2)); then eval "exec $descriptor>&-"; fi
        done
        exec "$@"
        """

    /// Starts it and waits until it says that it is ready.
    /// - Parameters:
    ///   - program: A path.
    ///   - arguments: Without its name.
    ///   - environment: Nil for that of the tests.
    ///   - sign: What it says on its standard error when it is ready.
    /// - Throws: `NotReady`, or that it cannot be started.
    package init(_ program: FilePath, _ arguments: [String], environment: [String: String]? = nil, ready sign: String)
        throws
    {
        let errors = Pipe()
        let writing = errors.fileHandleForWriting.fileDescriptor
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, writing, 2)
        // The thread of a test may block signals, and the program would for ever.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = ["bash", "-c", Self.launcher, "bash", program.string] + arguments
        let variables = environment ?? ProcessInfo.processInfo.environment
        var wordPointers = words.map { strdup($0) } + [nil]
        var variablePointers = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { (wordPointers + variablePointers).forEach { free($0) } }
        var identifier = pid_t()
        let code = posix_spawn(&identifier, "/bin/bash", &actions, &attributes, &wordPointers, &variablePointers)
        guard code == 0 else { throw Errno(rawValue: code) }
        self.identifier = identifier
        try errors.fileHandleForWriting.close()

        let reading = errors.fileHandleForReading
        while !output.contains(sign) {
            let data = reading.availableData
            guard !data.isEmpty else { throw NotReady(output: output) }
            text.withLock { $0 += String(decoding: data, as: UTF8.self) }
        }
        Thread { [weak self] in
            while true {
                let data = reading.availableData
                guard !data.isEmpty, let self else { return }
                self.text.withLock { $0 += String(decoding: data, as: UTF8.self) }
            }
        }.start()
    }

    deinit {
        kill(identifier, SIGTERM)
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    }

    /// Runs a program to its end.
    /// - Returns: What it printed.
    /// - Throws: `SampleRepository.Failure` if it fails.
    @discardableResult
    package static func run(_ words: String...) throws -> String { try run(words) }

    /// Runs a program to its end, its name and arguments given as a list.
    /// - Returns: What it printed.
    /// - Throws: `SampleRepository.Failure` if it fails.
    @discardableResult
    package static func run(_ words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SampleRepository.Failure(arguments: words, output: output) }
        return output
    }

    /// Starts something on a free port, once more on another one where somebody else took it.
    static func onFreePort<Result>(_ start: (Int) throws -> Result) throws -> Result {
        for _ in 0..<5 {
            // Another program may take the port before it is used.
            do { return try start(try freePort()) } catch is NotReady {}
        }
        return try start(try freePort())
    }

    private static func freePort() throws -> Int {
        let (socket, port) = try Listener.open()
        close(socket)
        return port
    }
}
