import Foundation
import Testing

/// The drydock program under test, run as a user would in a home of its own.
struct Program {
    struct Ended {
        var status: Int32
        var output: String
        var errors: String

        /// The runs that `-o json` printed.
        func objects() throws -> [[String: Any]] {
            let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
            return try #require(value as? [[String: Any]])
        }
    }

    /// The folder with all that was built.
    static var buildFolder: URL {
        // The test bundle lies beside the programs, whoever runs it.
        let executable = URL(filePath: CommandLine.arguments.first ?? "")
        let bundle = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
        var folder = (bundle ?? executable).deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.appending(path: "drydock").path)
        {
            folder = folder.deletingLastPathComponent()
        }
        return folder
    }

    static var executable: URL { buildFolder.appending(path: "drydock") }

    /// The package's folder, with the samples and the documentation.
    static var packageFolder: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    var home: URL
    var directory: URL

    /// A home and a working directory below a scratch folder.
    init(scratch: URL) throws {
        home = scratch.appending(path: "home")
        directory = scratch.appending(path: "work")
        for folder in [home, directory] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
    }

    /// Starts the program; the caller ends it or waits for it.
    func start(_ arguments: [String], input: String? = nil, environment: [String: String] = [:]) throws -> Started {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = directory
        var all = ProcessInfo.processInfo.environment
        for variable in ["STATE", "DATA", "CACHE", "CONFIG"] { all["XDG_\(variable)_HOME"] = nil }
        all["HOME"] = home.path
        all["CI"] = "true"
        process.environment = all.merging(environment) { $1 }
        let started = Started(process: process)
        process.standardOutput = started.output
        process.standardError = started.errors
        let inputPipe = Pipe()
        process.standardInput = input == nil ? FileHandle.nullDevice : inputPipe
        try process.run()
        if let input {
            try inputPipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try inputPipe.fileHandleForWriting.close()
        }
        return started
    }

    func run(_ arguments: String..., input: String? = nil, environment: [String: String] = [:]) async throws -> Ended {
        try await start(arguments, input: input, environment: environment).ended()
    }

    func run(_ arguments: [String]) async throws -> Ended {
        try await start(arguments).ended()
    }

    /// A manifest in the working directory.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: directory.appending(path: name))
    }
}

/// A program that is under way.
struct Started {
    let process: Process
    let output = Pipe()
    let errors = Pipe()

    /// Reads both outputs to their end and waits for the process.
    func ended() async throws -> Program.Ended {
        async let output = Self.read(self.output)
        async let errors = Self.read(self.errors)
        let texts = (await output, await errors)
        process.waitUntilExit()
        return Program.Ended(status: process.terminationStatus, output: texts.0, errors: texts.1)
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    private static func read(_ pipe: Pipe) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let data = pipe.fileHandleForReading.readDataToEndOfFile()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}
