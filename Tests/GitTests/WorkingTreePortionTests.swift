import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// Clones that are fed from a user's repository, and have or keep only a part of it.
struct WorkingTreePortionTests {
    let user: UserTree

    init() throws { user = try UserTree() }

    @Test(arguments: [LocalSource.State.worktree, .staged, .head])
    func `a sparse checkout has the files of its patterns`(state: LocalSource.State) async throws {
        try user.makeDirty()
        try user.write("src/other.txt", "other\n")
        try user.git("add", "src/other.txt")
        var request = CloneRequest(
            url: RemoteURL("https://git.example/team/app.git"),
            destination: user.destination,
            source: LocalSource(root: user.root, state: state)
        )
        request.sparsePaths = ["/src/", "/README.md"]
        let result = try await Cloner.clone(request)
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: user.destination.string))
        #expect(names == [".git", "README.md", "src"])
        #expect(try user.cloned("README.md") == (state == .worktree ? "two\n" : "one\n"))
        #expect(try user.inClone("rev-parse", "HEAD") == result.commit)
        #expect(try user.inClone("status", "--porcelain") == "")
        #expect(try user.inClone("ls-files", "-t", "bin/tool", "README.md") == "H README.md\nS bin/tool")
        #expect(try user.cloned(".git/info/sparse-checkout") == "/src/\n/README.md\n")
        #expect(try user.inClone("fsck", "--strict") == "")
    }

    @Test(arguments: [
        ("+refs/heads/*:refs/remotes/origin/*", "main", "refs/remotes/origin/main", "HEAD", "HEAD, origin/main"),
        ("refs/heads/main:refs/heads/main", "main", "refs/heads/main", "main", "HEAD -> main"),
        ("refs/pull/3/head:pull", "pull", "refs/heads/pull", "pull", "HEAD -> pull"),
    ])
    func `a refspec keeps the state under the name that it gives the revision`(
        refspec: String,
        revision: String,
        kept: String,
        head: String,
        decorations: String
    ) async throws {
        try user.makeDirty()
        var request = CloneRequest(
            url: RemoteURL("https://git.example/team/app.git"),
            revision: revision,
            destination: user.destination,
            source: LocalSource(root: user.root, state: .worktree)
        )
        request.refspec = refspec
        let result = try await Cloner.clone(request)
        #expect(try user.inClone("rev-parse", kept, "HEAD") == "\(result.commit)\n\(result.commit)")
        #expect(try user.inClone("rev-parse", "--abbrev-ref", "HEAD") == head)
        #expect(try user.inClone("status", "--porcelain") == "")
        #expect(result.decorations.joined(separator: ", ") == decorations)
    }

    @Test func `what is no refspec is refused`() async throws {
        var request = CloneRequest(
            url: RemoteURL("https://git.example/team/app.git"),
            destination: user.destination,
            source: LocalSource(root: user.root, state: .worktree)
        )
        request.refspec = "a:b:c d..e"
        let error = await #expect(throws: GitError.self) { try await Cloner.clone(request) }
        #expect("\(try #require(error))".contains("is no refspec"))
    }
}
