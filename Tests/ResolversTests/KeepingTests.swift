import Foundation
import Manifests
import Resolvers
import SystemPackage
import TestSupport
import Testing

struct KeepingTests {
    /// A repository behind a server, and a reference into it.
    private func served(_ name: String) throws -> (SampleRepository, GitServer, url: String) {
        let sample = try SampleRepository()
        try sample.commit(["a.yaml": .text(task(name))])
        let server = try GitServer(sample.folder)
        defer { withExtendedLifetime(server) {} }
        return (sample, server, "http://127.0.0.1:\(server.port)/sample.git")
    }

    @Test func `a commit is fetched once, a branch each time`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let (sample, server, url) = try served("one")
        let commit = try sample.git("rev-parse", "main")
        let fixed = reference("git", ["url": url, "revision": commit, "pathInRepo": "a.yaml"])
        _ = try await world.resolution().bring(fixed)
        let count = server.requests.count
        _ = try await world.resolution().bring(fixed)
        #expect(server.requests.count == count)

        let branch = reference("git", ["url": url, "pathInRepo": "a.yaml"])
        #expect(try await world.resolution().bring(branch).text == task("one"))
        try sample.commit(["a.yaml": .text(task("two"))])
        #expect(try await world.resolution().bring(branch).text == task("two"))
    }

    @Test func `what is always to be cached is for five minutes, and never is never`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let (sample, server, url) = try served("one")
        let always = reference("git", ["url": url, "pathInRepo": "a.yaml", "cache": "always"])
        _ = try await world.resolution().bring(always)
        try sample.commit(["a.yaml": .text(task("two"))])
        world.wait(299)
        #expect(try await world.resolution().bring(always).text == task("one"))
        world.wait(2)
        #expect(try await world.resolution().bring(always).text == task("two"))

        let commit = try sample.git("rev-parse", "main")
        let never = reference("git", ["url": url, "revision": commit, "pathInRepo": "a.yaml", "cache": "never"])
        _ = try await world.resolution().bring(never)
        let count = server.requests.count
        _ = try await world.resolution().bring(never)
        #expect(server.requests.count > count)
    }

    @Test func `offline, what was fetched last is taken, and the rest is missing`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let server = try WebServer(files: ["/a.yaml": task("one"), "/b.yaml": task("two")])
        let known = reference("http", ["url": "\(server.url)/a.yaml"])
        let unknown = reference("http", ["url": "\(server.url)/b.yaml"])
        _ = try await world.resolution().bring(known)
        let count = server.requests.count
        let offline = world.resolution(isOffline: true)
        #expect(try await offline.bring(known).text == task("one"))
        #expect(try await problem(with: unknown, offline) == .notCached(reference: unknown.summary))
        #expect(server.requests.count == count)
    }

    @Test func `a damaged document is fetched again`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let (sample, server, url) = try served("one")
        defer { withExtendedLifetime(server) {} }
        let commit = try sample.git("rev-parse", "main")
        let fixed = reference("git", ["url": url, "revision": commit, "pathInRepo": "a.yaml"])
        let digest = try await world.resolution().bring(fixed).contentDigest
        let kept = world.cache.folder.appending("documents").appending(String(digest.dropFirst(7)))
        try "nothing".write(toFile: kept.string, atomically: true, encoding: .utf8)
        #expect(try await world.resolution().bring(fixed).text == task("one"))
    }

    // MARK: - The lock file

    @Test func `a locked branch stays where it was`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let (sample, server, url) = try served("one")
        let branch = reference("git", ["url": url, "pathInRepo": "a.yaml"])
        var lock = Lockfile()
        let first = try await world.resolution().bring(branch)
        lock.lock(branch, to: first)
        try sample.commit(["a.yaml": .text(task("two"))])

        // On another machine, which has fetched nothing.
        let other = try World()
        defer { withExtendedLifetime(other) {} }
        let brought = try await other.resolution(lock: lock).bring(branch)
        #expect(brought == first)
        let count = server.requests.count
        #expect(try await other.resolution(isOffline: true, lock: lock).bring(branch) == first)
        #expect(server.requests.count == count)
    }

    @Test func `what has changed is not taken, nor what is not locked`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let first = try WebServer(files: ["/a.yaml": task("one")])
        let url = "\(first.url)/a.yaml"
        let asked = reference("http", ["url": url])
        var other = try await world.resolution().bring(asked)
        let digest = other.contentDigest
        other.data = Array(task("two").utf8)
        var lock = Lockfile()
        lock.lock(asked, to: other)
        let differs = ResolverError.differsFromLock(
            reference: asked.summary,
            locked: other.contentDigest,
            found: digest
        )
        #expect(try await problem(with: asked, world.resolution(lock: lock)) == differs)
        let unlocked = try await problem(with: asked, world.resolution(lock: Lockfile()))
        #expect(unlocked == .notLocked(reference: asked.summary))
    }

    @Test func `a lock file is read as it was written, in the same order whatever was locked first`() throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let one = ResolvedResource(
            data: Array(task("one").utf8),
            source: RefSource(uri: "git+https://a/b", digest: ["sha1": "12"], entryPoint: "a.yaml")
        )
        let two = ResolvedResource(data: Array(task("two").utf8), source: RefSource(uri: "u", digest: ["sha256": "34"]))
        let git = reference("git", ["url": "https://a/b", "revision": "main", "pathInRepo": "a.yaml"])
        let hub = reference("hub", ["name": "no", "version": "0.10"])
        var lock = Lockfile()
        lock.lock(hub, to: two)
        lock.lock(git, to: two)
        lock.lock(git, to: one)
        var reverse = Lockfile()
        reverse.lock(git, to: one)
        reverse.lock(hub, to: two)
        #expect(lock.text == reverse.text)
        #expect(lock.text.contains("revision: main"))
        let path = world.folder.appending("drydock.lock")
        try lock.text.write(toFile: path.string, atomically: true, encoding: .utf8)
        let read = try Lockfile(path: path)
        #expect(read.entries.count == 2)
        #expect(read[git]?.source == one.source)
        #expect(read[git]?.contentDigest == one.contentDigest)
        // The order of params, the cache and the namespace are no part of a reference.
        var same = reference(
            "git",
            ["cache": "always", "pathInRepo": "a.yaml", "revision": "main", "url": "https://a/b"]
        )
        same.namespace = "other"
        #expect(read[same] == read[git])
        #expect(read[hub]?.reference["version"] == "0.10")
        #expect(read.text == lock.text)
    }

    @Test func `a lock file that cannot be read is told`() throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let path = world.folder.appending("drydock.lock")
        #expect(throws: Lockfile.Problem.missing(path)) { try Lockfile(path: path) }
        for text in ["a: [", "version: 2\n", "version: 1\nreferences: [{resolver: git}]\n"] {
            try text.write(toFile: path.string, atomically: true, encoding: .utf8)
            #expect(throws: Lockfile.Problem.self) { try Lockfile(path: path) }
        }
    }
}
