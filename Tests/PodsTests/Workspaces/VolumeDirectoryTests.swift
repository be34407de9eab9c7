import Foundation
import Planning
import Manifests
import SystemPackage
import Testing

@testable import Pods

@Suite struct `The directory of a volume` {
    private let folder: TemporaryFolder
    private let store: VolumeStore
    private let pod: FilePath

    init() throws {
        folder = try TemporaryFolder()
        pod = try folder.directory("pod")
        let claims = folder.path.appending("claims")
        store = VolumeStore(
            runDirectory: folder.path.appending("run"),
            engineSocket: "/run/engine.sock",
            useClaim: { claims.appending($0) }
        )
    }

    private func made(_ content: VolumeContent) throws -> FilePath {
        try store.directory(for: content, name: "v", in: pod).path
    }

    @Test func `of a claim lasts, of a template is the run's, of an empty one the Pod's`() throws {
        #expect(try made(.claim("c", isReadOnly: false)) == folder.path.appending("claims/c"))
        #expect(try made(.template("shop/build/w")) == folder.path.pushing("run/templates/shop/build/w"))
        #expect(try made(.emptyDirectory) == pod.pushing("volumes/v"))
        #expect(pod.pushing("volumes/v").permissions == 0o777)
    }

    @Test func `holds files with their modes`() throws {
        let files = [
            VolumeFile(path: "d/key", bytes: Array("k".utf8), mode: 0o400),
            VolumeFile(path: "run", bytes: [], mode: 0o755),
        ]
        let path = try made(.files(files))
        #expect(try path.pushing("d/key").text == "k")
        #expect(path.pushing("d/key").permissions == 0o400)
        #expect(path.appending("run").permissions == 0o755)
    }

    @Test func `takes no file that lies outside`() throws {
        #expect(throws: Refusal.self) {
            try made(.files([VolumeFile(path: "../../escaped", bytes: [], mode: 0o644)]))
        }
        #expect(folder.path.appending("escaped").permissions == nil)
    }

    @Test(arguments: ["..", "../../other", "a/b", "", "/etc"])
    func `of a claim is no other directory`(_ name: String) {
        #expect(throws: Refusal.self) { try made(.claim(name, isReadOnly: false)) }
    }

    @Test func `for the engine's socket is ready to be mounted on`() throws {
        #expect(try made(.socketDirectory).appending("docker.sock").permissions != nil)
        #expect(try made(.host(path: "/var/run/docker.sock", type: "")) == "/run/engine.sock")
    }

    @Test func `of this machine must be there, unless it is to be made`() throws {
        let path = folder.path.appending("host")
        #expect(throws: Refusal.self) { try made(.host(path: path, type: "")) }
        #expect(try made(.host(path: path, type: "DirectoryOrCreate")) == path)
        #expect(try made(.host(path: path, type: "Directory")) == path)
        let file = try folder.write("file")
        #expect(throws: Refusal.self) { try made(.host(path: file, type: "Directory")) }
        #expect(try made(.host(path: file, type: "File")) == file)
        #expect(throws: Refusal.self) { try made(.host(path: path, type: "File")) }
        #expect(try made(.host(path: "/dev/null", type: "CharDevice")) == "/dev/null")
        for type in ["Socket", "CharDevice", "BlockDevice"] {
            #expect(throws: Refusal.self) { try made(.host(path: file, type: type)) }
        }
    }

    @Test func `makes the sub paths that are missing`() throws {
        let volume = VolumeDirectory(path: try folder.directory("volume"), isReadOnly: false)
        let path = try volume.path(of: "a/b")
        #expect(path.string.hasSuffix("/volume/a/b"))
        #expect(path.permissions == 0o777)
        #expect(try volume.path(of: "") == volume.path)
        try folder.write("volume/file")
        #expect(try volume.path(of: "file").string.hasSuffix("/volume/file"))
    }

    @Test(arguments: ["out", "out/deeper", "up", "dangling", "file/below", "../outside"])
    func `refuses a sub path that leads out or cannot be`(_ subPath: String) throws {
        let volume = VolumeDirectory(path: try folder.directory("volume"), isReadOnly: false)
        let outside = try folder.directory("outside")
        try folder.link("volume/out", to: outside)
        try folder.link("volume/up", to: "../outside")
        try folder.link("volume/dangling", to: outside.appending("new"))
        try folder.write("volume/file")
        #expect(throws: Refusal.self) { try volume.path(of: FilePath(subPath)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.string) == [])
    }

    @Test func `follows a link that stays inside`() throws {
        let volume = VolumeDirectory(path: try folder.directory("volume"), isReadOnly: false)
        let real = try folder.directory("volume/real")
        try folder.link("volume/alias", to: "real")
        let path = try volume.path(of: "alias")
        #expect(fileStatus(path)?.st_ino == fileStatus(real)?.st_ino)
    }
}
