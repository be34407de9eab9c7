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
    let repository: SampleRepository
    let head: String
    let workspace: FilePath
    let scratch: FilePath
    private let ownUser = CloneTask.Owner(user: Int(getuid()), group: Int(getgid()))

    init() throws {
        repository = try SampleRepository()
        head = try repository.commit([
            "README.md": .text("two\n"), "bin/tool": .program("#!/bin/sh\n"), "link": .link(to: "../outside"),
        ])
        workspace = try repository.makeFolder("workspace")
        scratch = try repository.makeFolder("scratch")
    }

    private func perform(
        _ params: [String: String] = [:],
        task: String = CloneFixture.task,
        owner: CloneTask.Owner? = nil
    ) async throws -> CloneOutcome {
        let all = ["address": repository.path.string].merging(params) { $1 }
        return try await CloneTask.perform(
            try CloneFixture.request(task: task, params: all),
            in: workspace,
            scratch: scratch,
            owner: owner ?? ownUser
        )
    }

    private func git(_ arguments: String...) throws -> String {
        try SampleRepository.git(["-c", "safe.directory=*", "-C", workspace.string] + arguments)
    }

    private func write(_ path: String) throws {
        let file = workspace.pushing(FilePath(path))
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string,
            withIntermediateDirectories: true
        )
        try "old\n".write(toFile: file.string, atomically: false, encoding: .utf8)
    }

    private func names(_ path: String = "") throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: workspace.pushing(FilePath(path)).string))
    }

    private func file(_ path: String) -> stat? {
        var file = stat()
        return lstat(workspace.pushing(FilePath(path)).string, &file) == 0 ? file : nil
    }

    // MARK: - What a step would have left

    @Test func `the results are those that the Task declares`() async throws {
        let outcome = try await perform()
        guard case .succeeded(let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(
            report.results == [
                RunResult(name: "sha", value: .string(head)),
                RunResult(name: "short", value: .string(String(head.prefix(7)))),
                RunResult(name: "when", value: .string("1600000000\n")),
                RunResult(name: "from", value: .string(repository.path.string)),
            ]
        )
        #expect(report.unowned == nil)
        #expect(report.lines.count == 2)
        #expect(report.lines.first?.hasPrefix("+ git-init -url=\(repository.path)") == true)
        #expect(report.lines.last == "cloned \(repository.path) at \(head) into /workspace/sources/")
    }

    @Test func `over http all is as from a path, and a silent Task prints one line`() async throws {
        let server = try GitServer(repository.folder)
        let outcome = try await perform(["address": server.url("sample.git"), "isLoud": "false"])
        guard case .succeeded(let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.lines == ["cloned \(server.url("sample.git")) at \(head) into /workspace/sources/"])
        #expect(try git("rev-parse", "HEAD") == head)
    }

    @Test func `git finds the checkout complete and clean, and nothing else is left`() async throws {
        _ = try await perform()
        #expect(try names() == [".git", "README.md", "bin", "link"])
        #expect(try git("diff-index", "HEAD") == "")
        #expect(try git("status", "--porcelain") == "")
        #expect(try git("config", "remote.origin.url") == repository.path.string)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.string) == [])
    }

    @Test(arguments: ["app", "deep/er/app"])
    func `a subdirectory is made and holds the checkout`(folder: String) async throws {
        _ = try await perform(["folder": folder])
        #expect(try names(folder) == [".git", "README.md", "bin", "link"])
        #expect(try names() == [String(folder.prefix { $0 != "/" })])
    }

    @Test func `what is there goes first, hidden files too`() async throws {
        for path in [".hidden", "..both", "old/file", "README.md", ".git/config"] { try write(path) }
        _ = try await perform()
        #expect(try names() == [".git", "README.md", "bin", "link"])
    }

    @Test func `with a subdirectory only that is emptied`() async throws {
        for path in ["beside", "app/old"] { try write(path) }
        _ = try await perform(["folder": "app"])
        #expect(try names() == ["app", "beside"])
        #expect(try names("app") == [".git", "README.md", "bin", "link"])
    }

    @Test func `what is there stays where the Task says so, and files of the repository win`() async throws {
        for path in ["old/file", "README.md", "bin/other"] { try write(path) }
        _ = try await perform(["emptiesFirst": "false"])
        #expect(try names() == [".git", "README.md", "bin", "link", "old"])
        #expect(try names("bin") == ["other", "tool"])
        #expect(try String(contentsOfFile: workspace.appending("README.md").string, encoding: .utf8) == "two\n")
    }

    @Test func `a second clone on top of the first fails as git does`() async throws {
        _ = try await perform()
        let outcome = try await perform(["emptiesFirst": "false"])
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
        for path in ["README.md", "bin/other"] { try write(path) }
        let request = try CloneFixture.request(params: ["address": repository.path.string, "emptiesFirst": "false"])
        let owner = getuid() == 0 ? CloneTask.Owner(user: 1234, group: 5678) : ownUser
        let outcome = try await CloneTask.perform(request, in: workspace, scratch: scratch, owner: owner)
        guard case .succeeded = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(try names("bin") == ["other", "tool"])
        #expect(try git("diff-index", "HEAD") == "")
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: workspace.appending("link").string)
                == "../outside"
        )
        for (path, mode) in [("README.md", 0o644), ("bin/tool", 0o755), (".git", 0o755), ("link", 0o777)] {
            let found = try #require(file(path))
            #expect(Int(found.st_uid) == owner.user)
            #expect(Int(found.st_mode & 0o7777) == mode, "\(path)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.string) == [])
    }

    @Test(.enabled(if: getuid() == 0, "only root may give files away"))
    func `files belong to the step's user, and everybody may read them`() async throws {
        let outcome = try await perform(["folder": "a/b"], owner: CloneTask.Owner(user: 1234, group: 5678))
        guard case .succeeded(let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.unowned == nil)
        for (path, mode) in [
            ("a", 0o755), ("a/b", 0o755), ("a/b/README.md", 0o644), ("a/b/bin/tool", 0o755), ("a/b/.git", 0o755),
            ("a/b/.git/HEAD", 0o644), ("a/b/.git/index", 0o644),
        ] {
            let found = try #require(file(path))
            #expect(found.st_uid == 1234)
            #expect(found.st_gid == 5678)
            #expect(Int(found.st_mode & 0o7777) == mode, "\(path)")
        }
        #expect(try #require(file("a/b/link")).st_uid == 1234)
        #expect(try #require(file("")).st_uid == getuid())
    }

    @Test(
        .enabled(if: getuid() != 0, "root may give files away"),
        arguments: [
            ("", [".git", "README.md", "bin", "link"]), ("app/inner", ["app"]),
        ]
    )
    func `files that this user may not give away are named`(folder: String, paths: Set<String>) async throws {
        let owner = CloneTask.Owner(user: 1234, group: 5678)
        let outcome = try await perform(["folder": folder], owner: owner)
        guard case .succeeded(let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.unowned?.owner == owner)
        #expect(Set(report.unowned?.paths.map(\.string) ?? []) == paths)
    }

    @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
    func `a workspace that this user may not write is left to the image`() async throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: workspace.string)
        let outcome = try await perform()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workspace.string)
        guard case .ownImage(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.hasPrefix("this user may not write everything in its workspace"))
        #expect(try names() == [])
    }

    // MARK: - What goes wrong

    @Test func `an unknown revision fails the step and names it`() async throws {
        let outcome = try await perform(["version": "nowhere"])
        guard case .failed(exitCode: 1, let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.lines.last?.hasPrefix("could not find remote ref nowhere in \(repository.path)") == true)
        #expect(report.results == [])
        #expect(try names() == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.string) == [])
    }

    @Test func `a missing repository fails the step`() async throws {
        let outcome = try await perform(["address": "/nowhere/at/all.git"])
        guard case .failed(exitCode: 1, let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.lines.last?.hasPrefix("there is no repository at /nowhere/at/all.git") == true)
    }

    @Test func `a file in the way of the directory fails the step`() async throws {
        try write("app")
        let outcome = try await perform(["folder": "app"])
        guard case .failed(exitCode: 1, let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.lines.last?.hasPrefix("cannot write to /workspace/sources/app: ") == true)
    }

    @Test func `a cancelled clone is given up and leaves the workspace alone`() async throws {
        let server = try GitServer(repository.folder, answers: false)
        let cloning = Task { try await perform(["address": server.url("sample.git"), "emptiesFirst": "false"]) }
        cloning.cancel()
        await #expect(throws: CancellationError.self) { try await cloning.value }
        #expect(try names() == [])
    }

    // MARK: - A workspace that somebody else has filled

    @Test(arguments: ["app", "app/inner"])
    func `a directory that is a symbolic link is not followed`(folder: String) async throws {
        let outside = try repository.makeFolder("outside")
        try "mine\n".write(toFile: outside.appending("file").string, atomically: false, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
            atPath: workspace.appending("app").string,
            withDestinationPath: outside.string
        )
        let outcome = try await perform(["folder": folder])
        guard case .ownImage(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason == "a symbolic link is in the way of its directory /workspace/sources/\(folder)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.string) == ["file"])
    }

    @Test(arguments: ["true", "false"])
    func `symbolic links in the workspace lead nobody out of it`(emptiesFirst: String) async throws {
        let outside = try repository.makeFolder("outside")
        try "mine\n".write(toFile: outside.appending("README.md").string, atomically: false, encoding: .utf8)
        for (name, target) in [("bin", outside), ("README.md", outside.appending("README.md"))] {
            try FileManager.default.createSymbolicLink(
                atPath: workspace.appending(name).string,
                withDestinationPath: target.string
            )
        }
        let outcome = try await perform(["emptiesFirst": emptiesFirst])
        guard case .succeeded = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.string) == ["README.md"])
        let kept = try String(contentsOfFile: outside.appending("README.md").string, encoding: .utf8)
        #expect(kept == "mine\n")
        #expect(try names("bin") == ["tool"])
        #expect(try git("status", "--porcelain") == "")
    }
}
