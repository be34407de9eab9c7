import Foundation
internal import SystemPackage

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
            throw .unreadable(directory, reason: reason(error))
        }
        var files: [FilePath] = []
        for name in names.sorted() where name != ".git" {
            let path = directory.appending(name)
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
            return [UInt8](try Data(contentsOf: URL(filePath: path.string)))
        } catch {
            throw .unreadable(path, reason: reason(error))
        }
    }

    private static func reason(_ error: any Error) -> String {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        guard let cause, cause.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
        return String(cString: strerror(Int32(cause.code))).lowercased()
    }
}
