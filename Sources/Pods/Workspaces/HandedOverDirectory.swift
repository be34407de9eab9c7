import Foundation
import Glibc
import Manifests
import SystemPackage

/// A directory of this machine that steps write to (`path=DIR,rw`): what they made in it becomes the caller's.
///
/// A run records each before its containers start, so that a sweep can hand over what a killed run did not.
struct HandedOverDirectory: Sendable, Codable {
    /// How many paths one container gets to change, as command lines are limited.
    private static let batch = 500

    private let directory: String
    private let user: uid_t
    private let group: gid_t
    /// The groups that the caller's own files may have.
    private let groups: Set<gid_t>
    /// Files of others that were there before: they stay theirs.
    ///
    /// The caller's are not remembered: a step may remove one and make another, which then may have its inode.
    private var others: Set<UInt64>

    var path: FilePath { FilePath(directory) }

    init(
        _ path: FilePath,
        user: uid_t = getuid(),
        group: gid_t = getgid(),
        groups: Set<gid_t> = Self.furtherGroups
    ) {
        directory = path.string
        self.user = user
        self.group = group
        self.groups = groups.union([group])
        self.others = []
        var others: Set<UInt64> = []
        Self.visit(path) { _, status in
            if isForeign(status) { others.insert(UInt64(status.st_ino)) }
            return true
        }
        self.others = others
    }

    /// Those of this process beside its own.
    private static var furtherGroups: Set<gid_t> {
        var groups = [gid_t](repeating: 0, count: Int(max(getgroups(0, nil), 0)))
        let count = getgroups(Int32(groups.count), &groups)
        return Set(groups.prefix(Int(max(count, 0))))
    }

    /// Whether a file is not the caller's; the superuser's may have any group.
    private func isForeign(_ status: stat) -> Bool {
        status.st_uid != user || user != 0 && !groups.contains(status.st_gid)
    }

    /// The directories among a Pod's volumes, as they are before its containers start.
    static func all(in volumes: [String: VolumeContent]) -> [HandedOverDirectory] {
        let paths = volumes.values.compactMap { content -> FilePath? in
            if case .directory(let path, .readWrite) = content { path } else { nil }
        }
        return Set(paths).map { HandedOverDirectory($0) }
    }

    // MARK: - Records

    /// Where the records of a run lie among its files.
    private static func folder(in runDirectory: FilePath) -> FilePath { runDirectory.appending("handed-over") }

    /// Writes a record.
    /// - Returns: The record's file, to be removed when the directory has been handed over.
    func record(in runDirectory: FilePath) throws -> FilePath {
        let folder = Self.folder(in: runDirectory)
        try HostFiles.makeDirectories(folder, mode: 0o700)
        let file = folder.appending(UUID().uuidString)
        try HostFiles.writeAtomically(try JSONEncoder().encode(self), to: file, mode: 0o600)
        return file
    }

    /// What a run that is gone had recorded.
    static func recorded(in runDirectory: FilePath) throws -> [HandedOverDirectory] {
        let folder = folder(in: runDirectory)
        // A run without records has no folder of them; a draft, which begins with a dot, was not whole.
        return try (DirectoryTree.names(in: folder) ?? []).filter { !$0.hasPrefix(".") }.compactMap { name in
            guard let bytes = try HostFiles.read(folder.appending(name), limit: .max) else { return nil }
            return try JSONDecoder().decode(HandedOverDirectory.self, from: Data(bytes))
        }
    }

    // MARK: - Handing over

    /// Gives the caller what is new and belongs to others.
    func handOver(with removal: HostRemoval) async throws {
        var refused = giveOwn()[...]
        while !refused.isEmpty {
            try await removal.changeOwner(of: Array(refused.prefix(Self.batch)), in: path, to: user, group: group)
            refused = refused.dropFirst(Self.batch)
        }
    }

    /// Visits the directory and what is in it.
    private static func visit(_ directory: FilePath, _ body: (FilePath, stat) -> Bool) {
        var status = stat()
        guard lstat(directory.string, &status) == 0, body(directory, status) else { return }
        DirectoryTree.visit(directory, body)
    }

    /// Changes what this process may change.
    /// - Returns: What it may not; of a directory that is new, what is in it goes with it.
    func giveOwn() -> [FilePath] {
        var refused: [FilePath] = []
        Self.visit(path) { path, status in
            guard isForeign(status), !others.contains(UInt64(status.st_ino)) else { return true }
            if lchown(path.string, user, group) == 0 { return true }
            refused.append(path)
            return false
        }
        return refused
    }
}
