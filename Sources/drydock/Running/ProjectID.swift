import Crypto
import Pods
import SystemPackage

/// Tells which project a manifest belongs to: claims last per project.
enum ProjectID {
    /// A short hash of the Git top level above a path, else of the path's folder.
    static func of(_ path: FilePath?) -> String {
        let folder = folder(of: path ?? ".")
        return hash((topLevel(above: folder) ?? folder).string)
    }

    /// The folder that a path is, or that it lies in, without links.
    private static func folder(of path: FilePath) -> FilePath {
        if let here = HostFiles.resolved(path) {
            return HostFiles.isDirectory(here) ? here : here.removingLastComponent()
        }
        let parent = path.removingLastComponent()
        return HostFiles.resolved(parent.isEmpty ? "." : parent) ?? parent
    }

    private static func topLevel(above folder: FilePath) -> FilePath? {
        var folder = folder
        while !folder.components.isEmpty {
            if HostFiles.exists(folder.appending(".git")) { return folder }
            folder.removeLastComponent()
        }
        return nil
    }

    private static func hash(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
