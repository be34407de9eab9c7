import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// Clones of small repositories, from this machine and over http.
struct CloningTests {
    let repository: SampleRepository
    let first: String
    let head: String

    init() throws {
        repository = try SampleRepository()
        first = try repository.commit(["README.md": .text("one\n"), "bin/tool": .program("#!/bin/sh\n")])
        try repository.git("tag", "v1")
        try repository.git("tag", "-a", "-m", "Release", "v1.0", date: "1600000000 +0000")
        head = try repository.commit(
            ["README.md": .text("two\n"), "latest": .link(to: "README.md")],
            at: 1_600_000_100
        )
        try repository.git("branch", "feature/x", first)
    }

    private var destination: FilePath { repository.folder.appending("out") }

    private func clone(
        _ url: String,
        revision: String = "",
        depth: Int = 1,
        to folder: String = "out"
    ) async throws -> CloneResult {
        try await Cloner.clone(
            CloneRequest(
                url: RemoteURL(url),
                revision: revision,
                destination: repository.folder.appending(folder),
                depth: depth,
                includesSubmodules: true
            )
        )
    }

    private func git(_ arguments: String...) throws -> String {
        try SampleRepository.git(["-C", destination.string] + arguments)
    }

    // MARK: - What is there

    @Test(arguments: ["file://", ""])
    func `a repository of this machine is cloned by its path`(prefix: String) async throws {
        let result = try await clone(prefix + repository.path.string)
        #expect(result.commit == head)
        #expect(result.commitShort == String(head.prefix(7)))
        #expect(result.committerDate == "1600000100")
        #expect(try git("status", "--porcelain") == "")
        #expect(try git("rev-parse", "HEAD") == head)
        #expect(try git("fsck", "--no-dangling") == "")
        #expect(try String(contentsOfFile: destination.appending("README.md").string, encoding: .utf8) == "two\n")
        #expect(FileManager.default.isExecutableFile(atPath: destination.appending("bin/tool").string))
        let link = destination.appending("latest").string
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "README.md")
    }

    @Test(arguments: ["main", "v1", "v1.0", "feature/x", "refs/heads/feature/x", "refs/tags/v1.0", ""])
    func `a revision is a branch, a tag, a full name, or what HEAD names`(revision: String) async throws {
        let result = try await clone(repository.path.string, revision: revision)
        #expect(result.commit == (revision == "main" || revision.isEmpty ? head : first))
        #expect(try git("rev-parse", "HEAD") == result.commit)
    }

    @Test func `a revision may be a commit that no branch ends with`() async throws {
        try repository.git("update-ref", "refs/heads/feature/x", head)
        try repository.git("tag", "-d", "v1", "v1.0")
        let result = try await clone(repository.path.string, revision: first)
        #expect(result.commit == first)
    }

    @Test(arguments: [(1, "1"), (2, "2"), (0, "2"), (7, "2")])
    func `the history is as deep as asked`(depth: Int, count: String) async throws {
        _ = try await clone(repository.path.string, depth: depth)
        #expect(try git("rev-list", "--count", "HEAD") == count)
        #expect(try git("fsck", "--no-dangling") == "")
    }

    @Test func `over http all is as from a path`() async throws {
        let server = try GitServer(repository.folder)
        let result = try await clone(server.url("sample.git"), revision: "main")
        #expect(result.commit == head)
        #expect(try git("status", "--porcelain") == "")
        #expect(server.requests.first == "GET /sample.git/info/refs")
    }

    @Test func `submodules are checked out, and a repository without any needs none`() async throws {
        let server = try GitServer(repository.folder)
        let outer = try SampleRepository("outer")
        try outer.commit([
            ".gitmodules": .text("[submodule \"dep\"]\n\tpath = dep\n\turl = \(server.url("sample.git"))\n")
        ])
        try outer.git("update-index", "--add", "--cacheinfo", "160000,\(head),dep")
        try outer.git("commit", "-q", "-m", "Add a dependency")
        let result = try await clone(outer.path.string)
        #expect(result.submodules == ["dep"])
        #expect(try git("-C", "dep", "rev-parse", "HEAD") == head)
        #expect(try git("status", "--porcelain") == "")
        #expect(try await clone(server.url("sample.git"), to: "other").submodules == [])
    }

    // MARK: - What is not

    @Test func `an unknown revision is named with the address`() async throws {
        let url = repository.path.string
        await #expect(throws: GitError.revisionNotFound(revision: "nowhere", url: url)) {
            try await clone(url, revision: "nowhere")
        }
        #expect("\(GitError.revisionNotFound(revision: "nowhere", url: url))".contains("nowhere in \(url)"))
    }

    @Test func `an unknown commit is an unknown revision`() async throws {
        let server = try GitServer(repository.folder)
        let digits = String(repeating: "ab", count: 20)
        let url = server.url("sample.git")
        await #expect(throws: GitError.revisionNotFound(revision: digits, url: url)) {
            try await clone(url, revision: digits)
        }
    }

    @Test func `a repository that is not there is told from a server that is not there`() async throws {
        let server = try GitServer(repository.folder)
        let missing = server.url("nothing.git")
        let error = await #expect(throws: GitError.self) { try await clone(missing) }
        guard case .repositoryNotFound(missing, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let gone = await #expect(throws: GitError.self) {
            try await clone("http://127.0.0.1:1/sample.git", to: "other")
        }
        guard case .unreachable? = gone else {
            Issue.record("\(String(describing: gone))")
            return
        }
    }

    @Test func `a destination with a repository in it is not touched`() async throws {
        _ = try await clone(repository.path.string)
        await #expect(throws: GitError.destinationInUse(destination)) {
            try await clone(repository.path.string, revision: "v1")
        }
        #expect(try git("rev-parse", "HEAD") == head)
    }

    @Test func `a cancelled clone ends although the server says nothing`() async throws {
        let server = try GitServer(repository.folder, answers: false)
        let cloning = Task { try await clone(server.url("sample.git")) }
        cloning.cancel()
        await #expect(throws: GitError.cancelled) { try await cloning.value }
    }
}
