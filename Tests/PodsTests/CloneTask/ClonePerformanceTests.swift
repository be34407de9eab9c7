import Foundation
import Git
import Manifests
import Planning
import SystemPackage
import TestSupport
import Testing

@testable import Pods

/// Clones into workspaces, as Pods asks for them.
struct ClonePerformanceTests {
    private let site: CloneSite

    init() throws { site = try CloneSite() }

    // MARK: - What a step would have left

    @Test func `the results are those that the Task declares`() async throws {
        let outcome = try await site.perform()
        guard case .succeeded(let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(
            report.results == [
                RunResult(name: "sha", value: .string(site.head)),
                RunResult(name: "short", value: .string(String(site.head.prefix(7)))),
                RunResult(name: "when", value: .string("1600000000\n")),
                RunResult(name: "from", value: .string(site.repository.path.string)),
            ]
        )
        #expect(report.unowned == nil)
        #expect(report.lines.count == 2)
        #expect(report.lines.first?.hasPrefix("+ git-init -url=\(site.repository.path)") == true)
        #expect(report.lines.last == "cloned \(site.repository.path) at \(site.head) into /workspace/sources/")
    }

    @Test func `over http all is as from a path, and a silent Task prints one line`() async throws {
        let server = try GitServer(site.repository.folder)
        let outcome = try await site.perform(["address": server.url("sample.git"), "isLoud": "false"])
        guard case .succeeded(let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.lines == ["cloned \(server.url("sample.git")) at \(site.head) into /workspace/sources/"])
        #expect(try site.git("rev-parse", "HEAD") == site.head)
    }

    @Test func `git finds the checkout complete and clean, and nothing else is left`() async throws {
        _ = try await site.perform()
        #expect(try site.names() == [".git", "README.md", "bin", "link"])
        #expect(try site.git("diff-index", "HEAD") == "")
        #expect(try site.git("status", "--porcelain") == "")
        #expect(try site.git("config", "remote.origin.url") == site.repository.path.string)
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.scratch.string) == [])
    }

    @Test(arguments: ["app", "deep/er/app"])
    func `a subdirectory is made and holds the checkout`(folder: String) async throws {
        _ = try await site.perform(["folder": folder])
        #expect(try site.names(folder) == [".git", "README.md", "bin", "link"])
        #expect(try site.names() == [String(folder.prefix { $0 != "/" })])
    }

    @Test func `what is there goes first, hidden files too`() async throws {
        for path in [".hidden", "..both", "old/file", "README.md", ".git/config"] { try site.write(path) }
        _ = try await site.perform()
        #expect(try site.names() == [".git", "README.md", "bin", "link"])
    }

    @Test func `with a subdirectory only that is emptied`() async throws {
        for path in ["beside", "app/old"] { try site.write(path) }
        _ = try await site.perform(["folder": "app"])
        #expect(try site.names() == ["app", "beside"])
        #expect(try site.names("app") == [".git", "README.md", "bin", "link"])
    }

    @Test func `what is there stays where the Task says so, and files of the repository win`() async throws {
        for path in ["old/file", "README.md", "bin/other"] { try site.write(path) }
        _ = try await site.perform(["emptiesFirst": "false"])
        #expect(try site.names() == [".git", "README.md", "bin", "link", "old"])
        #expect(try site.names("bin") == ["other", "tool"])
        #expect(try String(contentsOfFile: site.workspace.appending("README.md").string, encoding: .utf8) == "two\n")
    }

    @Test func `a second clone on top of the first fails as git does`() async throws {
        _ = try await site.perform()
        let outcome = try await site.perform(["emptiesFirst": "false"])
        guard case .failed(exitCode: 1, let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.lines.last?.contains("already is a repository in /workspace/sources with") == true)
        #expect(report.results == [])
    }

    private static let otherFileSystem: FilePath = "/dev/shm"

    private static var hasTwoFileSystems: Bool {
        var here = stat()
        var there = stat()
        return stat(NSTemporaryDirectory(), &here) == 0 && stat(otherFileSystem.string, &there) == 0
            && here.st_dev != there.st_dev
    }

    @Test(.enabled(if: hasTwoFileSystems, "there is one file system only"))
    func `the workspace may be on another file system`() async throws {
        let scratch = Self.otherFileSystem.appending("drydock-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: scratch.string, withIntermediateDirectories: false)
        // What is left is in the system's folder for such things.
        defer { try? FileManager.default.removeItem(atPath: scratch.string) }
        for path in ["README.md", "bin/other"] { try site.write(path) }
        let request = try CloneFixture.request(params: [
            "address": site.repository.path.string, "emptiesFirst": "false",
        ])
        let owner = getuid() == 0 ? CloneTask.Owner(user: 1234, group: 5678) : site.ownUser
        let outcome = try await CloneTask.perform(request, in: site.workspace, scratch: scratch, owner: owner)
        guard case .succeeded = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(try site.names("bin") == ["other", "tool"])
        #expect(try site.git("diff-index", "HEAD") == "")
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: site.workspace.appending("link").string)
                == "../outside"
        )
        for (path, mode) in [("README.md", 0o644), ("bin/tool", 0o755), (".git", 0o755), ("link", 0o777)] {
            let found = try #require(site.file(path))
            #expect(Int(found.st_uid) == owner.user)
            #expect(Int(found.st_mode & 0o7777) == mode, "\(path)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.string) == [])
    }

    @Test(.enabled(if: getuid() == 0, "only root may give files away"))
    func `files belong to the step's user, and everybody may read them`() async throws {
        let outcome = try await site.perform(["folder": "a/b"], owner: CloneTask.Owner(user: 1234, group: 5678))
        guard case .succeeded(let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.unowned == nil)
        for (path, mode) in [
            ("a", 0o755), ("a/b", 0o755), ("a/b/README.md", 0o644), ("a/b/bin/tool", 0o755), ("a/b/.git", 0o755),
            ("a/b/.git/HEAD", 0o644), ("a/b/.git/index", 0o644),
        ] {
            let found = try #require(site.file(path))
            #expect(found.st_uid == 1234)
            #expect(found.st_gid == 5678)
            #expect(Int(found.st_mode & 0o7777) == mode, "\(path)")
        }
        #expect(try #require(site.file("a/b/link")).st_uid == 1234)
        #expect(try #require(site.file("")).st_uid == getuid())
    }

    @Test(
        .enabled(if: getuid() != 0, "root may give files away"),
        arguments: [
            ("", [".git", "README.md", "bin", "link"]), ("app/inner", ["app"]),
        ]
    )
    func `files that this user may not give away are named`(folder: String, paths: [String]) async throws {
        let owner = CloneTask.Owner(user: 1234, group: 5678)
        let outcome = try await site.perform(["folder": folder], owner: owner)
        guard case .succeeded(let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.unowned?.owner == owner)
        #expect(Set(report.unowned?.paths.map(\.string) ?? []) == Set(paths))
    }

    @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
    func `a workspace that this user may not write is left to the image`() async throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: site.workspace.string)
        let outcome = try await site.perform()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: site.workspace.string)
        guard case .ownImage(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.hasPrefix("this user may not write everything in its workspace"))
        #expect(try site.names() == [])
    }

    // MARK: - What goes wrong

    @Test func `an unknown revision fails the step and names it`() async throws {
        let outcome = try await site.perform(["version": "nowhere"])
        guard case .failed(exitCode: 1, let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.lines.last?.hasPrefix("could not find remote ref nowhere in \(site.repository.path)") == true)
        #expect(report.results == [])
        #expect(try site.names() == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.scratch.string) == [])
    }

    @Test func `a missing repository fails the step`() async throws {
        let outcome = try await site.perform(["address": "/nowhere/at/all.git"])
        guard case .failed(exitCode: 1, let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.lines.last?.hasPrefix("there is no repository at /nowhere/at/all.git") == true)
    }

    @Test func `a file in the way of the directory fails the step`() async throws {
        try site.write("app")
        let outcome = try await site.perform(["folder": "app"])
        guard case .failed(exitCode: 1, let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.lines.last?.hasPrefix("cannot write to /workspace/sources/app: ") == true)
    }

    @Test func `a cancelled clone is given up and leaves the workspace alone`() async throws {
        let server = try GitServer(site.repository.folder, answers: false)
        let cloning = Task { try await site.perform(["address": server.url("sample.git"), "emptiesFirst": "false"]) }
        cloning.cancel()
        await #expect(throws: CancellationError.self) { try await cloning.value }
        #expect(try site.names() == [])
    }
}
