import Docker
import Foundation
import Testing

/// `drydock images`: exactly what a pipeline needs.
@Suite(.needsEngine)
struct ImagesTests {
    private static func taskRun(_ image: String) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata:
          name: t
        spec:
          taskSpec:
            steps: [{name: s, image: "\(image)", script: "echo it ran"}]
        """
    }

    static let pipeline = """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata:
          name: p
        spec:
          pipelineSpec:
            tasks:
              - name: tag
                taskSpec:
                  results: [{name: image}]
                  steps:
                    - name: first
                      image: none.example/first:1
                      script: printf x > $(results.image.path)
                    - name: second
                      image: none.example/first:1
                      script: "true"
                  sidecars:
                    - name: web
                      image: none.example/web:1
              - name: build
                taskSpec:
                  steps: [{name: s, image: IMAGE, script: "true"}]
                  sidecars:
                    - name: server
                      image: docker:dind
                      securityContext: {privileged: true}
              - name: rows
                matrix:
                  params: [{name: version, value: ["1", "2"]}]
                taskSpec:
                  params: [{name: version}]
                  steps: [{name: s, image: "none.example/row:$(params.version)", script: "true"}]
              - name: never
                when: [{input: a, operator: in, values: [b]}]
                taskSpec:
                  steps: [{name: s, image: none.example/never:1, script: "true"}]
              - name: later
                params: [{name: image, value: $(tasks.tag.results.image)}]
                taskSpec:
                  params: [{name: image}]
                  steps: [{name: s, image: $(params.image), script: "true"}]
        """

    @Test func `a list names every image that a run starts with, and no other`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.pipeline.replacingOccurrences(of: "IMAGE", with: Engine.image), to: "m.yaml")
            let names = try await program.run("images", "list", "-f", "m.yaml", "-o", "name")
            #expect(names.status == 0, "\(names.errors)")
            let expected = [
                "none.example/first:1", "none.example/web:1", Engine.image, "none.example/row:1", "none.example/row:2",
            ]
            #expect(names.output == expected.map { $0 + "\n" }.joined())
            #expect(names.errors.contains("cannot be foreseen: the image of later/s: $(tasks.tag.results.image)"))
            let objects = try await program.run("images", "list", "-f", "m.yaml", "-o", "json").objects()
            #expect(objects.map { $0["here"] as? Bool } == [false, false, true, false, false])
            let users = objects.first?["usedBy"] as? [[String: String]]
            #expect(users?.map { $0["step"] } == ["first", "second"])
            #expect(objects[2]["matchesEngine"] as? Bool != nil)
            let table = try await program.run("images", "list", "-f", "m.yaml")
            #expect(table.output.contains(#/none\.example/web:1 +no +- +- +tag/sidecar web\n/#), "\(table.output)")
        }
    }

    @Test(.needsRegistry) func `what is missing is pulled from its registry`() async throws {
        try await Engine.withOwnImage { own in
            try await withScratch { scratch in
                try await Registry.with(in: scratch) { registry in
                    let name = "\(registry.address)/own/image:1"
                    try await Engine.push(own, as: name)
                    let program = try Program(scratch: scratch)
                    try program.write(Self.taskRun(name), to: "m.yaml")
                    let before = try await program.run("images", "list", "-f", "m.yaml", "-o", "json").objects()
                    #expect(before.first?["here"] as? Bool == false)
                    let pulled = try await program.run("images", "pull", "-f", "m.yaml")
                    #expect(pulled.status == 0, "\(pulled.errors)")
                    #expect(pulled.errors.contains("[1/1] \(name) pulled"))
                    let ran = try await program.run("run", "--offline", "-f", "m.yaml")
                    #expect(ran.status == 0, "\(ran.errors)")
                    #expect(ran.output.contains("it ran"))
                    try await Engine.withClient { try await $0.removeImage(name) }

                    try program.write(Self.taskRun("\(registry.address)/own/image:2"), to: "m.yaml")
                    let unknown = try await program.run("images", "pull", "-f", "m.yaml")
                    #expect(unknown.status == 66, "\(unknown.errors)")
                    #expect(unknown.errors.contains("own/image:2 cannot be pulled"))
                }
            }
        }
    }

    @Test func `a registry that is not there is said`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            // Nobody listens on the first port.
            try program.write(Self.taskRun("127.0.0.1:1/own/image:1"), to: "m.yaml")
            let ended = try await program.run("images", "pull", "-f", "m.yaml")
            #expect(ended.status == 69, "\(ended.errors)")
            #expect(ended.errors.contains("127.0.0.1:1/own/image:1 cannot be pulled"))
            #expect(ended.errors.contains("can the engine reach the registry?"))
        }
    }

    @Test(arguments: [(429, "TOOMANYREQUESTS", 75, "limits how much is pulled"), (403, "DENIED", 77, "docker login")])
    func `a registry that refuses is said, with a code of its own`(
        status: Int,
        code: String,
        exitCode: Int32,
        says: String
    ) async throws {
        try await withScratch { scratch in
            try await RefusingRegistry.with(status: status, code: code) { registry in
                let program = try Program(scratch: scratch)
                try program.write(Self.taskRun("\(registry.address)/own/image:1"), to: "m.yaml")
                let ended = try await program.run("images", "pull", "-f", "m.yaml")
                #expect(ended.status == exitCode, "\(ended.errors)")
                #expect(ended.errors.contains(says), "\(ended.errors)")
            }
        }
    }

    @Test func `what was saved can be loaded and run offline`() async throws {
        try await Engine.withOwnImage { own in
            try await withScratch { scratch in
                let program = try Program(scratch: scratch)
                try program.write(Self.taskRun(own), to: "m.yaml")
                let saved = try await program.run("images", "save", "images.tar", "-f", "m.yaml")
                #expect(saved.status == 0, "\(saved.errors)")
                let files = try FileManager.default.contentsOfDirectory(atPath: program.directory.path).sorted()
                #expect(files == ["images.tar", "m.yaml"])

                let again = try await program.run("images", "save", "images.tar", "-f", "m.yaml")
                #expect(again.status == 73)
                #expect(again.errors.contains("'images.tar' is there already; --force replaces it"))
                let forced = try await program.run("images", "save", "images.tar", "--force", "-f", "m.yaml")
                #expect(forced.status == 0, "\(forced.errors)")

                try await Engine.withClient { try await $0.removeImage(own) }
                let missing = try await program.run("run", "--offline", "-f", "m.yaml")
                #expect(missing.status == 69, "\(missing.errors)")
                let unsaved = try await program.run("images", "save", "more.tar", "-f", "m.yaml")
                #expect(unsaved.status == 69)
                #expect(unsaved.errors.contains("the engine does not have \(own)"))

                let loaded = try await program.run("images", "load", "images.tar")
                #expect(loaded.status == 0, "\(loaded.errors)")
                #expect(loaded.output.contains("Loaded image: \(own)"))
                let ran = try await program.run("run", "--offline", "-f", "m.yaml")
                #expect(ran.status == 0, "\(ran.errors)")
                #expect(ran.output.contains("it ran"))
            }
        }
    }

    @Test(.enabled(if: getuid() == 0, "only root can make a small disk"))
    func `a full disk leaves no half archive`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.taskRun(Engine.image), to: "m.yaml")
            let disk = scratch.appending(path: "disk")
            try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
            try #require(mount("tmpfs", disk.path, "tmpfs", 0, "size=64k") == 0)
            defer { umount(disk.path) }
            let ended = try await program.run("images", "save", "\(disk.path)/images.tar", "-f", "m.yaml")
            #expect(ended.status == 74, "\(ended.errors)")
            #expect(ended.errors.contains("the disk is full"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == [])
        }
    }

    struct BadArchive: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var says: String
    }

    static let badArchives: [BadArchive] = {
        var foreign = TarWriter()
        foreign.addFile("hello", contents: [UInt8](repeating: 65, count: 2000))
        let whole = foreign.finish()
        return [
            BadArchive(testDescription: "an empty file", bytes: [], says: "it is empty"),
            BadArchive(testDescription: "no archive", bytes: Array("hello".utf8), says: "it is no tar archive"),
            BadArchive(
                testDescription: "no archive, but long",
                bytes: [UInt8](repeating: 7, count: 5000),
                says: "it is no tar archive"
            ),
            BadArchive(testDescription: "somebody else's archive", bytes: whole, says: "it holds no images"),
            BadArchive(testDescription: "half an archive", bytes: Array(whole.prefix(1500)), says: "it ends too early"),
            BadArchive(
                testDescription: "a compressed file of something else",
                bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                says: "the engine cannot load"
            ),
        ]
    }()

    @Test(arguments: badArchives)
    func `what is no archive of images is not loaded`(_ archive: BadArchive) async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try Data(archive.bytes).write(to: program.directory.appending(path: "a.tar"))
            let ended = try await program.run("images", "load", "a.tar")
            #expect(ended.status == 65, "\(ended.errors)")
            #expect(ended.errors.contains("'a.tar'"))
            #expect(ended.errors.contains(archive.says), "\(ended.errors)")
        }
    }

    @Test func `an archive that is not there, and a folder, are said`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            for name in ["nowhere.tar", "."] {
                let ended = try await program.run("images", "load", name)
                #expect(ended.status == 66, "\(ended.errors)")
                #expect(ended.errors.contains("'\(name)'"))
            }
        }
    }
}
