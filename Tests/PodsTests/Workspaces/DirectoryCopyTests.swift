import Foundation
import SystemPackage
import Testing

@testable import Pods

@Suite struct `The copy of a directory` {
    private let folder: TemporaryFolder
    private var copies: FilePath { folder.path.appending("copies") }

    init() throws {
        folder = try TemporaryFolder()
        try folder.directory("source")
        try folder.write("source/tool", "run", mode: 0o755)
        try folder.write("source/.git/HEAD", "ref", mode: 0o444)
        try folder.link("source/absolute", to: "/etc/passwd")
        try folder.link("source/relative", to: "tool")
    }

    private var source: FilePath { folder.path.appending("source") }

    @Test func `has what the directory has, for every user to change`() throws {
        let copy = try DirectoryCopy(of: source, in: copies).path()
        #expect(try copy.appending("tool").text == "run")
        #expect(copy.appending("tool").permissions == 0o777)
        #expect(try copy.pushing(".git/HEAD").text == "ref")
        #expect(copy.pushing(".git/HEAD").permissions == 0o666)
        #expect(copy.permissions == 0o777)
        let (own, other) = (fileStatus(copy.appending("tool")), fileStatus(source.appending("tool")))
        #expect(own?.st_mtim.tv_sec == other?.st_mtim.tv_sec && own?.st_mtim.tv_nsec == other?.st_mtim.tv_nsec)
        #expect(own?.st_ino != other?.st_ino)
    }

    @Test(arguments: [("absolute", "/etc/passwd"), ("relative", "tool")])
    func `keeps links as links`(_ row: (name: String, target: String)) throws {
        let link = try DirectoryCopy(of: source, in: copies).path().appending(row.name)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.string) == row.target)
    }

    @Test func `is a copy even where a link leads to the directory`() throws {
        try folder.link("alias", to: source)
        let copy = try DirectoryCopy(of: folder.path.appending("alias"), in: copies).path()
        #expect(fileStatus(copy).map { $0.st_mode & S_IFMT } == S_IFDIR)
        try "changed".write(toFile: copy.appending("tool").string, atomically: false, encoding: .utf8)
        #expect(try source.appending("tool").text == "run")
    }

    @Test func `is made once, and another directory has another`() throws {
        let other = try folder.directory("source-x")
        let nested = try folder.directory("source/x")
        let paths = try [source, source, other, nested].map { try DirectoryCopy(of: $0, in: copies).path() }
        #expect(paths[0] == paths[1])
        #expect(Set(paths).count == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: copies.string).count == 3)
    }

    @Test func `does not hold itself`() throws {
        let inside = source.appending("state")
        let copy = try DirectoryCopy(of: source, in: inside).path()
        #expect(try copy.appending("tool").text == "run")
        #expect(copy.appending("state").permissions == nil)
    }

    @Test func `leaves out what is neither file, link nor directory`() throws {
        #expect(mkfifo(source.appending("pipe").string, 0o600) == 0)
        #expect(try DirectoryCopy(of: source, in: copies).path().appending("pipe").permissions == nil)
    }

    @Test func `of what is not there fails and leaves nothing`() throws {
        #expect(throws: HostFileError.self) { try DirectoryCopy(of: "/nowhere/at/all", in: copies).path() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: copies.string) == [])
    }
}
