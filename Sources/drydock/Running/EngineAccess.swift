import Docker
import Foundation
import Glibc
import Pods
import Resolvers
import Synchronization
import SystemPackage

/// A command's way to the engine; what earlier runs left there is removed first.
struct EngineAccess {
    let context: Context

    /// The places where an engine is looked for.
    var candidates: [DockerHost] {
        DockerHost.candidates(
            environment: context.environment,
            home: context.directories.home,
            userID: getuid()
        )
    }

    /// What was begun before the arguments were read, until a command takes it.
    private static let anticipated = Mutex<Task<DockerClient, any Error>?>(nil)

    /// Whether a command with these arguments is going to ask an engine.
    static func isLikely(for arguments: some Collection<String>) -> Bool {
        !arguments.contains { ["help", "--help", "-h", "--version"].contains($0) || $0.hasPrefix("--generate-") }
    }

    /// Begins to connect; ``connect()`` goes on with it.
    func anticipate() {
        let candidates = candidates
        let connecting = Task.detached { try await DockerClient.connect(to: candidates) }
        Self.anticipated.withLock { $0 = connecting }
    }

    func connect() async throws -> DockerClient {
        let anticipated = Self.anticipated.withLock { $0.take() }
        do {
            guard let anticipated else { return try await DockerClient.connect(to: candidates) }
            return try await withTaskCancellationHandler {
                try await anticipated.value
            } onCancel: {
                anticipated.cancel()
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Connects while the body begins; the body waits for the engine when it needs it.
    func connecting<Value>(
        _ body: (_ docker: () async throws -> DockerClient) async throws -> Value
    ) async throws -> Value {
        let connecting = Task { try await connect() }
        do {
            let value = try await body { try await connecting.value }
            await (try? connecting.value)?.shutdown()
            return value
        } catch {
            // What is wrong with the manifests is told at once, whether or not an engine answers.
            connecting.cancel()
            await (try? connecting.value)?.shutdown()
            throw error
        }
    }

    /// How many processors the engine has: an engine behind a socket of this machine has this machine's.
    static func processors(of docker: DockerClient) async throws -> Int {
        if case .unix = docker.host.address { return ProcessInfo.processInfo.activeProcessorCount }
        do {
            return try await docker.info().processors
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Runs a body with a swept engine, and ends the connection.
    func withEngine<Value>(_ body: (DockerClient) async throws -> Value) async throws -> Value {
        let entrypoint = try EntrypointProgram.find()
        let docker = try await connect()
        do {
            await tellSweep(docker, entrypoint: entrypoint)
            let value = try await body(docker)
            await docker.shutdown()
            return value
        } catch {
            await docker.shutdown()
            throw error is CancellationError ? error : CommandFailure(error)
        }
    }

    /// Removes what earlier runs left that were ended from outside.
    /// - Returns: How many objects there were.
    func sweep(_ docker: DockerClient, entrypoint: FilePath) async throws -> Int {
        try await Sweeper(docker: docker, stateDirectory: context.directories.state, entrypoint: entrypoint).sweep()
    }

    /// Removes what earlier runs left and says so; a command does not fail over it.
    func tellSweep(_ docker: DockerClient, entrypoint: FilePath) async {
        do {
            let count = try await sweep(docker, entrypoint: entrypoint)
            if count > 0 { context.say("removed \(count) leftover\(count == 1 ? "" : "s") of earlier runs") }
        } catch {
            context.say("drydock: what an earlier run left could not be removed: \(error)")
        }
    }
}

extension CommandFailure {
    /// The exit code and message of what a room threw.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as ResolverError: self.init(error)
        case let error as DockerError: self.init(error.isDenied ? .permission : .engineUnavailable, "\(error)")
        case let error as Errno where error == .noSpace: self.init(.cannotCreate, "the disk is full: \(error)")
        case let error as HostFileError where error.cause == .noSpace:
            self.init(
                .cannotCreate,
                "the disk is full: \(error); make room, or name another folder with XDG_STATE_HOME"
            )
        default: self.init(.ioError, "\(error)")
        }
    }
}
