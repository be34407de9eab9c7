import ArgumentParser
import Docker
import Foundation
import SystemPackage

/// `drydock images load`: puts the images of an archive onto the engine.
struct ImagesLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load the images of an archive that drydock images save or docker save wrote."
    )

    @Argument(help: "The archive to read.")
    var file: String

    func run() async throws {
        let context = Context.current
        let archive = FilePath(file)
        try check(archive)
        let count = try await EngineAccess(context: context).withEngine { docker in
            var count = 0
            do {
                try await docker.loadImages(from: archive) { line in
                    if line.hasPrefix("Loaded image") { count += 1 }
                    context.output.write(line + "\n")
                }
            } catch DockerError.refused(_, _, let message) where message.contains("no space left") {
                throw CommandFailure(.ioError, "the engine's disk is full: \(message)")
            } catch DockerError.refused(_, _, let message) {
                throw CommandFailure(.invalidManifest, "the engine cannot load '\(file)': \(message)")
            }
            return count
        }
        context.say("loaded \(count) image\(count == 1 ? "" : "s") from \(file)")
    }

    private func check(_ archive: FilePath) throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory) else {
            throw CommandFailure(.noInput, "there is no archive '\(file)'")
        }
        guard !isDirectory.boolValue, try kind(of: archive) == S_IFREG else {
            throw CommandFailure(
                .noInput,
                "'\(file)' is no file; an archive that drydock images save wrote is expected"
            )
        }
        do {
            guard let problem = try ArchiveInspection.problem(of: archive) else { return }
            throw CommandFailure(
                .invalidManifest,
                "'\(file)' cannot be loaded: \(problem); an archive that drydock images save wrote is expected"
            )
        } catch let cause as Errno {
            throw CommandFailure(cause == .permissionDenied ? .permission : .ioError, "cannot read '\(file)': \(cause)")
        }
    }

    private func kind(of path: FilePath) throws -> mode_t {
        var status = stat()
        guard stat(path.string, &status) == 0 else { throw CommandFailure(.noInput, "there is no archive '\(file)'") }
        return status.st_mode & S_IFMT
    }
}
