import Foundation
import SystemPackage

/// Tells which project a manifest belongs to: claims last per project.
enum ProjectID {
    /// A short hash of the Git top level above a path, else of the path's folder.
    static func of(_ path: FilePath?) -> String {
        let start = URL(filePath: path?.string ?? ".").standardizedFileURL.resolvingSymlinksInPath()
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: start.path, isDirectory: &isDirectory)
        let folder = exists && isDirectory.boolValue ? start : start.deletingLastPathComponent()
        return hash(topLevel(above: folder) ?? folder.path)
    }

    private static func topLevel(above folder: URL) -> String? {
        var folder = folder
        while folder.path != "/" {
            if FileManager.default.fileExists(atPath: folder.appending(path: ".git").path) { return folder.path }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    /// FNV-1a, 64 bits: stable from run to run, which is all that is asked.
    private static func hash(_ text: String) -> String {
        let value = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(value, radix: 16)
    }
}
