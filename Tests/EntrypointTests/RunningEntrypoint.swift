import Foundation
import Testing

/// The built entrypoint, started as a process.
final class RunningEntrypoint {
    let process = Process()
    private let folder: TemporaryFolder

    /// Starts the program that lies beside the test bundle.
    init(_ arguments: [String], through wrapper: [String] = []) throws {
        folder = try TemporaryFolder()
        let testBundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(filePath: testBundle).deletingLastPathComponent().appending(path: "drydock-entrypoint").path
        try #require(FileManager.default.fileExists(atPath: program), "build drydock-entrypoint first")
        let words = wrapper + [program] + arguments
        process.executableURL = URL(filePath: words[0].contains("/") ? words[0] : "/usr/bin/\(words[0])")
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = folder.root
        process.standardInput = Pipe()
        for (name, set) in [
            ("stdout", { self.process.standardOutput = $0 }), ("stderr", { self.process.standardError = $0 }),
        ] as [(String, (FileHandle) -> Void)] {
            try folder.write(name, "")
            set(try FileHandle(forWritingTo: folder.root.appending(path: name)))
        }
        try process.run()
    }

    /// Waits for the end and returns the exit code.
    func exitCode() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// What the program has written to its standard output.
    func output() throws -> String {
        try folder.text("stdout")
    }

    /// What the program has written to its standard error.
    func errors() throws -> String {
        try folder.text("stderr")
    }

    /// Returns once the program handles a signal; fails if it ends before.
    func untilHandles(_ signal: Int32) throws {
        while true {
            let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") })
            let caught = try #require(UInt64(line.dropFirst(7).drop(while: \.isWhitespace), radix: 16))
            if caught & (1 << UInt64(signal - 1)) != 0 {
                return
            }
            try #require(process.isRunning)
        }
    }
}

/// An entry of a termination message, as its readers see it.
struct MessageEntry: Decodable, Equatable {
    var key: String
    var value: String
    var type: Int
}

/// A step's files in a folder, and the flags that name them.
struct StepFolder {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// The flags that every step has, then those of the test.
    func flags(_ index: Int = 0, _ more: [String] = []) -> [String] {
        [
            "-post_file", folder.path("run/\(index)/out"), "-termination_path", folder.path("message-\(index)"),
            "-step_metadata_dir", folder.path("run/\(index)/status"),
        ] + more
    }

    /// Runs a step with a script to its end.
    func run(_ script: String, _ more: [String] = []) throws -> RunningEntrypoint {
        let step = try RunningEntrypoint(flags(0, more) + ["-entrypoint", "sh", "--", "-c", script])
        step.process.waitUntilExit()
        return step
    }

    func message(_ index: Int = 0) throws -> [MessageEntry] {
        let data = try Data(contentsOf: folder.root.appending(path: "message-\(index)"))
        return try JSONDecoder().decode([MessageEntry].self, from: data)
    }

    /// The values that the message has for a key.
    func values(_ key: String) throws -> [String] {
        try message().filter { $0.key == key }.map(\.value)
    }
}
