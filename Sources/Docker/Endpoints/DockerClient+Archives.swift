import NIOCore
package import SystemPackage

extension DockerClient {
    /// The longest archive that is read: 1 GiB.
    static let longestArchive = 1 << 30

    /// Unpacks a tar archive in a container (`PUT /containers/{id}/archive`), whether it runs or not.
    ///
    /// - Parameters:
    ///   - id: The container.
    ///   - path: A directory in it that exists.
    ///   - tar: The archive.
    /// - Throws: ``DockerError/notFound(request:message:)`` when there is no such container or directory.
    package func putArchive(_ id: String, path: FilePath, tar: [UInt8]) async throws {
        var request = containerRequest(.put, id, "/archive", for: "writing \(path) in")
        request.ask("path", path.string)
        request.body = (tar, "application/x-tar")
        request.secondsToAnswer = 600
        try await perform(request)
    }

    /// Packs a file or directory of a container (`GET /containers/{id}/archive`); `nil` when there is none.
    ///
    /// Throws ``DockerError/notFound(request:message:)`` when there is no such container.
    package func getArchive(_ id: String, path: FilePath) async throws -> [UInt8]? {
        var request = containerRequest(.get, id, "/archive", for: "reading \(path) in")
        request.ask("path", path.string)
        do {
            return [UInt8](buffer: try await bytes(request, upTo: Self.longestArchive))
        } catch let error as DockerError {
            // The status is the same for a missing container and a missing file.
            guard case .notFound(_, let message) = error, !message.contains("No such container") else { throw error }
            return nil
        }
    }
}
