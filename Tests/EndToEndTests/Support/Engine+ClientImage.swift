import Docker
import Foundation
import SystemPackage
import Testing

extension Engine {
    /// An image with busybox and this machine's `docker` command, for steps that build and push.
    static let clientImage = "drydock-samples/test-docker:1"

    /// Makes ``clientImage`` if it is not there yet; tests that run at the same time make it once.
    static func prepareClientImage() async throws { try await clientPreparation.value }

    private static let clientPreparation = Task {
        try await prepareImage()
        try await withClient { docker in
            guard try await docker.inspectImage(clientImage) == nil else { return }
            let client = try #require(program("docker"), "there is no docker command in PATH")
            var files = ["/usr/bin/docker": client]
            // The program may need shared libraries, and the loader that its header names.
            for library in libraries(of: client) { files[library] = library }
            let tar = try archive(files)
            // The engine's own builder: the other one is a plugin, which may not be there.
            let changes = [#"CMD ["sh"]"#, "ENV PATH=/bin:/usr/bin", "ENV DOCKER_BUILDKIT=0"]
            _ = try await docker.importImage(
                tar: tar,
                reference: clientImage,
                changes: changes + ["LABEL dev.drydock.test=image"]
            )
        }
    }

    private static func archive(_ files: [String: String]) throws -> [UInt8] {
        var tar = TarWriter()
        tar.addDirectory("tmp", mode: 0o1777)
        tar.addDirectory("root", mode: 0o700)
        tar.addFile("bin/busybox", contents: Array(try Data(contentsOf: URL(filePath: "/bin/busybox"))), mode: 0o755)
        for applet in try applets() where applet != "busybox" {
            tar.addSymlink(FilePath("bin/\(applet)"), to: "busybox")
        }
        for (target, source) in files.sorted(by: { $0.key < $1.key }) {
            let contents = try Data(contentsOf: URL(filePath: source))
            tar.addFile(FilePath(String(target.dropFirst())), contents: Array(contents), mode: 0o755)
        }
        return tar.finish()
    }

    private static func program(_ name: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH", default: "/usr/bin:/bin"].split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func libraries(of program: String) -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ldd")
        process.arguments = [program]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // A program without shared libraries needs none, and ldd says so with an error.
        guard (try? process.run()) != nil else { return [] }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("/") }.map { String($0) }
    }
}
