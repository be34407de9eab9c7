import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// Submodules of a repository that clones are fed from.
struct WorkingTreeSubmoduleTests {
    let user: UserTree
    let library: SampleRepository
    let recorded: String

    init() throws {
        user = try UserTree()
        library = try SampleRepository("library")
        recorded = try library.commit(["lib.txt": .text("one\n")])
        try user.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", library.path.string, "lib")
        // What is written down is an address that nobody answers at.
        try user.git("config", "-f", ".gitmodules", "submodule.lib.url", "https://git.example/team/library.git")
        try user.commit("Add a library")
    }

    private var inside: FilePath { user.destination.appending("lib") }

    private func git(_ arguments: String...) throws -> String {
        try SampleRepository.git(["-C", inside.string] + arguments)
    }

    @Test(arguments: [LocalSource.State.worktree, .staged, .head, .revision("main")])
    func `an unchanged submodule is checked out without its remote`(state: LocalSource.State) async throws {
        let result = try await user.clone(state, submodules: true)
        #expect(result.submodules == ["lib"])
        #expect(try user.git("rev-parse", "HEAD") == result.commit)
        #expect(try user.cloned("lib/lib.txt") == "one\n")
        #expect(try git("rev-parse", "HEAD") == recorded)
        #expect(try git("remote", "get-url", "origin") == "https://git.example/team/library.git")
        #expect(try user.inClone("status", "--porcelain") == "")
        #expect(try user.inClone("submodule", "status").hasPrefix(" \(recorded) lib"))
        #expect(try git("fsck") == "")
    }

    @Test func `a changed submodule comes as it stands, in commits of both`() async throws {
        try user.write("lib/lib.txt", "two\n")
        try user.write("lib/new.txt", "new\n")
        let before = try user.everything()
        let result = try await user.clone(.worktree, submodules: true)
        #expect(try user.everything() == before)
        #expect(try user.git("rev-parse", "HEAD") != result.commit)
        #expect(try user.cloned("lib/lib.txt") == "two\n")
        #expect(try user.cloned("lib/new.txt") == "new\n")
        #expect(try git("cat-file", "-p", "HEAD").contains("parent \(recorded)\n"))
        #expect(try user.inClone("status", "--porcelain") == "")
        #expect(try user.inClone("fsck", "--strict") == "")
        let again = try await user.clone(.worktree, submodules: true, to: "again")
        #expect(again.commit == result.commit)
    }

    @Test func `changes in a submodule are counted apart`() throws {
        try user.write("lib/lib.txt", "two\n")
        let changes = try #require(try WorkingTree.containing(user.root)).changes()
        #expect(changes.changedSubmodules == 1)
        #expect(changes.changed == 0)
        #expect(changes.missingSubmodules == [])
        #expect(!changes.isClean)
    }

    @Test func `one that is not wanted, or not checked out, is an empty folder`() async throws {
        #expect(try await user.clone(.worktree).submodules == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: inside.string) == [])
        #expect(try user.inClone("status", "--porcelain") == "")

        try user.git("submodule", "deinit", "-q", "-f", "lib")
        let result = try await user.clone(.worktree, submodules: true, to: "second")
        #expect(result.submodules == [])
        #expect(try user.git("rev-parse", "HEAD") == result.commit)
        #expect(try #require(try WorkingTree.containing(user.root)).changes().missingSubmodules == ["lib"])
    }

    @Test func `a commit that the submodule does not have is named`() async throws {
        try user.git("update-index", "--cacheinfo", "160000,\(String(repeating: "ab", count: 20)),lib")
        let error = await #expect(throws: GitError.self) { try await user.clone(.staged, submodules: true) }
        #expect("\(try #require(error))".contains("submodule lib has no commit abab"))
    }

    @Test func `a submodule's folder is a repository of its own`() throws {
        let tree = try #require(try WorkingTree.containing(user.root.appending("lib")))
        #expect(tree.root == user.root.appending("lib"))
        #expect(tree.head == .commit(recorded, branch: "main"))
    }
}
