import Foundation
import Glibc
import Testing

/// A registry of this machine, empty at its start.
struct Registry {
    /// Its name in the names of images, as `127.0.0.1:40123`.
    let address: String
    private let files: URL

    /// The only user and password that one with a lock takes, which are those of the sample.
    static let credential = (user: "demo-builder", password: "demo-placeholder")
    private static let passwords = """
        demo-builder:$2y$05$8fxm6h4qUCHDUbzeF25rpOjDTdPPumFJMqhB8WxgwLzg/SVw3FYiW

        """

    /// The tags that were pushed, as `folder/name:tag`.
    func tags() throws -> [String] {
        let paths = FileManager.default.enumerator(atPath: files.path)?.compactMap { $0 as? String } ?? []
        return paths.compactMap { path in
            let tag = path.wholeMatch(of: #/docker/registry/v2/repositories/(.+)/_manifests/tags/([^/]+)/#)
            return tag.map { "\($0.1):\($0.2)" }
        }.sorted()
    }

    static let isWanted: Bool = {
        let required = ProcessInfo.processInfo.environment["DRYDOCK_REQUIRE", default: ""].split(separator: ",")
        return required.contains("registry") || program != nil
    }()

    private static let program = ["/usr/bin/docker-registry", "/usr/local/bin/docker-registry"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Runs a body with a registry that keeps its files in a folder; a locked one asks for ``credential``.
    static func with<Value>(
        in folder: URL,
        isLocked: Bool = false,
        _ body: (Registry) async throws -> Value
    ) async throws -> Value {
        let files = folder.appending(path: "registry")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        let configuration = folder.appending(path: "registry.yml")
        let passwords = folder.appending(path: "htpasswd")
        if isLocked { try Data(Self.passwords.utf8).write(to: passwords) }
        let text = """
            version: 0.1
            log: {level: info, formatter: json}
            storage: {filesystem: {rootdirectory: \(files.path)}}
            http: {addr: "127.0.0.1:0"}
            \(isLocked ? "auth: {htpasswd: {realm: test, path: \(passwords.path)}}" : "")
            """
        try Data(text.utf8).write(to: configuration)
        let process = Process()
        process.executableURL = URL(filePath: try #require(program))
        process.arguments = ["serve", configuration.path]
        let log = Pipe()
        process.standardError = log
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            // The others may be blocked in a child of a thread that blocks them.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let registry = Registry(address: try await address(in: log.fileHandleForReading), files: files)
        return try await body(registry)
    }

    /// What the registry says it listens on.
    private static func address(in log: FileHandle) async throws -> String {
        let found = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var text = ""
                var isFound = false
                // Read to the end, so that the registry never waits for a reader.
                while case let data = log.availableData, !data.isEmpty {
                    guard !isFound else { continue }
                    text += String(decoding: data, as: UTF8.self)
                    guard let address = text.firstMatch(of: /listening on (127\.0\.0\.1:[0-9]+)/)?.1 else { continue }
                    isFound = true
                    continuation.resume(returning: String(address))
                }
                if !isFound { continuation.resume(returning: "") }
            }
        }
        try #require(!found.isEmpty, "the registry did not start")
        return found
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, by name, where there is no registry program.
    static var needsRegistry: Self { .enabled(if: Registry.isWanted, "no docker-registry here") }
}
