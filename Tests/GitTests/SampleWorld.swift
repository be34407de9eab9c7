import Foundation
import Git
import SystemPackage
import TestSupport

/// Repositories behind a server: one with branches, tags and a pull request, and two that have it as a submodule.
struct SampleWorld {
    private let app: SampleRepository
    private let server: GitServer
    /// The first commit of `app.git`.
    let first: String

    var folder: FilePath { app.folder }
    var requests: [String] { server.requests }
    var mirrors: MirrorCache { MirrorCache(folder: folder.appending("mirrors")) }
    var offline: MirrorCache { MirrorCache(folder: folder.appending("mirrors"), isOffline: true) }

    init() throws {
        app = try SampleRepository("app")
        server = try GitServer(app.folder)
        first = try app.commit(
            [
                "README.md": .text("one\n"), "bin/tool": .program("#!/bin/sh\n"), "lib/a": .text("a\n"),
                "lib/deep/x": .text("x\n"), "lib/deep/y.md": .text("y\n"), "docs/a.md": .text("docs\n"),
                "docs/b/c/a.md": .text("deeper\n"), "link": .link(to: "lib/a"),
            ],
            at: 1_600_000_000
        )
        try app.git("tag", "light")
        try app.git("tag", "-a", "-m", "One", "v1", date: "1600000010 +0000")
        let second = try app.commit(["README.md": .text("two\n")], at: 1_600_000_100)
        try app.git("tag", "-a", "-m", "Two", "v2", date: "1600000110 +0000")
        try app.git("update-ref", "refs/heads/feature/x", second)
        let third = try app.commit(["README.md": .text("three\n"), "lib/a": .text("aa\n")], at: 1_600_000_200)
        // A merge, so that depth has two ways to go.
        let tree = try app.git("rev-parse", "HEAD^{tree}")
        let side = try app.git("commit-tree", tree, "-p", first, "-m", "Side", date: "1600000250 +0000")
        let merge = try app.git(
            "commit-tree",
            tree,
            "-p",
            third,
            "-p",
            side,
            "-m",
            "Merge",
            date: "1600000300 +0000"
        )
        try app.git("update-ref", "refs/heads/main", merge)
        let proposed = try app.git("commit-tree", tree, "-p", third, "-m", "Propose", date: "1600000400 +0000")
        try app.git("update-ref", "refs/pull/1/head", proposed)

        try add("middle", ["sub/app": ("../app.git", third)])
        let middle = try head(of: "middle")
        try add("outer", ["deps/middle": ("../middle.git", middle), "zwei": (url("app.git"), second)])
    }

    func url(_ name: String) -> String { server.url(name) }

    func makeFolder(_ name: String) throws -> FilePath { try app.makeFolder(name) }

    /// Adds a commit to `app.git`.
    @discardableResult
    func change(at seconds: Int = 1_600_001_000) throws -> String {
        let tree = try app.git("rev-parse", "main^{tree}")
        let commit = try app.git(
            "commit-tree",
            tree,
            "-p",
            "main",
            "-m",
            "More",
            date: "\(seconds) +0000"
        )
        try app.git("update-ref", "refs/heads/main", commit)
        return commit
    }

    func git(_ arguments: String..., in name: String = "app.git") throws -> String {
        try SampleRepository.git(["-C", folder.appending(name).string] + arguments)
    }

    private func head(of name: String) throws -> String {
        try SampleRepository.git(["--git-dir", folder.appending("\(name).git").string, "rev-parse", "main"])
    }

    /// Makes a repository beside the others, with submodules.
    private func add(_ name: String, _ submodules: [String: (url: String, commit: String)]) throws {
        let tree = try makeFolder("\(name)-tree")
        let bare = folder.appending("\(name).git").string
        func git(_ arguments: String...) throws {
            try SampleRepository.git(
                ["--git-dir", bare, "--work-tree", tree.string] + arguments,
                date: "1600000500 +0000"
            )
        }
        try SampleRepository.git(["init", "-q", "--bare", "-b", "main", bare])
        try git("config", "uploadpack.allowAnySHA1InWant", "true")
        var text = ""
        for (path, (url, commit)) in submodules.sorted(by: { $0.key < $1.key }) {
            text += "[submodule \"\(path)\"]\n\tpath = \(path)\n\turl = \(url)\n"
            try git("update-index", "--add", "--cacheinfo", "160000,\(commit),\(path)")
        }
        try text.write(toFile: tree.appending(".gitmodules").string, atomically: false, encoding: .utf8)
        try "\(name)\n".write(toFile: tree.appending("README.md").string, atomically: false, encoding: .utf8)
        try git("add", ".gitmodules", "README.md")
        try git("commit", "-q", "-m", "Start")
        try git("tag", "-a", "-m", "Start", "start")
    }
}
