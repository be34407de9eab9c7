import Foundation
import Testing

struct SubcommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `the sandbox lives until it is told to end`(signal: Int32) throws {
        let sandbox = try RunningEntrypoint(["sandbox"])
        try sandbox.untilHandles(signal)
        kill(sandbox.process.processIdentifier, SIGUSR1)
        kill(sandbox.process.processIdentifier, signal)
        #expect(sandbox.exitCode() == 0)
    }

    @Test func `trees are removed, and links in them are not followed`() throws {
        try folder.write("outside/kept", "")
        try folder.write("tree/a/b/file", "")
        try folder.write("single", "")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("tree/a/link"),
            withDestinationPath: folder.path("outside")
        )
        let removal = try RunningEntrypoint(["remove"] + ["tree", "single", "missing"].map { folder.path($0) })
        #expect(removal.exitCode() == 0)
        #expect(!folder.exists("tree"))
        #expect(!folder.exists("single"))
        #expect(folder.exists("outside/kept"))
    }

    @Test func `what cannot be removed is told, and the rest is removed`() throws {
        try folder.write("a", "")
        let removal = try RunningEntrypoint(["remove", "/proc/self/status", folder.path("a")])
        #expect(removal.exitCode() == 1)
        #expect(try removal.errors().contains("/proc/self/status"))
        #expect(!folder.exists("a"))
    }

    @Test(.enabled(if: getuid() == 0, "only root can give files away"))
    func `trees change their owner`() throws {
        try folder.write("tree/a/file", "")
        try folder.write("outside", "")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("tree/link"),
            withDestinationPath: folder.path("outside")
        )
        #expect(try RunningEntrypoint(["chown", "1234:5678", folder.path("tree")]).exitCode() == 0)
        for name in ["tree", "tree/a", "tree/a/file", "tree/link"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
            #expect(attributes[.ownerAccountID] as? UInt == 1234, "\(name)")
            #expect(attributes[.groupOwnerAccountID] as? UInt == 5678, "\(name)")
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("outside"))
        #expect(attributes[.ownerAccountID] as? UInt == 0)
    }

    @Test(arguments: [["sandbox", "x"], ["remove"], ["chown", "0:0"], ["chown", "root:root", "/x"]])
    func `a subcommand that is used wrongly says how it is used`(arguments: [String]) throws {
        let run = try RunningEntrypoint(arguments)
        #expect(run.exitCode() == 2)
        #expect(try run.errors().contains("usage: drydock-entrypoint \(arguments[0])"))
    }
}
