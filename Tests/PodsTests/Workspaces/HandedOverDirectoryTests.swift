import Foundation
import Glibc
import Manifests
import SystemPackage
import Testing

@testable import Pods

@Suite struct `A directory that is handed over` {
    private static let isRoot = getuid() == 0

    @Test func `is one that steps may write, each once`() {
        let all = HandedOverDirectory.all(in: [
            "a": .directory("/srv/a", .readWrite), "b": .directory("/srv/a", .readWrite),
            "c": .directory("/srv/c", .readOnly), "d": .directory("/srv/d", .copy), "e": .emptyDirectory,
        ])
        #expect(all.map(\.path) == ["/srv/a"])
    }

    @Test(.enabled(if: isRoot, "only root may give files away"))
    func `gives the caller what is new, and leaves what was there`() throws {
        let folder = try TemporaryFolder()
        let old = try folder.write("old")
        let handedOver = HandedOverDirectory(folder.path, user: 4321, group: 4321)
        let new = try folder.write("made/deep/new")
        try folder.link("made/link", to: old)
        #expect(handedOver.giveOwn() == [])
        #expect(fileStatus(new)?.st_uid == 4321 && fileStatus(new)?.st_gid == 4321)
        #expect(fileStatus(folder.path.appending("made"))?.st_uid == 4321)
        #expect(fileStatus(folder.path.pushing("made/link"))?.st_uid == 4321)
        #expect(fileStatus(old)?.st_uid == 0)
    }

    @Test(.enabled(if: isRoot, "only root may give files away"))
    func `gives back what a step took, and what it made in the place of something`() throws {
        let folder = try TemporaryFolder()
        let paths = try (0..<8).map { try folder.write(FilePath("caller-\($0)")) } + [folder.path]
        for path in paths { #expect(lchown(path.string, 4321, 4321) == 0) }
        let handedOver = HandedOverDirectory(folder.path, user: 4321, group: 4321, groups: [99])
        // A file that is made after another was removed may have its inode.
        for path in paths.prefix(4) { try FileManager.default.removeItem(atPath: path.string) }
        let new = try (0..<4).map { try folder.write(FilePath("new-\($0)")) }
        #expect(lchown(paths[4].string, 0, 0) == 0)
        #expect(lchown(paths[5].string, 4321, 0) == 0)
        #expect(lchown(paths[6].string, 4321, 99) == 0)
        #expect(lchown(folder.path.string, 0, 0) == 0)
        #expect(handedOver.giveOwn() == [])
        for path in new + paths.dropFirst(4) {
            let group: gid_t = path == paths[6] ? 99 : 4321
            #expect(fileStatus(path)?.st_uid == 4321 && fileStatus(path)?.st_gid == group, "\(path)")
        }
    }

    @Test(.enabled(if: !isRoot, "root may change everything"))
    func `names what only a container may change, without what lies in it`() throws {
        let folder = try TemporaryFolder()
        let handedOver = HandedOverDirectory(folder.path, user: getuid() + 1, group: getgid())
        try folder.write("made/deep/new")
        #expect(handedOver.giveOwn() == [folder.path.appending("made")])
    }
}
