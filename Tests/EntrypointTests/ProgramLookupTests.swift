import Foundation
import Testing

@testable import Entrypoint

struct ProgramLookupTests {
    @Test func `the first executable file on the path is taken`() throws {
        let folder = try TemporaryFolder()
        try folder.makeDirectory("a/tool")
        try folder.write("b/tool", "not executable")
        try folder.write("c/tool", "#!/bin/sh\n", executable: true)
        try folder.write("d/tool", "#!/bin/sh\n", executable: true)
        let path = ["a", "b", "c", "d"].map { folder.path($0) }.joined(separator: ":")
        #expect(ProgramLookup.find("tool", path: path) == .found(folder.path("c/tool")))
    }

    @Test func `a file that may not be executed is named if there is no better one`() throws {
        let folder = try TemporaryFolder()
        try folder.write("b/tool", "not executable")
        let answer = ProgramLookup.find("tool", path: folder.path("a") + ":" + folder.path("b"))
        #expect(answer == .refused(.notExecutable(folder.path("b/tool"), reason: "Permission denied")))
    }

    @Test func `a name with a slash is not looked up`() {
        #expect(ProgramLookup.find("./tool", path: "/bin") == .found("./tool"))
    }

    @Test func `a name that is nowhere is not found`() {
        #expect(ProgramLookup.find("tool", path: "/nowhere:/nowhere/else") == .refused(.notFound("tool")))
    }
}

struct MountTableTests {
    private let table = MountTable(
        text: """
            overlay / overlay rw 0 0
            proc /proc proc rw 0 0
            host /srv 9p rw 0 0
            disk /srv/local ext4 rw 0 0
            share /mnt nfs4 rw 0 0
            cover /mnt tmpfs rw 0 0

            """
    )

    @Test(arguments: [
        ("/", "overlay"), ("/tekton/run/0", "overlay"), ("/srv", "9p"), ("/srv/a", "9p"), ("/srvshop", "overlay"),
        ("/srv/local/a", "ext4"), ("/mnt/a", "tmpfs"),
    ])
    func `a path lies on the mount that is nearest above it`(path: String, type: String) {
        #expect(table.fileSystem(at: path) == type)
    }

    @Test func `shared file systems are not trusted to tell of changes`() {
        #expect(!table.givesEvents(at: "/srv/a"))
        #expect(table.givesEvents(at: "/srv/local/a"))
        #expect(MountTable(text: "").givesEvents(at: "/srv/a"))
    }
}
