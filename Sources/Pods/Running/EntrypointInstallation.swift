import Crypto
import Docker
import Glibc
import SystemPackage

/// The program that runs inside containers, as a file that stays the same while runs last, and as an image.
actor EntrypointInstallation {
    private static let nameInImage = "/drydock-entrypoint"

    private let docker: DockerClient
    private let source: FilePath
    private let stateDirectory: FilePath
    private var installed: (path: FilePath, digest: String)?
    /// Keeps others from removing the file.
    private var use: UseLock?
    private var imageTask: Task<String, any Error>?

    init(docker: DockerClient, source: FilePath, stateDirectory: FilePath) {
        self.docker = docker
        self.source = source
        self.stateDirectory = stateDirectory
    }

    /// The file under its digest in the state folder; copied there when it is missing.
    func path() throws -> FilePath { try install().path }

    /// The image that holds nothing but the program.
    ///
    /// It is made once for a digest and stays on the engine.
    func image() async throws -> String {
        if let imageTask { return try await imageTask.value }
        let (path, digest) = try install()
        let task = Task { [docker] in
            let reference = "\(SandboxImages.repository):\(digest)"
            if try await docker.inspectImage(reference) != nil { return reference }
            var tar = TarWriter()
            try tar.addFile(FilePath(Self.nameInImage), contents: Self.bytes(of: path), mode: 0o755)
            _ = try await docker.importImage(
                tar: tar.finish(),
                reference: reference,
                changes: ["ENTRYPOINT [\"\(Self.nameInImage)\"]", "LABEL \(SandboxImages.label)=\(digest)"]
            )
            return reference
        }
        imageTask = task
        do {
            return try await task.value
        } catch {
            imageTask = nil
            throw error
        }
    }

    /// The image, made again if somebody removed it since it was last seen.
    func imageAnew() async throws -> String {
        imageTask = nil
        return try await image()
    }

    private func install() throws -> (path: FilePath, digest: String) {
        if let installed { return installed }
        let known = try stateDirectory.appending("bin").appending(Self.mark(of: source))
        if let digest = HostFiles.target(ofSymlink: known) {
            let path = EntrypointCopy(digest: digest, stateDirectory: stateDirectory).path
            use = try UseLock.share(path, making: false)
            if use != nil {
                installed = (path, digest)
                return (path, digest)
            }
        }
        let bytes = try Self.bytes(of: source)
        let digest = String(SHA256.hash(data: bytes).map { Self.hexadecimal($0) }.joined().prefix(12))
        let path = EntrypointCopy(digest: digest, stateDirectory: stateDirectory).path
        while use == nil {
            if !HostFiles.exists(path) {
                try HostFiles.makeDirectories(path.removingLastComponent())
                try HostFiles.writeAtomically(bytes, to: path, mode: 0o755)
            }
            use = try UseLock.share(path, making: false)
        }
        try HostFiles.makeSymlink(known, to: FilePath(digest))
        installed = (path, digest)
        return (path, digest)
    }

    /// What changes whenever the file does, so that its bytes need not be read each time.
    private static func mark(of path: FilePath) throws -> String {
        var status = stat()
        guard stat(path.string, &status) == 0 else {
            throw HostFileError(action: "read", path: path, cause: Errno(rawValue: errno))
        }
        let numbers = [
            Int(status.st_dev), Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
            status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
        return "known-" + numbers.map { String($0, radix: 36) }.joined(separator: "-")
    }

    private static func bytes(of path: FilePath) throws -> [UInt8] {
        guard let bytes = try HostFiles.read(path, limit: 1 << 28) else {
            throw HostFileError(action: "read", path: path, cause: .noSuchFileOrDirectory)
        }
        return bytes
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
