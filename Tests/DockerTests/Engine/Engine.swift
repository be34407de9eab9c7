import Docker
import Foundation
import SystemPackage
import Testing

/// The engine of this machine, and the image that tests run on it.
enum Engine {
    /// Under `DRYDOCK_REQUIRE=engine` the tests run, and fail, also where no engine answers.
    static var isRequired: Bool {
        let required = ProcessInfo.processInfo.environment["DRYDOCK_REQUIRE"] ?? ""
        return required.split(separator: ",").contains("engine")
    }

    /// Whether an engine answers, or must.
    static func isWanted() async -> Bool {
        if isRequired { return true }
        do {
            try await DockerClient.withConnection(to: candidates) { _ in }
            return true
        } catch {
            return false
        }
    }

    static var candidates: [DockerHost] {
        let environment = ProcessInfo.processInfo.environment
        return DockerHost.candidates(
            environment: environment,
            home: FilePath(environment["HOME"] ?? "/root"),
            userID: getuid()
        )
    }

    /// What all that a test makes is labelled with.
    static let label = "dev.drydock.docker-tests"
    /// The image of all containers here, made anew from the machine's static busybox.
    static let image = "drydock-samples/docker-tests:1"

    /// Runs a body with a client; whatever it leaves behind under its own label is a failure, and removed.
    static func use(_ body: (EngineSession) async throws -> Void) async throws {
        try await DockerClient.withConnection(to: candidates) { docker in
            let session = EngineSession(docker: docker, id: UUID().uuidString.lowercased())
            do {
                try await body(session)
            } catch {
                await withoutCancellation { _ = try? await session.removeAll() }
                throw error
            }
            let left = try await session.removeAll()
            #expect(left == [], "nothing is left behind")
        }
    }

    /// The archive that the image is made from.
    static func rootFileSystem() throws -> [UInt8] {
        var tar = TarWriter()
        tar.addDirectory("bin")
        tar.addDirectory("tmp", mode: 0o1777)
        tar.addDirectory("etc")
        tar.addFile("etc/passwd", contents: Array("root:x:0:0::/:/bin/sh\nada:x:1000:1000::/:/bin/sh\n".utf8))
        tar.addFile("bin/busybox", contents: [UInt8](try Data(contentsOf: URL(filePath: "/bin/busybox"))), mode: 0o755)
        for name in ["sh", "cat", "echo", "seq", "sleep", "id", "env", "pwd", "ls", "true", "test", "stat", "kill"] {
            tar.addSymlink(FilePath("bin/\(name)"), to: "busybox")
        }
        return tar.finish()
    }
}

/// One test's part of the engine.
struct EngineSession: Sendable {
    let docker: DockerClient
    let id: String

    var labels: [String: String] { [Engine.label: id] }
    private var filter: [String] { ["\(Engine.label)=\(id)"] }

    /// A container of the tests' image that runs a script.
    func configuration(_ script: String) -> ContainerConfiguration {
        var configuration = ContainerConfiguration(image: Engine.image)
        configuration.entrypoint = ["/bin/sh", "-c", script]
        configuration.labels = labels
        configuration.host.networkMode = .none
        return configuration
    }

    /// Runs a body with a container that is not started, and removes it.
    func withContainer<T>(
        _ configuration: ContainerConfiguration,
        _ body: (String) async throws -> T
    ) async throws -> T {
        let id = try await docker.createContainer(configuration)
        do {
            let value = try await body(id)
            try await docker.removeContainer(id)
            return value
        } catch {
            _ = await withoutCancellation { try? await docker.removeContainer(id) }
            throw error
        }
    }

    /// Runs a script in a container to its end.
    func run(_ configuration: ContainerConfiguration) async throws -> Ended {
        try await withContainer(configuration) { id in
            let frames = try await docker.attach(id)
            let exit = try await docker.watchExit(of: id)
            try await docker.startContainer(id)
            var ended = Ended()
            for try await frame in frames {
                switch frame.stream {
                case .stdout: ended.output += frame.bytes
                case .stderr: ended.errors += frame.bytes
                }
            }
            ended.exit = try await exit.value()
            return ended
        }
    }

    /// Removes everything of this test and says what there was.
    func removeAll() async throws -> [String] {
        var found: [String] = []
        for container in try await docker.listContainers(labels: filter) {
            found.append("container \(container.id)")
            try await docker.removeContainer(container.id)
        }
        for network in try await docker.listNetworks(labels: filter) {
            found.append("network \(network.name)")
            try await docker.removeNetwork(network.id)
        }
        for volume in try await docker.listVolumes(labels: filter) {
            found.append("volume \(volume.name)")
            try await docker.removeVolume(volume.name)
        }
        return found
    }
}

/// How a container ended, and what it wrote.
struct Ended {
    var exit = ContainerExit(code: -1)
    var output: [UInt8] = []
    var errors: [UInt8] = []

    var text: String { String(decoding: output, as: UTF8.self) }
    var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// Makes the image before the tests of a suite and removes it afterwards.
struct WithImage: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await DockerClient.withConnection(to: Engine.candidates) { docker in
            try await docker.importImage(
                tar: Engine.rootFileSystem(),
                reference: Engine.image,
                labels: [Engine.label: "image \"$quoted\""],
                changes: [#"CMD ["sh", "-c", "echo from the image"]"#, "ENV PATH=/bin", "WORKDIR /tmp"]
            )
            do {
                try await function()
            } catch {
                _ = await withoutCancellation { try? await docker.removeImage(Engine.image) }
                throw error
            }
            try await docker.removeImage(Engine.image)
            let left = try await docker.inspectImage(Engine.image)
            #expect(left == nil)
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a suite, by name, where no engine answers.
    static var needsEngine: Self {
        .enabled("no Docker engine answers here") { await Engine.isWanted() }
    }
}
