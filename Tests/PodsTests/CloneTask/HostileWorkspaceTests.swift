import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Pods

/// Clones into a workspace that somebody else has filled, to be led astray.
struct HostileWorkspaceTests {
    private let site: CloneSite

    init() throws { site = try CloneSite() }

    @Test(arguments: ["app", "app/inner"])
    func `a directory that is a symbolic link is not followed`(folder: String) async throws {
        let outside = try site.repository.makeFolder("outside")
        try "mine\n".write(toFile: outside.appending("file").string, atomically: false, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
            atPath: site.workspace.appending("app").string,
            withDestinationPath: outside.string
        )
        let outcome = try await site.perform(["folder": folder])
        guard case .ownImage(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason == "a symbolic link is in the way of its directory /workspace/sources/\(folder)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.string) == ["file"])
    }

    @Test(arguments: ["true", "false"])
    func `symbolic links in the workspace lead nobody out of it`(emptiesFirst: String) async throws {
        let outside = try site.repository.makeFolder("outside")
        try "mine\n".write(toFile: outside.appending("README.md").string, atomically: false, encoding: .utf8)
        for (name, target) in [("bin", outside), ("README.md", outside.appending("README.md"))] {
            try FileManager.default.createSymbolicLink(
                atPath: site.workspace.appending(name).string,
                withDestinationPath: target.string
            )
        }
        let outcome = try await site.perform(["emptiesFirst": emptiesFirst])
        guard case .succeeded = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.string) == ["README.md"])
        let kept = try String(contentsOfFile: outside.appending("README.md").string, encoding: .utf8)
        #expect(kept == "mine\n")
        #expect(try site.names("bin") == ["tool"])
        #expect(try site.git("status", "--porcelain") == "")
    }
}
