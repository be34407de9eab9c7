import Foundation
import Glibc
import Testing

/// Somebody who is not root and is in the group of the engine's socket, with an account that only the programs see
/// which run as that user.
struct OrdinaryUser {
    static let isRoot = geteuid() == 0

    /// Home and working directory, both the user's.
    let program: Program
    let id: uid_t
    private let executable: String
    /// The folder with `passwd` and `group`.
    private let accounts: URL
    private let engineGroup: gid_t

    /// - Parameter scratch: A folder that everybody may enter.
    /// - Throws: That the account cannot be made.
    init(scratch: URL) throws {
        program = try Program(scratch: scratch)
        id = try #require((54_321...54_999).first { getpwuid($0) == nil && getgrgid($0) == nil })
        let programs = scratch.appending(path: "bin")
        accounts = scratch.appending(path: "accounts")
        for folder in [programs, accounts] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        }
        executable = try program.copyOfExecutable(in: programs)
        let lines = [
            "passwd": "ordinary:x:\(id):\(id)::\(program.home.path):/bin/sh\n", "group": "ordinary:x:\(id):\n",
        ]
        for (name, line) in lines {
            let known = try String(contentsOfFile: "/etc/\(name)", encoding: .utf8)
            try Data((known + line).utf8).write(to: accounts.appending(path: name))
        }
        var socket = stat()
        let path = ProcessInfo.processInfo.environment["DOCKER_HOST"] ?? "unix:///var/run/docker.sock"
        try #require(path.hasPrefix("unix://") && stat(String(path.dropFirst(7)), &socket) == 0, "no socket at \(path)")
        engineGroup = socket.st_gid
        for folder in [scratch, program.home, program.directory] { chmod(folder.path, 0o755) }
        try takeAll()
    }

    /// Runs a body with a user who goes with all files.
    static func with<Value>(_ body: (OrdinaryUser) async throws -> Value) async throws -> Value {
        try await Engine.prepareImage()
        return try await withScratch { try await body(OrdinaryUser(scratch: $0)) }
    }

    /// Makes all that lies in home and working directory the user's.
    func takeAll() throws {
        for root in [program.home, program.directory] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
            for path in [root.path] + names.map({ root.appending(path: $0).path }) {
                try #require(lchown(path, id, id) == 0, "\(path)")
            }
        }
    }

    /// Writes a file of the user's working directory.
    func write(_ text: String, to name: String) throws {
        let file = program.directory.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
        try takeAll()
    }

    /// What in home and working directory does not belong to the user and the user's group.
    func strangers() throws -> [String] {
        try [program.home, program.directory].flatMap { root in
            try FileManager.default.subpathsOfDirectory(atPath: root.path).map { root.appending(path: $0).path }
                + [root.path]
        }.filter { path in
            var status = stat()
            return lstat(path, &status) == 0 && (status.st_uid != id || status.st_gid != id)
        }
    }

    // MARK: - Programs

    /// Starts the program as the user, by its process's own number.
    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Started {
        // The mounts are in a namespace of their own, which goes with the program.
        let script = """
            mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/group" /etc/group &&
            exec setpriv --reuid \(id) --regid \(id) --groups \(engineGroup) -- "$@"
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["unshare", "-m", "--propagation", "private", "sh", "-c", script, accounts.path, executable] + arguments
        process.currentDirectoryURL = program.directory
        var own = ["HOME": program.home.path, "CI": "true", "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"]
        own["DOCKER_HOST"] = ProcessInfo.processInfo.environment["DOCKER_HOST"]
        process.environment = own.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let started = Started(process: process)
        process.standardOutput = started.output
        process.standardError = started.errors
        try process.run()
        return started
    }

    func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> Program.Ended {
        try await start(arguments, environment: environment).ended()
    }

    // MARK: - Afterwards

    /// Checks that everything is the user's, and that the engine has nothing of it.
    func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        // A drydock of another test may be the one that sweeps, and still be at it.
        let limit = Date().addingTimeInterval(60)
        while Date() < limit {
            let objects = try await Engine.objects(ofStateIn: program.home)
            if objects.isEmpty, try strangers().isEmpty { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(try strangers() == [], sourceLocation: sourceLocation)
        #expect(try await Engine.objects(ofStateIn: program.home).isEmpty, sourceLocation: sourceLocation)
        let pods = program.home.appending(path: ".local/state/drydock/pods").path
        if FileManager.default.fileExists(atPath: pods) {
            let left = try FileManager.default.contentsOfDirectory(atPath: pods)
            #expect(left == [], sourceLocation: sourceLocation)
        }
    }
}
