import Foundation
import Manifests
import SystemPackage
import Testing
import YAML

struct ManifestFilesTests {
    @Test func `a directory is read to its depths, sorted, manifests only`() throws {
        try withDirectory { directory in
            try write(secret("c"), to: directory.appending("b.yaml"))
            try write(secret("b"), to: directory.appending("a").appending("z.yml"))
            try write(secret("a"), to: directory.appending("a").appending(".tekton").appending("y.json"))
            try write(": no YAML", to: directory.appending("notes.txt"))
            try write(": no YAML", to: directory.appending(".git").appending("config.yaml"))
            try FileManager.default.createSymbolicLink(
                atPath: directory.appending("a").appending("loop.yaml").string,
                withDestinationPath: directory.string
            )
            var loader = ManifestLoader()
            #expect(try loader.load(path: directory).isEmpty)
            #expect(loader.set.documents.map(\.metadata.name) == ["a", "b", "c"])
            #expect(loader.set.documents.last?.place?.file == directory.appending("b.yaml").string)
        }
    }

    @Test func `what is no Kubernetes object is a warning in a directory, an error as a file`() throws {
        try withDirectory { directory in
            let file = directory.appending("package.json")
            try write("{\"name\": \"x\"}", to: file)
            try write(secret("a"), to: directory.appending("secret.yaml"))
            var loader = ManifestLoader()
            #expect(try loader.load(path: directory).map(\.severity) == [.warning])
            #expect(loader.set.documents.map(\.metadata.name) == ["a"])
            #expect(try loader.load(path: file).map(\.severity) == [.error])
        }
    }

    @Test func `a file is read whatever its name`() throws {
        try withDirectory { directory in
            let file = directory.appending("manifest")
            try write(secret("a"), to: file)
            var loader = ManifestLoader()
            #expect(try loader.load(path: file).isEmpty)
            #expect(loader.set.documents.map(\.metadata.name) == ["a"])
        }
    }

    @Test func `a path without manifests is an error that says why`() throws {
        try withDirectory { directory in
            var loader = ManifestLoader()
            #expect(throws: LoadingError.noManifests(directory)) { try loader.load(path: directory) }
            let missing = directory.appending("missing.yaml")
            #expect(throws: LoadingError.missing(missing)) { try loader.load(path: missing) }
            #expect("\(LoadingError.missing("a.yaml"))" == "there is no file or directory a.yaml")
            let link = directory.appending("dangling.yaml")
            try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "nowhere")
            let error = #expect(throws: LoadingError.self) { try loader.load(path: directory) }
            #expect(error == .unreadable(link, reason: "No such file or directory"))
        }
    }

    private func secret(_ name: String) -> String {
        "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"\(name)\"}}"
    }

    private func write(_ text: String, to path: FilePath) throws {
        let folder = path.removingLastComponent().string
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: path.string, atomically: true, encoding: .utf8)
    }

    private func withDirectory(_ body: (FilePath) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "manifests-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(FilePath(directory.path))
    }
}
