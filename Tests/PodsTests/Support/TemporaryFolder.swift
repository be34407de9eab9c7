import Foundation
import SystemPackage

/// A folder of a test's own that goes away with it.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath(NSTemporaryDirectory()).appending("drydock-pods-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit {
        // A folder that stays is in the system's folder for such things.
        try? FileManager.default.removeItem(atPath: path.string)
    }

    @discardableResult
    func directory(_ name: FilePath) throws -> FilePath {
        let folder = path.pushing(name)
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        return folder
    }

    @discardableResult
    func write(_ name: FilePath, _ text: String = "text", mode: Int = 0o644) throws -> FilePath {
        let file = path.pushing(name)
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string,
            withIntermediateDirectories: true
        )
        try text.write(toFile: file.string, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.string)
        return file
    }

    func link(_ name: FilePath, to target: FilePath) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path.pushing(name).string,
            withDestinationPath: target.string
        )
    }
}

extension FilePath {
    var permissions: mode_t? { fileStatus(self).map { $0.st_mode & 0o7777 } }

    /// The text of a file, nil if there is none.
    var text: String? {
        get throws {
            guard FileManager.default.fileExists(atPath: string) else { return nil }
            return try String(contentsOfFile: string, encoding: .utf8)
        }
    }
}

/// The status of what is at a path, a link not followed; nil if nothing is.
func fileStatus(_ path: FilePath) -> stat? {
    var status = stat()
    return lstat(path.string, &status) == 0 ? status : nil
}
