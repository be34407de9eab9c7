import Docker
import Foundation
import SystemPackage

/// Runs a body with a folder that is removed afterwards.
func withScratch<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "drydock-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let result: Result<Value, any Error>
    do { result = .success(try await body(folder)) } catch { result = .failure(error) }
    // What steps wrote as root only a container may remove, unless the tests are root's.
    if (try? FileManager.default.removeItem(at: folder)) == nil, Engine.isWanted {
        try await Engine.removeFolder(folder)
    }
    return try result.get()
}

extension Engine {
    /// Removes a folder of this machine through a container.
    fileprivate static func removeFolder(_ folder: URL) async throws {
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        try await prepareImage()
        var configuration = ContainerConfiguration(image: image)
        configuration.command = ["rm", "-rf", "/mnt/\(folder.lastPathComponent)"]
        configuration.labels = ["dev.drydock.test": "removal"]
        configuration.host.networkMode = .none
        let above = FilePath(folder.deletingLastPathComponent().path)
        configuration.host.mounts = [.bind(source: above, target: "/mnt")]
        try await withClient { [configuration] docker in
            let id = try await docker.createContainer(configuration)
            do {
                try await docker.startContainer(id)
                _ = try await docker.waitContainer(id)
            } catch {
                try await docker.removeContainer(id)
                throw error
            }
            try await docker.removeContainer(id)
        }
    }
}
