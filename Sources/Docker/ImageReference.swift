/// The name of an image, taken apart.
package struct ImageReference: Sendable, Equatable {
    /// The registry, `docker.io` if none is named.
    package var registry: String
    /// The repository within the registry, as `library/busybox`.
    package var repository: String
    /// The tag; `latest` if there is neither tag nor digest.
    package var tag: String?
    /// The digest, `sha256:…`.
    package var digest: String?
    /// Takes a name apart.
    package init(parsing text: String) throws(DockerError) {
        throw .invalidReference(text, reason: "")
    }
}
