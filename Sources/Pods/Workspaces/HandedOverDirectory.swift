import Foundation
import Glibc
import Manifests
import SystemPackage

/// A directory of this machine that steps write to (`path=DIR,rw`): what they made in it becomes the caller's.
struct HandedOverDirectory: Sendable {
    let path: FilePath
    /// What was there before: its files belong to whom they belonged.
    private let earlier: Set<UInt64>

    /// The directories among a Pod's volumes, as they are before its containers start.
    static func all(in volumes: [String: VolumeContent]) throws -> [HandedOverDirectory] {
        let paths = volumes.values.compactMap { content -> FilePath? in
            if case .directory(let path, .readWrite) = content { path } else { nil }
        }
        return Set(paths).map { path in
            var earlier: Set<UInt64> = []
            visit(path) { _, status in earlier.insert(UInt64(status.st_ino)) }
            return HandedOverDirectory(path: path, earlier: earlier)
        }
    }

    /// Gives the caller what is new and belongs to others.
    func handOver(with removal: HostRemoval) async throws {
        let user = getuid()
        let group = getgid()
        var refused: [FilePath] = []
        Self.visit(path) { path, status in
            guard status.st_uid != user, !earlier.contains(UInt64(status.st_ino)) else { return }
            if lchown(path.string, user, group) != 0 { refused.append(path) }
        }
        guard !refused.isEmpty else { return }
        try await removal.changeOwner(of: refused, in: path, to: user, group: group)
    }

    /// Visits everything in a directory; what cannot be read is left out.
    private static func visit(_ directory: FilePath, _ body: (FilePath, stat) -> Void) {
        guard let names = FileManager.default.enumerator(atPath: directory.string) else { return }
        for case let name as String in names {
            let path = directory.pushing(FilePath(name))
            var status = stat()
            if lstat(path.string, &status) == 0 { body(path, status) }
        }
    }
}
