import Foundation
import SystemPackage
import Testing

@testable import Docker

struct ImageArchiveTests {
    @Test func `an archive comes in pieces`() async throws {
        try await StubEngine.with(["GET /images/get": .chunks([[1, 2], [3]])]) { stub, docker in
            var bytes: [UInt8] = []
            for try await piece in try await docker.saveImages(["a:1", "b/c:2"]) { bytes += piece }
            #expect(bytes == [1, 2, 3])
            let request = await stub.received("GET")
            // The first request is the ping.
            #expect(request?.line == "GET /_ping")
            let save = await stub.received("GET /v1.41/images/get")
            #expect(save?.line == "GET /v1.41/images/get?names=a%3A1&names=b%2Fc%3A2")
        }
    }

    @Test func `an archive that breaks off is no whole one`() async throws {
        let answer = StubEngine.Answer.chunks([[1, 2]], isWhole: false, ending: .closed)
        try await StubEngine.with(["GET /images/get": answer]) { _, docker in
            await #expect(throws: DockerError.self) {
                for try await _ in try await docker.saveImages(["a"]) {}
            }
        }
    }

    @Test func `a file is sent whole, whatever its size`() async throws {
        let path = FilePath("/tmp/docker-tests-\(UUID().uuidString)")
        let content = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Data(content).write(to: URL(filePath: path.string))
        defer { unlink(path.string) }
        let answer = StubEngine.Answer.chunks([Array(#"{"stream":"Loaded image: a:1\n"}"#.utf8)])
        try await StubEngine.with(["POST /images/load": answer]) { stub, docker in
            var lines: [String] = []
            try await docker.loadImages(from: path) { lines.append($0) }
            #expect(lines == ["Loaded image: a:1"])
            let request = await stub.received("POST")
            #expect(request?.line == "POST /v1.41/images/load?quiet=1")
            #expect(request?.headers["content-length"] == "700000")
            let isSame = request?.body == content
            #expect(isSame)
        }
    }

    @Test func `an error in the report is thrown`() async throws {
        let path = FilePath("/tmp/docker-tests-\(UUID().uuidString)")
        try Data([1]).write(to: URL(filePath: path.string))
        defer { unlink(path.string) }
        let answer = StubEngine.Answer.chunks([Array(#"{"errorDetail":{"message":"no"},"error":"no"}"#.utf8)])
        try await StubEngine.with(["POST /images/load": answer]) { _, docker in
            let expected = DockerError.refused(request: "loading the images of \(path)", status: 200, message: "no")
            await #expect(throws: expected) { try await docker.loadImages(from: path) }
        }
    }

    @Test func `an archive that is not there is the file's error`() async throws {
        try await StubEngine.with([:]) { _, docker in
            await #expect(throws: Errno.noSuchFileOrDirectory) { try await docker.loadImages(from: "/no/such/file") }
        }
    }

    @Test func `disk use is read, empty lists too`() async throws {
        let text = """
            {"LayersSize": 9, "Images": [{"Id": "sha256:1", "RepoTags": ["<none>:<none>"], "Labels": null, "Size": 7,
            "Containers": 0}], "Containers": [{"Id": "c", "Names": ["/x"], "State": "exited", "SizeRw": 5,
            "Labels": {"a": "b"}}], "Volumes": [{"Name": "v", "Labels": null, "UsageData": {"Size": 3}}]}
            """
        try await StubEngine.with(["GET /system/df": .text(text)]) { _, docker in
            let use = try await docker.diskUse()
            let image = ImageSummary(id: "sha256:1", repoTags: [], labels: [:], size: 7)
            #expect(use.images == [.init(summary: image, containers: 0)])
            #expect(use.containers.map(\.size) == [5])
            #expect(use.containers.map(\.names) == [["x"]])
            #expect(use.volumes.map(\.size) == [3])
        }
        let empty = #"{"Images": null, "Containers": null, "Volumes": null}"#
        try await StubEngine.with(["GET /system/df": .text(empty)]) { _, docker in
            let use = try await docker.diskUse()
            #expect(use == DiskUse(images: [], containers: [], volumes: []))
        }
    }
}
