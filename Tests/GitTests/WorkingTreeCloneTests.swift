import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// Clones that are fed from a user's repository.
struct WorkingTreeCloneTests {
    let user: UserTree
    let head: String

    init() throws {
        user = try UserTree()
        head = try user.git("rev-parse", "HEAD")
    }

    // MARK: - The working tree

    @Test(arguments: [0, 1, 2]) func `files come as they stand, in a real commit on top of HEAD`(depth: Int)
        async throws
    {
        try user.makeDirty()
        let before = try user.everything()
        let result = try await user.clone(.worktree, depth: depth)
        #expect(try user.everything() == before)

        #expect(try user.cloned("README.md") == "two\n")
        #expect(try user.cloned("new/file.txt") == "new\n")
        #expect(try user.cloned("staged.txt") == "staged\n")
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: user.destination.string))
        #expect(names == [".git", ".gitignore", "README.md", "bin", "new", "staged.txt", "link"])
        #expect(FileManager.default.isExecutableFile(atPath: user.destination.pushing("new/tool").string))
        #expect(try user.inClone("ls-files", "-s", "bin/tool").hasPrefix("100644 "))
        let link = user.destination.appending("link").string
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "src/main.txt")

        #expect(try user.inClone("rev-parse", "HEAD") == result.commit)
        #expect(result.commit != head)
        #expect(try user.inClone("rev-parse", "--short", "HEAD") == result.commitShort)
        #expect(result.committerDate == "1600000000")
        #expect(try user.inClone("cat-file", "-p", "HEAD").contains("parent \(head)\n"))
        #expect(try user.inClone("status", "--porcelain", "--ignored") == "")
        #expect(try user.inClone("fsck", "--strict") == "")
        #expect(try user.inClone("rev-list", "--count", "HEAD") == (depth == 1 ? "1" : "2"))
        #expect(try user.inClone("rev-parse", "--is-shallow-repository") == "\(depth > 0)")
    }

    @Test func `what git does in a later step works`() async throws {
        try user.makeDirty()
        let result = try await user.clone(.worktree)
        try "broken\n".write(toFile: user.destination.appending("README.md").string, atomically: false, encoding: .utf8)
        _ = try user.inClone("checkout", "--", ".")
        #expect(try user.cloned("README.md") == "two\n")
        #expect(try user.inClone("describe", "--always") == result.commitShort)
        #expect(try user.inClone("remote", "get-url", "origin") == "https://git.example/team/app.git")
        #expect(
            try user.inClone("rev-parse", "FETCH_HEAD", "refs/remotes/origin/main")
                == "\(result.commit)\n\(result.commit)"
        )
        let alternates = user.destination.pushing(".git/objects/info/alternates")
        #expect(!FileManager.default.fileExists(atPath: alternates.string))
    }

    @Test func `the same files make the same commit, others another one`() async throws {
        try user.makeDirty()
        let first = try await user.clone(.worktree, depth: 1)
        let second = try await user.clone(.worktree, depth: 0, to: "second")
        #expect(first.commit == second.commit)
        try user.write("README.md", "six\n")
        let third = try await user.clone(.worktree, to: "third")
        #expect(third.commit != first.commit)
    }

    @Test(arguments: ["main", "v9", "", "refs/heads/elsewhere", "0123456789012345678901234567890123456789"])
    func `a clean tree is HEAD itself, whatever revision is asked for`(revision: String) async throws {
        try user.write("trace.log", "ignored\n")
        let result = try await user.clone(.worktree, revision: revision)
        #expect(result.commit == head)
        #expect(try user.inClone("status", "--porcelain", "--ignored") == "")
        #expect(try user.inClone("fsck") == "")
    }

    @Test func `a tag that the user has is fetched as one`() async throws {
        try user.git("tag", "v1")
        let result = try await user.clone(.worktree, revision: "v1")
        let fetched = try user.cloned(".git/FETCH_HEAD")
        #expect(fetched == "\(head)\t\ttag 'v1' of https://git.example/team/app\n")
        #expect(result.decorations == ["grafted", "HEAD"])
    }

    @Test func `before the first commit everything is new`() async throws {
        try user.git("update-ref", "-d", "HEAD")
        let result = try await user.clone(.worktree)
        #expect(try user.inClone("log", "--format=%H %P") == result.commit + " ")
        #expect(try user.inClone("status", "--porcelain") == "")
    }

    @Test func `a folder in the place of a file, and a link in the place of a folder`() async throws {
        try user.remove("README.md")
        try user.write("README.md/inside.txt", "inside\n")
        try user.remove("src")
        try FileManager.default.createSymbolicLink(
            atPath: user.root.appending("src").string,
            withDestinationPath: "bin"
        )
        _ = try await user.clone(.worktree)
        #expect(try user.cloned("README.md/inside.txt") == "inside\n")
        #expect(try user.inClone("ls-files") == ".gitignore\nREADME.md/inside.txt\nbin/tool\nlink\nsrc")
        #expect(try user.inClone("status", "--porcelain") == "")
        #expect(try user.inClone("fsck") == "")
    }

    @Test func `line endings stay as they are on disk and still count as unchanged`() async throws {
        try user.write(".gitattributes", "*.txt text eol=crlf\n")
        try user.write("dos.txt", "one\r\ntwo\r\n")
        try user.commit("Line endings")
        try user.write("dos.txt", "one\r\nthree\r\n")
        _ = try await user.clone(.worktree)
        #expect(try user.cloned("dos.txt") == "one\r\nthree\r\n")
        #expect(try user.inClone("status", "--porcelain") == "")
        #expect(try user.inClone("cat-file", "-p", "HEAD:dos.txt") == "one\nthree")
    }

    @Test func `names of any bytes come along`() async throws {
        try user.write("a b/ü 'quote'.txt", "x\n")
        try user.write("a.b", "x\n")
        try user.write("a/c", "x\n")
        _ = try await user.clone(.worktree)
        #expect(try user.cloned("a b/ü 'quote'.txt") == "x\n")
        #expect(try user.inClone("fsck", "--strict") == "")
        #expect(try user.inClone("status", "--porcelain") == "")
    }

    @Test func `a file in conflict comes as it stands, but is not staged`() async throws {
        try user.git("checkout", "-q", "-b", "other")
        try user.write("README.md", "other\n")
        try user.commit("Other")
        try user.git("checkout", "-q", "main")
        try user.write("README.md", "ours\n")
        try user.commit("Ours")
        #expect(throws: SampleRepository.Failure.self) { try user.git("merge", "other") }
        _ = try await user.clone(.worktree)
        #expect(try user.cloned("README.md").hasPrefix("<<<<<<<"))
        let error = await #expect(throws: GitError.self) { try await user.clone(.staged, to: "staged") }
        #expect("\(try #require(error))".contains("README.md is in conflict"))
    }

    @Test func `what the user ignores everywhere is ignored`() async throws {
        let home = user.folder.appending("home")
        try FileManager.default.createDirectory(atPath: home.string, withIntermediateDirectories: false)
        for (name, text) in [(".gitconfig", "[core]\n\texcludesFile = ~/ignored\n"), ("ignored", "*.swp\n")] {
            try text.write(toFile: home.appending(name).string, atomically: false, encoding: .utf8)
        }
        try user.write(".README.swp", "x")
        let configuration = UserConfiguration(environment: ["GIT_CONFIG_NOSYSTEM": "1"], home: home)
        #expect(try await user.clone(.worktree, configuration: configuration).commit == head)
        #expect(try await user.clone(.worktree, to: "second").commit != head)
    }

    // MARK: - Other states

    @Test func `the index comes without what is not staged`() async throws {
        try user.makeDirty()
        let before = try user.everything()
        let result = try await user.clone(.staged)
        #expect(try user.everything() == before)
        #expect(result.commit != head)
        #expect(try user.cloned("staged.txt") == "staged\n")
        #expect(try user.cloned("README.md") == "one\n")
        #expect(!FileManager.default.fileExists(atPath: user.destination.appending("new").string))
        #expect(try user.inClone("status", "--porcelain") == "")
        #expect(try user.inClone("fsck", "--strict") == "")
    }

    @Test(arguments: ["HEAD", "main", "v1", "main~0", "SHORT"])
    func `a revision comes without any change`(revision: String) async throws {
        try user.git("tag", "-a", "-m", "Release", "v1")
        try user.makeDirty()
        let before = try user.everything()
        let text = revision == "SHORT" ? String(head.prefix(9)) : revision
        let result = try await user.clone(revision == "HEAD" ? .head : .revision(text))
        #expect(try user.everything() == before)
        #expect(result.commit == head)
        #expect(try user.cloned("README.md") == "one\n")
        #expect(try user.cloned("src/main.txt") == "main\n")
        #expect(try user.inClone("status", "--porcelain") == "")
        #expect(try user.inClone("fsck", "--strict") == "")
    }

    @Test(arguments: [(1, "1"), (2, "2"), (0, "3"), (9, "3")])
    func `the history is as deep as asked`(depth: Int, count: String) async throws {
        for text in ["two\n", "three\n"] {
            try user.write("README.md", text)
            try user.commit("More")
        }
        _ = try await user.clone(.head, depth: depth)
        #expect(try user.inClone("rev-list", "--count", "HEAD") == count)
        #expect(try user.inClone("fsck", "--strict") == "")
        #expect(try user.inClone("count-objects", "-v").contains("packs: 1"))
    }

    @Test(arguments: [0, 3]) func `a shallow repository gives what it has`(depth: Int) async throws {
        for text in ["two\n", "three\n"] {
            try user.write("README.md", text)
            try user.commit("More")
        }
        let shallow = user.folder.appending("shallow")
        try SampleRepository.git(["clone", "-q", "--depth", "2", "file://\(user.root)", shallow.string])
        let result = try await Cloner.clone(
            CloneRequest(
                url: RemoteURL("https://git.example/team/app.git"),
                destination: user.destination,
                depth: depth,
                source: LocalSource(root: shallow, state: .worktree)
            )
        )
        #expect(try user.inClone("rev-list", "--count", result.commit) == "2")
        #expect(try user.inClone("fsck", "--strict") == "")
    }

    // MARK: - What is not done

    @Test func `an object that a partial clone lacks is named with what to try`() async throws {
        let partial = user.folder.appending("partial")
        try SampleRepository.git(["init", "-q", partial.string])
        try user.git("config", "uploadpack.allowFilter", "true")
        try SampleRepository.git([
            "-C", partial.string, "fetch", "-q", "--filter=blob:none", "file://\(user.root)", "main:main",
        ])
        let error = await #expect(throws: GitError.self) {
            try await Cloner.clone(
                CloneRequest(
                    url: RemoteURL("https://git.example/team/app.git"),
                    destination: user.destination,
                    source: LocalSource(root: partial, state: .revision("main"))
                )
            )
        }
        let text = "\(try #require(error))"
        #expect(text.contains("object not found"), "\(text)")
        #expect(text.contains("--refetch"), "\(text)")
    }
}
