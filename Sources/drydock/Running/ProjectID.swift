import Crypto
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

    private static func hash(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
