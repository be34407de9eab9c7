import Foundation
package import SystemPackage

/// A bare repository for a test, in a folder of its own that goes with it.
package final class SampleRepository: Sendable {
    /// What a commit holds under a name.
    package enum Content: Sendable {
        case text(String)
        case program(String)
        case link(to: String)
    }

    /// A command of git that failed.
    package struct Failure: Error {
        package var arguments: [String]
        package var output: String
    }

    /// A folder for the test, with the repository in it.
    package let folder: FilePath
    package let name: String
    package var path: FilePath { folder.appending("\(name).git") }
    private var tree: FilePath { folder.appending("\(name)-tree") }

    /// Makes an empty repository whose branch is `main`.
    package init(_ name: String = "sample") throws {
        self.name = name
        folder = FilePath(NSTemporaryDirectory()).appending("drydock-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: tree.string, withIntermediateDirectories: false)
        try Self.git(["init", "-q", "--bare", "-b", "main", path.string])
        try git("config", "uploadpack.allowAnySHA1InWant", "true")
    }

    deinit {
        // A folder that stays is in the system's folder for such things.
        try? FileManager.default.removeItem(atPath: folder.string)
    }

    /// Makes a folder beside the repository.
    package func makeFolder(_ name: String) throws -> FilePath {
        let path = folder.appending(name)
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
        return path
    }

    /// Adds a commit.
    /// - Parameters:
    ///   - files: What is new in it, by path.
    ///   - seconds: When it was committed, since 1970.
    /// - Returns: Its 40 digits.
    /// - Throws: If git does not do it.
    @discardableResult
    package func commit(_ files: [String: Content], at seconds: Int = 1_600_000_000) throws -> String {
        for (name, content) in files {
            let file = tree.pushing(FilePath(name)).string
            let above = FilePath(file).removingLastComponent().string
            try FileManager.default.createDirectory(atPath: above, withIntermediateDirectories: true)
            switch content {
            case .text(let text): try text.write(toFile: file, atomically: true, encoding: .utf8)
            case .program(let text):
                try text.write(toFile: file, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
            case .link(let target):
                try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: target)
            }
        }
        try git("add", "-A")
        try git("commit", "-q", "-m", "Change files", date: "\(seconds) +0000")
        return try git("rev-parse", "HEAD")
    }

    /// Runs git in the repository.
    /// - Returns: What it printed, without the line break at the end.
    /// - Throws: `Failure`, or that git is not there.
    @discardableResult
    package func git(_ arguments: String..., date: String? = nil) throws -> String {
        try Self.git(["--git-dir", path.string, "--work-tree", tree.string] + arguments, date: date)
    }

    /// Runs git anywhere, without this machine's configuration.
    /// - Returns: What it printed, without the line break at the end.
    /// - Throws: `Failure`, or that git is not there.
    @discardableResult
    package static func git(_ arguments: [String], date: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        process.environment = environment.merging(
            date.map { ["GIT_AUTHOR_DATE": $0, "GIT_COMMITTER_DATE": $0] } ?? [:]
        ) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: try pipe.fileHandleForReading.readAll(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(arguments: arguments, output: output) }
        return output.hasSuffix("\n") ? String(output.dropLast()) : output
    }

    /// What git sees of the environment.
    static var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
            "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com",
        ]
    }
}
