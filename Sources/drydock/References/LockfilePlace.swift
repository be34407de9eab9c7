import Foundation
import Resolvers
import SystemPackage

/// Where a project's lock file is: at the top of the Git repository of its first manifest, else beside that.
enum LockfilePlace {
    /// - Parameter manifest: The first manifest, nil for the current folder.
    /// - Returns: The path, whether or not there is such a file.
    static func path(for manifest: FilePath?) -> FilePath {
        let start = URL(filePath: manifest?.string ?? ".").standardizedFileURL
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: start.path, isDirectory: &isDirectory)
        let own = exists && isDirectory.boolValue ? start : start.deletingLastPathComponent()
        var folder = own
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appending(path: ".git").path) { break }
            folder = folder.deletingLastPathComponent()
        }
        let place = folder.path == "/" ? own : folder
        return FilePath(place.appending(path: Lockfile.name).path)
    }

    /// Reads the lock file that a command must go by.
    /// - Parameter path: Where it is.
    /// - Returns: The lock file.
    /// - Throws: That it is not there, or cannot be read.
    static func read(_ path: FilePath) throws(CommandFailure) -> Lockfile {
        do throws(Lockfile.Problem) {
            return try Lockfile(path: path)
        } catch {
            switch error {
            case .missing(let path):
                throw CommandFailure(.noInput, "there is no \(path); drydock refs lock writes it")
            case .malformed(let path, let reason):
                throw CommandFailure(.invalidManifest, "\(path) cannot be read: \(reason)")
            }
        }
    }
}
