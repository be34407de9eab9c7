import Docker
import Foundation
import SystemPackage
import Testing

struct TarWriterTests {
    /// What the system's own program lists of an archive, a line an entry.
    private func list(_ tar: [UInt8]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["LC_ALL=C.UTF-8", "TZ=UTC", "tar", "--numeric-owner", "-tvf", "-"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let writing = Thread {
            // A program that stops reading shows in what it lists.
            try? input.fileHandleForWriting.write(contentsOf: Data(tar))
            try? input.fileHandleForWriting.close()
        }
        writing.start()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        // Columns are as wide as they need to be.
        return text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    }

    @Test func `an empty archive is two empty blocks`() throws {
        let tar = TarWriter().finish()
        #expect(tar == [UInt8](repeating: 0, count: 1024))
        #expect(try list(tar) == [])
    }

    @Test func `files, directories and links are read back as they were added`() throws {
        var tar = TarWriter()
        tar.addDirectory("/tools", mode: 0o1777)
        tar.addFile("/tools/run", contents: Array("#!/bin/sh\n".utf8), mode: 0o755, uid: 1000, gid: 100)
        tar.addFile("empty", contents: [])
        tar.addFile("./a/../block", contents: [UInt8](repeating: 1, count: 512), mode: 0o4711)
        tar.addSymlink("tools/link", to: "../not/there", uid: 65532, gid: 65532)
        #expect(
            try list(tar.finish()) == [
                "drwxrwxrwt 0/0 0 1970-01-01 00:00 tools/",
                "-rwxr-xr-x 1000/100 10 1970-01-01 00:00 tools/run",
                "-rw-r--r-- 0/0 0 1970-01-01 00:00 empty",
                "-rws--x--x 0/0 512 1970-01-01 00:00 block",
                "lrwxrwxrwx 65532/65532 0 1970-01-01 00:00 tools/link -> ../not/there",
            ]
        )
    }

    @Test(arguments: [99, 100, 101, 155, 256, 1000, 4000])
    func `names and targets may be long`(length: Int) throws {
        let name = String(repeating: "n", count: length)
        let target = String(repeating: "t", count: length)
        var tar = TarWriter()
        tar.addFile(FilePath("d/\(name)"), contents: [1])
        tar.addDirectory(FilePath(name))
        tar.addSymlink(FilePath(name + "l"), to: FilePath(target))
        #expect(
            try list(tar.finish()) == [
                "-rw-r--r-- 0/0 1 1970-01-01 00:00 d/\(name)",
                "drwxr-xr-x 0/0 0 1970-01-01 00:00 \(name)/",
                "lrwxrwxrwx 0/0 0 1970-01-01 00:00 \(name)l -> \(target)",
            ]
        )
    }

    @Test func `names need not be ASCII`() throws {
        let name = String(repeating: "ü", count: 75)
        var tar = TarWriter()
        tar.addFile("grün", contents: [])
        tar.addFile(FilePath(name), contents: [])
        #expect(try list(tar.finish()).count == 2)
    }

    @Test func `ids may be larger than the format has digits for`() throws {
        var tar = TarWriter()
        tar.addFile("f", contents: [], uid: 2_097_151, gid: 2_097_152)
        tar.addFile("g", contents: [], uid: 4_294_967_294, gid: 0)
        #expect(
            try list(tar.finish()) == [
                "-rw-r--r-- 2097151/2097152 0 1970-01-01 00:00 f",
                "-rw-r--r-- 4294967294/0 0 1970-01-01 00:00 g",
            ]
        )
    }

    @Test func `the root is a directory like another`() throws {
        var tar = TarWriter()
        tar.addDirectory("/")
        #expect(try list(tar.finish()) == ["drwxr-xr-x 0/0 0 1970-01-01 00:00 ./"])
    }

    @Test func `contents come back byte by byte`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let contents = (0..<100_001).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var tar = TarWriter()
        tar.addFile("data", contents: contents)
        try Data(tar.finish()).write(to: folder.appending(path: "all.tar"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["tar", "-xf", "all.tar"]
        process.currentDirectoryURL = folder
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try Data(contentsOf: folder.appending(path: "data")) == Data(contents))
    }

    @Test func `the same content is the same archive`() {
        func archive() -> [UInt8] {
            var tar = TarWriter()
            tar.addFile("a", contents: [1, 2, 3])
            return tar.finish()
        }
        #expect(archive() == archive())
    }
}
