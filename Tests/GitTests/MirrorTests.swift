import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// What is kept of remotes between clones.
struct MirrorTests {
    let world: SampleWorld

    init() throws { world = try SampleWorld() }

    @discardableResult
    private func clone(
        _ url: String? = nil,
        revision: String = "main",
        depth: Int = 1,
        to folder: String,
        mirrors: MirrorCache? = nil,
        submodules: Bool = false
    ) async throws -> CloneResult {
        try await Cloner.clone(
            CloneRequest(
                url: RemoteURL(url ?? world.url("app.git")),
                revision: revision,
                destination: world.folder.appending(folder),
                depth: depth,
                includesSubmodules: submodules,
                mirrors: mirrors ?? world.mirrors
            )
        )
    }

    /// The mirrors that there are.
    private func mirrors() throws -> [FilePath] {
        let folder = world.mirrors.folder
        return try FileManager.default.contentsOfDirectory(atPath: folder.string)
            .filter { $0.hasSuffix(".git") }.sorted().map { folder.appending($0) }
    }

    private func mirror() throws -> FilePath { try #require(mirrors().first) }

    private func packs(of mirror: FilePath) throws -> [FilePath] {
        let folder = mirror.appending("objects/pack")
        return try FileManager.default.contentsOfDirectory(atPath: folder.string)
            .filter { $0.hasSuffix(".pack") }.map { folder.appending($0) }
    }

    private func git(_ arguments: String..., in folder: FilePath) throws -> String {
        try SampleRepository.git(["-C", folder.string] + arguments)
    }

    private var downloads: Int { world.requests.count { $0.hasPrefix("POST") } }

    // MARK: - Online

    @Test func `a second clone brings nothing that is there`() async throws {
        try await clone(to: "first")
        #expect(downloads > 0)
        let before = downloads
        let asked = world.requests.count
        try await clone(to: "second")
        try await clone(revision: "v1", depth: 0, to: "third")
        #expect(downloads == before)
        #expect(world.requests.count > asked, "the remote says what the revision is now")
    }

    @Test func `what is new is brought, and no more`() async throws {
        try await clone(to: "first")
        let old = Set(try packs(of: mirror()))
        let head = try world.change()
        #expect(try await clone(to: "second").commit == head)
        let new = try packs(of: mirror()).filter { !old.contains($0) }
        #expect(new.count == 1)
        let pack = try #require(new.first)
        let listed = try SampleRepository.git(["verify-pack", "-v", pack.string]).split(separator: "\n")
        #expect(listed.filter { $0.contains(" commit ") }.count == 1)
        #expect(listed.filter { $0.contains(" blob ") }.isEmpty)
        #expect(try git("fsck", "--full", in: mirror()) == "")
    }

    @Test func `a clone has no need of the mirror afterwards`() async throws {
        try await clone(depth: 0, to: "first")
        try FileManager.default.removeItem(atPath: world.mirrors.folder.string)
        let folder = world.folder.appending("first")
        #expect(try git("fsck", "--full", in: folder) == "")
        #expect(!FileManager.default.fileExists(atPath: folder.appending(".git/objects/info/alternates").string))
    }

    @Test func `a mirror is a repository with the remote's refs`() async throws {
        try await clone(to: "first")
        let refs = try git("for-each-ref", "refs/heads", "refs/tags", in: mirror())
        #expect(try refs == world.git("for-each-ref", "refs/heads", "refs/tags"))
        #expect(try git("symbolic-ref", "HEAD", in: mirror()) == "refs/heads/main")
        #expect(try git("fsck", "--full", in: mirror()) == "")
    }

    @Test func `one address has one mirror, however it is spelt, and no password in it`() async throws {
        let plain = world.url("app.git")
        let secret = UUID().uuidString
        let address = plain.dropFirst("http://".count)
        try await clone(plain, to: "a")
        try await clone(plain + "/", to: "b")
        try await clone("http://ada:\(secret)@\(address)", to: "c")
        #expect(try mirrors().count == 1)
        let files = try #require(FileManager.default.enumerator(atPath: world.mirrors.folder.string))
        for case let name as String in files {
            #expect(!name.contains(secret))
            let data = FileManager.default.contents(atPath: world.mirrors.folder.appending(name).string) ?? Data()
            #expect(data.range(of: Data(secret.utf8)) == nil, "\(name)")
        }
    }

    @Test func `submodules have mirrors too`() async throws {
        try await clone(world.url("outer.git"), depth: 0, to: "first", submodules: true)
        #expect(try mirrors().count == 3)
        let before = downloads
        try await clone(world.url("outer.git"), depth: 1, to: "second", submodules: true)
        #expect(downloads == before)
    }

    @Test func `many clones at once share one mirror`() async throws {
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<6 {
                group.addTask { try await clone(depth: number % 3, to: "clone-\(number)").commit }
            }
            for try await commit in group { #expect(try commit == world.git("rev-parse", "main")) }
        }
        #expect(try mirrors().count == 1)
        #expect(try packs(of: mirror()).count == 1)
        for number in 0..<6 {
            #expect(try git("fsck", "--full", in: world.folder.appending("clone-\(number)")) == "")
        }
    }

    @Test func `many packs become one`() async throws {
        try await clone(to: "first")
        for number in 1...33 {
            try world.change(at: 1_600_001_000 + number)
            try await clone(to: "clone-\(number)")
        }
        #expect(try packs(of: mirror()).count < 5)
        #expect(try git("fsck", "--full", in: mirror()) == "")
        #expect(try git("fsck", "--full", in: world.folder.appending("clone-33")) == "")
    }

    // MARK: - Damage

    @Test func `what a killed fetch left does not matter`() async throws {
        try await clone(to: "first")
        let mirror = try mirror()
        for name in ["packed-refs.lock", "objects/pack/pack_git2_half", "objects/pack/pack-0.idx", "HEAD.new"] {
            try Data("half".utf8).write(to: URL(filePath: mirror.appending(name).string))
        }
        let draft = FilePath(mirror.string + ".new")
        try FileManager.default.createDirectory(atPath: draft.string, withIntermediateDirectories: false)
        let head = try world.change()
        #expect(try await clone(to: "second").commit == head)
        #expect(try packs(of: mirror).count == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: mirror.appending("objects/pack").string).count == 4)
        #expect(try git("fsck", "--full", in: mirror) == "")
    }

    @Test(arguments: ["cut", "changed", "gone", "empty"])
    func `a damaged mirror is made anew`(damage: String) async throws {
        try await clone(to: "first")
        let pack = try #require(try packs(of: mirror()).first)
        let bytes = try Data(contentsOf: URL(filePath: pack.string))
        try FileManager.default.removeItem(atPath: pack.string)
        switch damage {
        case "cut": try bytes.prefix(bytes.count / 2).write(to: URL(filePath: pack.string))
        case "changed":
            var changed = bytes
            for index in 20..<(bytes.count - 20) { changed[index] ^= 0x55 }
            try changed.write(to: URL(filePath: pack.string))
        case "empty": try Data().write(to: URL(filePath: pack.string))
        default: break
        }
        if damage != "gone" {
            let error = await #expect(throws: GitError.self) {
                try await clone(to: "offline", mirrors: world.offline)
            }
            #expect("\(String(describing: error))".contains("--offline"))
        }
        let result = try await clone(depth: 0, to: "second")
        #expect(try result.commit == world.git("rev-parse", "main"))
        #expect(try git("fsck", "--full", in: world.folder.appending("second")) == "")
        #expect(try git("fsck", "--full", in: mirror()) == "")
    }

    // MARK: - Offline

    @Test func `offline, a mirror answers for the remote`() async throws {
        let old = try world.git("rev-parse", "main")
        try await clone(revision: world.first, to: "first")
        try world.change()
        let asked = world.requests.count
        for (number, revision) in ["main", "", "v2", "light", "feature/x", "refs/heads/main", old].enumerated() {
            let result = try await clone(
                revision: revision,
                depth: number % 3,
                to: "offline-\(number)",
                mirrors: world.offline
            )
            let name = revision.isEmpty || revision.hasSuffix("main") ? old : revision
            #expect(try result.commit == world.git("rev-parse", "\(name)^{commit}"))
            #expect(try git("fsck", "--no-dangling", in: world.folder.appending("offline-\(number)")) == "")
        }
        #expect(world.requests.count == asked)
    }

    @Test func `offline, submodules come from their mirrors`() async throws {
        let url = world.url("outer.git")
        try await clone(url, depth: 0, to: "first", submodules: true)
        let asked = world.requests.count
        let result = try await clone(url, to: "offline", mirrors: world.offline, submodules: true)
        #expect(result.submodules == ["deps/middle", "deps/middle/sub/app", "zwei"])
        #expect(world.requests.count == asked)
        try await clone(world.url("middle.git"), depth: 0, to: "second", mirrors: world.offline)
    }

    @Test func `offline, what was never fetched is missing`() async throws {
        let url = world.url("app.git")
        await #expect(throws: GitError.notMirrored(revision: nil, url: url)) {
            try await clone(to: "a", mirrors: world.offline)
        }
        try await clone(to: "b")
        await #expect(throws: GitError.notMirrored(revision: "refs/pull/1/head", url: url)) {
            try await clone(revision: "refs/pull/1/head", to: "c", mirrors: world.offline)
        }
        let digits = String(repeating: "ab", count: 20)
        await #expect(throws: GitError.notMirrored(revision: digits, url: url)) {
            try await clone(revision: digits, to: "d", mirrors: world.offline)
        }
        #expect("\(GitError.notMirrored(revision: nil, url: url))".contains("run once without --offline"))
        let requests = world.requests.count
        await #expect(throws: GitError.self) {
            try await clone("ssh://nobody@127.0.0.1:1/x", to: "e", mirrors: world.offline)
        }
        #expect(world.requests.count == requests)
    }

    @Test func `a cancelled clone that waits for a mirror ends at once`() async throws {
        try await clone(to: "first")
        try world.change()
        let lock = try mirrors()[0].string + ".lock"
        let descriptor = open(lock, O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX) == 0)
        let cloning = Task { try await clone(to: "second") }
        cloning.cancel()
        await #expect(throws: GitError.cancelled) { try await cloning.value }
    }
}
