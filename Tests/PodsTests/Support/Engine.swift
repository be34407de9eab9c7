import Docker
import Foundation
import Glibc
import Planning
import Runs
import Synchronization
import SystemPackage
import Testing

@testable import Pods

/// The engine that tests run Pods on, and the image that their steps run in.
enum Engine {
    /// True where the tests must run, or can: under `DRYDOCK_REQUIRE=engine` a missing engine fails them.
    static let isWanted: Bool = {
        let required = ProcessInfo.processInfo.environment["DRYDOCK_REQUIRE", default: ""].split(separator: ",")
        return required.contains("engine") || FileManager.default.fileExists(atPath: "/var/run/docker.sock")
    }()

    static let image = "drydock-samples/test-pods:2"

    /// Makes ``image`` from the static busybox; tests that run at the same time make it once.
    static func prepareImage() async throws { try await preparation.value }

    private static let preparation = Task {
        try await withClient { docker in
            guard try await docker.inspectImage(image) == nil else { return }
            var tar = TarWriter()
            for name: FilePath in ["bin", "root"] { tar.addDirectory(name, mode: 0o755) }
            try tar.addFile(
                "bin/busybox",
                contents: Array(Data(contentsOf: URL(filePath: "/bin/busybox"))),
                mode: 0o755
            )
            for applet in ["sh", "sleep", "id", "cat", "mkdir", "chmod", "true", "false", "test", "touch", "ls"] {
                tar.addSymlink(FilePath("bin/\(applet)"), to: "busybox")
            }
            _ = try await docker.importImage(
                tar: tar.finish(),
                reference: image,
                changes: [#"CMD ["sh"]"#, "ENV PATH=/bin HOME=/root", "LABEL dev.drydock.test=image"]
            )
        }
    }

    static func withClient<T>(_ body: (DockerClient) async throws -> T) async throws -> T {
        let environment = ProcessInfo.processInfo.environment
        let home = FilePath(environment["HOME"] ?? "/root")
        let places = DockerHost.candidates(environment: environment, home: home, userID: getuid())
        return try await DockerClient.withConnection(to: places, body)
    }

    /// The static program for containers, which is built beside the tests.
    static var entrypoint: FilePath {
        get throws {
            let bundle = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
            var folder = (bundle ?? URL(filePath: CommandLine.arguments.first ?? "")).deletingLastPathComponent()
            while folder.path != "/" {
                let program = folder.appending(path: "drydock-entrypoint").path
                if FileManager.default.isExecutableFile(atPath: program) { return FilePath(program) }
                folder = folder.deletingLastPathComponent()
            }
            throw Errno.noSuchFileOrDirectory
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, by name, where there is no engine.
    static var needsEngine: Self { .enabled(if: Engine.isWanted, "no Docker engine here") }
}

/// A TaskRun on the engine, with all that it told.
struct EngineRun {
    var outcome: PodOutcome
    /// What was told, a line each.
    var told: [String]
    /// Containers that carry the run's label and are still there.
    var leftContainers: [String]
    /// What is left in the folder of the run's files.
    var leftFiles: [String]

    /// Runs a TaskRun.
    ///
    /// It is cancelled as soon as something that it told has the text in it.
    init(_ fixture: PodFixture, cancelAt text: String? = nil, resultLimit: ResultLimit = .each) async throws {
        try await Engine.prepareImage()
        let folder = try TemporaryFolder()
        let runID = "test-\(UUID().uuidString.lowercased())"
        let state = folder.path.appending("state")
        let lock = try OwnerLock(runID: runID, stateDirectory: state)
        let program = try Engine.entrypoint
        let result = try await Engine.withClient { docker in
            let runner = PodRunner(
                docker: docker,
                options: PodOptions(
                    runID: runID,
                    ownerLock: lock,
                    stateDirectory: state,
                    dataDirectory: folder.path.appending("data"),
                    project: "test",
                    entrypoint: program,
                    pullMode: .never,
                    resultLimit: resultLimit,
                    manifests: fixture.manifests
                )
            )
            let told = Told(awaited: text)
            let work = Task { try await runner.run(fixture.taskRun, retry: 0, emit: told.add) }
            if text != nil {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await told.heard.wait() }
                    group.addTask { _ = await work.result }
                    await group.next()
                    work.cancel()
                }
            }
            let outcome = try await work.value
            try await runner.finish()
            let left = try await docker.listContainers(labels: ["\(Sweeper.runLabel)=\(runID)"])
            return (outcome, told.lines, left.map(\.id))
        }
        (outcome, told, leftContainers) = result
        leftFiles = try FileManager.default.contentsOfDirectory(atPath: state.appending("pods").string)
    }

    /// The text that a step wrote.
    func output(of step: String) -> String {
        told.compactMap { $0.hasPrefix("\(step): ") ? String($0.dropFirst(step.count + 2)) : nil }.joined()
    }

    private final class Told: Sendable {
        let heard = OneTimeEvent()
        private let awaited: String?
        private let state = Mutex<[String]>([])

        init(awaited: String?) { self.awaited = awaited }

        var lines: [String] { state.withLock { $0 } }

        @Sendable func add(_ event: PodEvent) {
            let line: String
            switch event {
            case .notice(let text): line = "notice \(text)"
            case .pulling(let image, _): line = "pulling \(image)"
            case .stepStarted(let name): line = "began \(name)"
            case .output(let step, _, let bytes): line = "\(step): " + String(decoding: bytes, as: UTF8.self)
            case .stepEnded(let state): line = "ended \(state.name)"
            }
            state.withLock { $0.append(line) }
            if let awaited, line.contains(awaited) { heard.happen() }
        }
    }
}
