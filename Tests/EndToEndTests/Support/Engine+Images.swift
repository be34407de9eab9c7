import Docker
import Foundation
import Testing

extension Engine {
    static func withClient<Value>(_ body: (DockerClient) async throws -> Value) async throws -> Value {
        let docker = try await connect()
        do {
            let value = try await body(docker)
            await docker.shutdown()
            return value
        } catch {
            await docker.shutdown()
            throw error
        }
    }

    /// Runs a body with an image of its own name, which is gone afterwards.
    static func withOwnImage<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        try await prepareImage()
        let name = "drydock-samples/own-\(UUID().uuidString.lowercased()):1"
        try await withClient { try await $0.tagImage(image, as: name) }
        let result: Result<Value, any Error>
        do { result = .success(try await body(name)) } catch { result = .failure(error) }
        try await withClient { try await $0.removeImage(name) }
        return try result.get()
    }

    /// Pushes an image under a name of a registry, and takes that name away again.
    static func push(_ image: String, as name: String) async throws {
        try await withClient { try await $0.tagImage(image, as: name) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["docker", "push", "--quiet", name]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
        try await withClient { try await $0.removeImage(name) }
    }
}
