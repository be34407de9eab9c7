import Glibc
import Manifests
import Planning
import SystemPackage

/// A volume that is ready on this machine.
struct VolumeDirectory: Sendable {
    var path: FilePath
    var isReadOnly: Bool

    /// A path in the volume, made as a directory if nothing is there.
    ///
    /// No link in the volume leads out of it: what a step left there may be hostile.
    func path(of subPath: FilePath) throws -> FilePath {
        var result = path
        guard !subPath.components.contains(where: { $0.kind == .parentDirectory }) else {
            throw Self.refusal(subPath, "must not contain '..'")
        }
        let components = subPath.components.filter { $0.kind == .regular }
        guard !components.isEmpty else { return path }
        let root = HostFiles.resolved(path)
        for component in components {
            result.append(component)
            if !HostFiles.exists(result) { try make(result, for: subPath) }
            guard let actual = HostFiles.resolved(result), let root, actual.starts(with: root) else {
                throw Self.refusal(subPath, "a link in it leads out of the volume")
            }
        }
        return HostFiles.resolved(result) ?? result
    }

    /// Makes a directory of a sub path; that something else has its name is the volume's fault.
    private func make(_ directory: FilePath, for subPath: FilePath) throws {
        do {
            try HostFiles.makeDirectory(directory, mode: 0o777)
        } catch let error as HostFileError where [.fileExists, .notDirectory].contains(error.cause) {
            throw Self.refusal(subPath, "not a directory")
        }
    }

    private static func refusal(_ subPath: FilePath, _ cause: String) -> Refusal {
        .configuration("failed to prepare subPath for volumeMount \"\(subPath)\": \(cause)")
    }
}

/// Makes the directories of volumes.
struct VolumeStore: Sendable {
    /// The directory of the run, in which templates and copies lie that several Pods share.
    let runDirectory: FilePath
    let engineSocket: FilePath
    /// Takes part in the use of a claim, so that nobody removes it, and tells where it lasts.
    let useClaim: @Sendable (_ name: String) throws -> FilePath

    /// Makes what a volume is made of, in the Pod's directory or where it lasts.
    func directory(for content: VolumeContent, name: String, in pod: FilePath) throws -> VolumeDirectory {
        let own = pod.appending("volumes")
        let path: FilePath
        switch content {
        case .emptyDirectory:
            path = own.appending(name)
            try makeOpen(path)
        case .claim(let claim, _):
            // A name is no path: one with dots and slashes would lead to other directories of this machine.
            guard let name = FilePath.Component(claim), name.kind == .regular else {
                throw Refusal.configuration("\"\(claim)\" is not the name of a claim")
            }
            path = try useClaim(name.string)
            try makeOpen(path)
        case .template(let key):
            path = runDirectory.appending("templates").pushing(FilePath(key))
            try makeOpen(path)
        case .files(let files):
            path = own.appending(name)
            try HostFiles.makeDirectories(path)
            for file in files { try write(file, in: path) }
        case .socketDirectory:
            path = own.appending(name)
            try makeOpen(path)
            // The engine's socket is mounted on it.
            try HostFiles.write([], to: path.appending("docker.sock"))
        case .host(let target, _) where SharedSocket.isSocket(target):
            path = engineSocket
        case .host(let target, let type):
            path = try hostPath(target, type: type, name: name)
        case .directory(let source, .copy):
            path = try DirectoryCopy(of: source, in: runDirectory.appending("copies")).path()
        case .directory(let source, _):
            path = source
        }
        return VolumeDirectory(path: path, isReadOnly: content.isReadOnly)
    }

    private func makeOpen(_ path: FilePath) throws {
        try HostFiles.makeDirectories(path, mode: 0o777)
    }

    private func write(_ file: VolumeFile, in directory: FilePath) throws {
        guard let path = directory.lexicallyResolving(file.path) else {
            throw Refusal.configuration("the path \"\(file.path)\" of a file leads out of its volume")
        }
        try HostFiles.makeDirectories(path.removingLastComponent())
        try HostFiles.write(file.bytes, to: path, mode: mode_t(file.mode))
    }

    private func hostPath(_ path: FilePath, type: String, name: String) throws -> FilePath {
        switch type {
        case "DirectoryOrCreate": try HostFiles.makeDirectories(path)
        case "FileOrCreate":
            if !HostFiles.exists(path) { try HostFiles.write([], to: path) }
        default: break
        }
        let wanted = Self.kinds[type]
        guard let kind = HostFiles.kind(of: path), wanted == nil || wanted?.kind == kind else {
            throw Refusal.configuration(
                "MountVolume.SetUp failed for volume \"\(name)\": hostPath type check failed: \(path) is not a "
                    + (wanted?.words ?? "file or directory")
            )
        }
        return path
    }

    /// What a path must lead to, by the names of Kubernetes.
    private static let kinds: [String: (kind: mode_t, words: String)] = [
        "Directory": (S_IFDIR, "directory"), "DirectoryOrCreate": (S_IFDIR, "directory"), "File": (S_IFREG, "file"),
        "FileOrCreate": (S_IFREG, "file"), "Socket": (S_IFSOCK, "socket"),
        "CharDevice": (S_IFCHR, "character device"), "BlockDevice": (S_IFBLK, "block device"),
    ]
}
