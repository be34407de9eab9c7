import Foundation
package import SystemPackage

/// A folder laid out as a step's home; it goes with the object.
package final class StepHomeFolder: Sendable {
    package let path: FilePath

    /// - Parameter files: Texts by their path, folders made as needed; readable for everybody unless changed.
    /// - Throws: That they cannot be written.
    package init(_ files: [String: String] = [:]) throws {
        path = FilePath(NSTemporaryDirectory()).appending("drydock-home-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
        for (name, text) in files { try write(text, to: name) }
    }

    deinit {
        // A folder that stays is in the system's folder for such things.
        try? FileManager.default.removeItem(atPath: path.string)
    }

    package func write(_ text: String, to name: String) throws {
        let file = path.pushing(FilePath(name))
        let above = file.removingLastComponent().string
        try FileManager.default.createDirectory(atPath: above, withIntermediateDirectories: true)
        try text.write(toFile: file.string, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.string)
    }
}
