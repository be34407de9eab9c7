package import Docker

/// The images of nothing but the program that runs inside containers.
package enum SandboxImages {
    static let repository = "drydock/sandbox"
    /// The label that all of them carry, also under other names or none.
    package static let label = "dev.drydock.sandbox"

    /// Removes one under the names that drydocks give, or one without a name.
    ///
    /// A drydock that needs it afterwards makes it again.
    /// - Returns: False while a container is made of it, or if it has a name of somebody else.
    package static func remove(_ id: String, names: [String], from docker: DockerClient) async throws -> Bool {
        let ours = names.isEmpty ? [id] : names.filter { $0.hasPrefix("\(repository):") }
        do {
            for name in ours { try await docker.removeImage(name) }
        } catch DockerError.conflict {
            return false
        }
        return ours.count >= names.count
    }
}
