import Foundation
import Glibc
package import SystemPackage

/// Where a claim lies on this machine, and how it is removed without harm to a run.
package struct ClaimPlace: Sendable, Hashable {
    /// The folder of drydock's data.
    private let dataDirectory: FilePath
    /// The project that it belongs to.
    package let project: String
    package let namespace: String
    package let name: String

    /// The place of a claim; its names are single components of a path.
    package init(dataDirectory: FilePath, project: String, namespace: String, name: String) {
        self.dataDirectory = dataDirectory
        self.project = project
        self.namespace = namespace
        self.name = name
    }

    /// The claim's directory.
    package var directory: FilePath { path(below: "claims") }
    /// The file whose lock stands for the claim's use; where no claim can have its name.
    var lock: FilePath { path(below: "claim-locks") }

    private func path(below folder: String) -> FilePath {
        dataDirectory.appending(folder).appending(project).appending(namespace).appending(name)
    }

    private static let mark = ".removed-"
    /// Whether this is what an earlier removal did not come to the end of.
    package var isRemoved: Bool { name.hasPrefix(Self.mark) }

    /// All claims in a data folder, by project, namespace and name.
    package static func all(in dataDirectory: FilePath) -> [ClaimPlace] {
        let claims = dataDirectory.appending("claims")
        return names(in: claims).flatMap { project in
            names(in: claims.appending(project)).flatMap { namespace in
                names(in: claims.appending(project).appending(namespace)).map { name in
                    ClaimPlace(dataDirectory: dataDirectory, project: project, namespace: namespace, name: name)
                }
            }
        }
    }

    private static func names(in folder: FilePath) -> [String] {
        // A folder that is not there, or that is a file, holds no claims.
        (DirectoryTree.names(in: folder) ?? []).sorted()
    }

    /// Whether a run uses it.
    package var isInUse: Bool {
        guard HostFiles.exists(lock) else { return false }
        return UseLock.takeAlone(lock) == nil
    }

    /// Takes the claim out of use in one moment: no run that starts afterwards sees it.
    /// - Returns: What is left to be removed; nil while a run uses the claim.
    package func takeAway() throws -> FilePath? {
        guard !isRemoved else { return directory }
        try HostFiles.makeDirectories(lock.removingLastComponent(), mode: 0o700)
        guard let held = UseLock.takeAlone(lock, making: true) else { return nil }
        let target = directory.removingLastComponent().appending("\(Self.mark)\(name)-\(UUID().uuidString)")
        guard rename(directory.string, target.string) == 0 else {
            throw HostFileError(action: "remove", path: directory, cause: Errno(rawValue: errno))
        }
        unlink(held.path.string)
        return target
    }
}
