import Foundation
import SystemPackage

/// Removes a directory that this module made, with all in it.
func removeTree(_ path: FilePath) {
    // What cannot be removed is inside the destination and goes with it.
    try? FileManager.default.removeItem(atPath: path.string)
}

/// The names in a folder; none if it cannot be read.
func names(in folder: FilePath) -> [String] {
    // A folder that is not there has no files.
    (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
}

/// The text of a file; nil if it cannot be read.
func text(of path: FilePath) -> String? {
    FileManager.default.contents(atPath: path.string).map { String(decoding: $0, as: UTF8.self) }
}

/// Makes a folder and those above it.
func makeFolder(_ path: FilePath, permissions: Int = 0o755) throws(LibraryError) {
    do {
        try FileManager.default.createDirectory(
            atPath: path.string,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: permissions]
        )
    } catch {
        throw .writing(path, error)
    }
}

func isSymbolicLink(_ path: FilePath) -> Bool {
    // What is not there, or no link, has no destination.
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path.string)) != nil
}
