import Foundation
import Git
import SystemPackage
import TestSupport

@testable import Pods

/// A repository, a workspace and a place to work in, for one test.
struct CloneSite {
    let repository: SampleRepository
    let head: String
    let workspace: FilePath
    let scratch: FilePath
    let ownUser = CloneTask.Owner(user: Int(getuid()), group: Int(getgid()))

    init() throws {
        repository = try SampleRepository()
        head = try repository.commit([
            "README.md": .text("two\n"), "bin/tool": .program("#!/bin/sh\n"), "link": .link(to: "../outside"),
        ])
        workspace = try repository.makeFolder("workspace")
        scratch = try repository.makeFolder("scratch")
    }

    func perform(
        _ params: [String: String] = [:],
        task: String = CloneFixture.task,
        owner: CloneTask.Owner? = nil,
        workspaces: String = "[{name: sources, emptyDir: {}}]",
        with surroundings: CloneTask.Surroundings = CloneTask.Surroundings(),
        notice: @Sendable (String) -> Void = { _ in }
    ) async throws -> CloneOutcome {
        let all = ["address": repository.path.string].merging(params) { $1 }
        return try await CloneTask.perform(
            try CloneFixture.request(task: task, params: all, workspaces: workspaces),
            in: workspace,
            scratch: scratch,
            owner: owner ?? ownUser,
            with: surroundings,
            notice: notice
        )
    }

    func git(_ arguments: String...) throws -> String {
        try SampleRepository.git(["-c", "safe.directory=*", "-C", workspace.string] + arguments)
    }

    func write(_ path: String) throws {
        let file = workspace.pushing(FilePath(path))
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string,
            withIntermediateDirectories: true
        )
        try "old\n".write(toFile: file.string, atomically: false, encoding: .utf8)
    }

    func names(_ path: String = "") throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: workspace.pushing(FilePath(path)).string))
    }

    func file(_ path: String) -> stat? {
        var file = stat()
        return lstat(workspace.pushing(FilePath(path)).string, &file) == 0 ? file : nil
    }
}
