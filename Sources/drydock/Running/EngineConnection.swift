import Docker
import Foundation
import Glibc

/// The engine of a command.
enum EngineConnection {
    /// Connects while the body begins; the body waits for the engine when it needs it.
    static func with<Value>(
        _ context: Context,
        _ body: (_ docker: () async throws -> DockerClient) async throws -> Value
    ) async throws -> Value {
        let connecting = Task { try await open(context) }
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

    /// Connects to the engine that the environment names, or to the first one in the usual places that answers.
    private static func open(_ context: Context) async throws -> DockerClient {
        do {
            return try await DockerClient.connect(
                to: DockerHost.candidates(
                    environment: context.environment,
                    home: context.directories.home,
                    userID: getuid()
                )
            )
        } catch let error as DockerError {
            throw CommandFailure(.engineUnavailable, "\(error)")
        }
    }

    /// How many processors the engine has: an engine behind a socket of this machine has this machine's.
    static func processors(of docker: DockerClient) async throws -> Int {
        if case .unix = docker.host.address { return ProcessInfo.processInfo.activeProcessorCount }
        do {
            return try await docker.info().processors
        } catch let error as DockerError {
            throw CommandFailure(.engineUnavailable, "\(error)")
        }
    }
}
