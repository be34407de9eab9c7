import Foundation
import SystemPackage

/// The files that a path stands for.
struct ManifestFiles {
    var paths: [FilePath]
    var isDirectory: Bool

    private static let extensions: Set<String> = ["yaml", "yml", "json"]

    /// Finds them: the path itself, or what is in the directory and below, sorted; Git's own folder is left out.
    init(at path: FilePath) throws(LoadingError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder) else {
            throw .missing(path)
        }
        isDirectory = isFolder.boolValue
        paths = isDirectory ? try Self.files(in: path) : [path]
        guard !paths.isEmpty else { throw .noManifests(path) }
    }

    private static func files(in directory: FilePath) throws(LoadingError) -> [FilePath] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory.string)
        } catch {
            throw .unreadable(directory, reason: error.localizedDescription)
        }
        var files: [FilePath] = []
        for name in names.sorted() where name != ".git" {
            let path = directory.appending(name)
            // What vanishes in the meantime is treated as a file, and reported when it is read.
            let type = try? FileManager.default.attributesOfItem(atPath: path.string)[.type] as? FileAttributeType
            // A link to a directory is not followed: it may lead back.
            if type == .typeDirectory {
                files += try Self.files(in: path)
            } else if extensions.contains(path.extension?.lowercased() ?? ""), !isLinkToDirectory(path) {
                files.append(path)
            }
        }
        return files
    }

    private static func isLinkToDirectory(_ path: FilePath) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder) && isFolder.boolValue
    }

    static func read(_ path: FilePath) throws(LoadingError) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly)
            return try file.closeAfter { try bytes(of: file) }
        } catch let error as Errno {
            throw .unreadable(path, reason: error.description)
        } catch {
            throw .unreadable(path, reason: error.localizedDescription)
        }
    }

    private static func bytes(of file: FileDescriptor) throws -> [UInt8] {
        let chunk = 65_536
        var bytes: [UInt8] = []
        while true {
            let part = try [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            guard !part.isEmpty else { return bytes }
            bytes += part
        }
    }
}
