import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// What is known about a user's repository.
struct WorkingTreeTests {
    let user: UserTree

    init() throws { user = try UserTree() }

    private func tree(_ folder: FilePath? = nil) throws -> WorkingTree {
        try #require(try WorkingTree.containing(folder ?? user.root))
    }

    // MARK: - URLs

    @Test(arguments: [
        ("git@github.com:a/b.git", "https://github.com/a/b", true),
        ("git@github.com:a/b.git", "ssh://git@github.com/a/b", true),
        ("git@github.com:a/b.git", "ssh://git@ssh.github.com:443/a/b.git/", true),
        ("https://github.com/a/b.git", "git@github.com:a/b", true),
        ("https://github.com/a/b.git", "https://user:word@GitHub.com:443/a/b/", true),
        ("https://github.com/a/b.git", "http://github.com/a/b", true),
        ("https://github.com/a/b.git", "git://github.com/a/b.git", true),
        ("https://git.example:8443/a/b", "https://git.example/a/b", false),
        ("https://git.example:8443/a/b", "https://git.example:8443/a/b.git", true),
        ("ssh://git@git.example:2222/a/b.git", "https://git.example/a/b", true),
        ("ssh://git@git.example:2222/a/b.git", "git@git.example:a/b", false),
        ("ssh://git@git.example:22/a/b.git", "git@git.example:/a/b", true),
        ("[git@git.example:2222]:a/b", "ssh://git@git.example:2222/a/b", true),
        ("ssh://git@[::1]:2222/a/b", "ssh://git@[::1]:2222/a/b.git", true),
        ("https://git.example/a/b%20c", "git@git.example:a/b c.git", true),
        ("git@github.com:a/b.git", "https://github.com/a/c", false),
        ("git@github.com:a/b.git", "https://gitlab.com/a/b", false),
        ("git@github.com:a/b.git", "https://github.com/x/a/b", false),
        ("https://github.com/a/b.git", "https://github.com/A/b", false),
        ("https://github.com/", "https://github.com/", false),
        ("../elsewhere", "/nowhere/elsewhere", false),
    ])
    func `a URL names the repository in any spelling of a remote`(remote: String, url: String, isSame: Bool) throws {
        try user.git("remote", "set-url", "origin", remote)
        #expect(try tree().feeds(RemoteURL(url)) == isSame)
        #expect(LocalSource(root: user.root, state: .head).feeds(RemoteURL(url)) == isSame)
    }

    @Test func `every remote counts, its push URL too, and addresses that git rewrites`() throws {
        try user.git("remote", "add", "fork", "gh:me/app")
        try user.git("config", "url.https://github.com/.insteadOf", "gh:")
        try user.git("config", "remote.fork.pushurl", "git@push.example:me/app.git")
        let tree = try tree()
        for url in ["https://git.example/team/app", "git@github.com:me/app.git", "https://push.example/me/app"] {
            #expect(tree.feeds(RemoteURL(url)), "\(url)")
        }
        #expect(tree.remotes.map(\.name) == ["origin", "fork"])
    }

    @Test func `the path of the repository names it, and that of a remote on this machine`() throws {
        try user.git("remote", "add", "near", "../near.git")
        let tree = try tree()
        for url in [
            user.root.string, "file://\(user.root)", "\(user.root)/.git", "\(user.root)/", "\(user.folder)/near.git",
            "file://\(user.folder)/near",
        ] {
            #expect(tree.feeds(RemoteURL(url)), "\(url)")
        }
        #expect(!tree.feeds(RemoteURL(user.folder.string)))
    }

    // MARK: - Where and what

    @Test func `a folder below, a worktree and a bare repository are found`() throws {
        let head = try user.git("rev-parse", "HEAD")
        let inside = try tree(user.root.appending("src"))
        #expect(inside.root == user.root)
        #expect(inside.head == .commit(head, branch: "main"))

        try user.git("worktree", "add", "-q", "--detach", "../second")
        let second = try tree(user.folder.appending("second"))
        #expect(second.root == user.folder.appending("second"))
        #expect(second.commonFolder == user.root.appending(".git"))
        #expect(second.head == .commit(head, branch: nil))
        #expect(second.feeds(RemoteURL("https://git.example/team/app")))

        let bare = user.folder.appending("bare.git")
        try SampleRepository.git(["clone", "-q", "--bare", user.root.string, bare.string])
        #expect(try tree(bare).root == nil)
        #expect(try WorkingTree.containing(user.folder) == nil)
    }

    @Test func `a branch without a commit is told`() throws {
        try user.git("checkout", "-q", "--orphan", "fresh")
        #expect(try tree().head == .unborn(branch: "fresh"))
        #expect(try tree().commit(of: "HEAD") == nil)
        #expect(try tree().commit(of: "main") == user.git("rev-parse", "main"))
    }

    @Test(arguments: ["nowhere", "HEAD~7", "^", "HEAD^{tree}", "a..b", ""])
    func `a revision that is none is told from a mistake`(revision: String) throws {
        #expect(try tree().commit(of: revision) == nil)
    }

    // MARK: - Changes

    @Test func `changes are counted as git status shows them, and the index stays as it is`() throws {
        #expect(try tree().changes() == WorkingTree.Changes())
        try user.write("README.md", "two\n")
        try user.remove("bin/tool")
        try user.write("staged.txt", "staged\n")
        try user.git("add", "staged.txt")
        try user.write("new/one.txt", "1\n")
        try user.write("new/two.txt", "2\n")
        try user.write("trace.log", "x\n")
        try user.write("build/a", "x\n")
        try user.write("build/b", "x\n")
        try SampleRepository.git(["init", "-q", user.root.appending("inner").string])
        try user.write("inner/file", "x\n")
        let before = try user.everything()
        let changes = try tree().changes()
        #expect(changes.changed == 3)
        #expect(changes.staged == 1)
        #expect(changes.untracked == 2)
        #expect(changes.ignored == 2)
        #expect(changes.nestedRepositories == ["inner"])
        #expect(!changes.isClean)
        let files = try tree().files().map(\.string)
        let expected = [
            ".gitignore", "README.md", "bin/tool", "link", "new/one.txt", "new/two.txt", "src/main.txt", "staged.txt",
        ]
        #expect(files == expected)
        #expect(try user.everything() == before)
    }
}
