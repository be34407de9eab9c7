import Glibc
package import SystemPackage

/// A copy of the program that runs inside containers, kept under its digest.
package struct EntrypointCopy: Sendable, Hashable {
    /// The digest of its bytes, shortened.
    package let digest: String
    /// The folder that it lies in, with nothing else.
    package let folder: FilePath

    /// The copy of a digest in a state folder.
    package init(digest: String, stateDirectory: FilePath) {
        self.digest = digest
        folder = stateDirectory.appending("bin").appending(digest)
    }

    var path: FilePath { folder.appending("entrypoint") }

    /// All copies in a state folder.
    package static func all(in stateDirectory: FilePath) -> [EntrypointCopy] {
        // Without a folder there are none.
        (DirectoryTree.names(in: stateDirectory.appending("bin")) ?? []).sorted().filter { $0.allSatisfy(\.isHexDigit) }
            .map { EntrypointCopy(digest: $0, stateDirectory: stateDirectory) }
    }

    /// Whether a drydock uses it.
    package var isInUse: Bool { HostFiles.exists(path) && UseLock.takeAlone(path) == nil }

    /// Removes it.
    /// - Returns: False while a drydock uses it.
    package func remove() throws -> Bool {
        if HostFiles.exists(path) {
            guard let lock = UseLock.takeAlone(path) else { return false }
            guard unlink(lock.path.string) == 0 else {
                throw HostFileError(action: "remove", path: path, cause: Errno(rawValue: errno))
            }
        }
        // Drafts of copies that were killed in the making.
        for name in DirectoryTree.names(in: folder) ?? [] where name.hasPrefix(".") {
            unlink(folder.appending(name).string)
        }
        guard rmdir(folder.string) == 0 || errno == ENOENT || errno == ENOTEMPTY else {
            throw HostFileError(action: "remove", path: folder, cause: Errno(rawValue: errno))
        }
        // What is known of the program that it is a copy of.
        let bin = folder.removingLastComponent()
        for name in DirectoryTree.names(in: bin) ?? []
        where HostFiles.target(ofSymlink: bin.appending(name)) == digest {
            unlink(bin.appending(name).string)
        }
        return true
    }
}
