import Docker
import Foundation
import Glibc
import SystemPackage
import Testing

/// The engine that the tests run on.
enum Engine {
    /// True where the tests must run, or can: under `DRYDOCK_REQUIRE=engine` a missing engine fails them.
    static let isWanted: Bool = {
        let required = ProcessInfo.processInfo.environment["DRYDOCK_REQUIRE", default: ""].split(separator: ",")
        return required.contains("engine") || FileManager.default.fileExists(atPath: "/var/run/docker.sock")
    }()

    /// The image that the tests' steps run in, made from the static busybox.
    static let image = "drydock-samples/test-busybox:1"

    static func connect() async throws -> DockerClient {
        let environment = ProcessInfo.processInfo.environment
        let home = FilePath(environment["HOME"] ?? "/root")
        return try await DockerClient.connect(
            to: DockerHost.candidates(environment: environment, home: home, userID: getuid())
        )
    }

    /// Makes ``image`` if it is not there yet; tests that run at the same time make it once.
    static func prepareImage() async throws { try await preparation.value }

    private static let preparation = Task {
        let docker = try await connect()
        do {
            if try await docker.inspectImage(image) == nil { try await importBusybox(docker) }
            await docker.shutdown()
        } catch {
            await docker.shutdown()
            throw error
        }
    }

    private static func importBusybox(_ docker: DockerClient) async throws {
        let program = try Data(contentsOf: URL(filePath: "/bin/busybox"))
        var tar = TarWriter()
        tar.addDirectory("bin", mode: 0o755)
        tar.addDirectory("tmp", mode: 0o1777)
        tar.addFile("bin/busybox", contents: Array(program), mode: 0o755)
        for applet in try applets() where applet != "busybox" {
            tar.addSymlink(FilePath("bin/\(applet)"), to: "busybox")
        }
        _ = try await docker.importImage(
            tar: tar.finish(),
            reference: image,
            changes: [#"CMD ["sh"]"#, "ENV PATH=/bin", "LABEL dev.drydock.test=image"]
        )
    }

    static func applets() throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/busybox")
        process.arguments = ["--list"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map(String.init)
    }

    /// The containers on the engine that belong to a drydock with this home, by their owner's lock file.
    static func objects(ofStateIn home: URL) async throws -> [String] {
        let docker = try await connect()
        do {
            let all = try await docker.listContainers(all: true, labels: ["dev.drydock.owner"])
            await docker.shutdown()
            return all.filter { $0.labels["dev.drydock.owner"]?.hasPrefix(home.path) == true }.map(\.id)
        } catch {
            await docker.shutdown()
            throw error
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, by name, where there is no engine.
    static var needsEngine: Self { .enabled(if: Engine.isWanted, "no Docker engine here") }
}
