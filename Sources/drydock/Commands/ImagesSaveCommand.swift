import ArgumentParser
import Docker
import Foundation
import SystemPackage

/// `drydock images save`: all that a run needs in one file, to be carried to a machine without a network.
struct ImagesSave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract: "Save the images that a run needs into one archive.",
        discussion: "The archive is what docker save writes: drydock images load and docker load both take it."
    )

    @Argument(help: "The archive to write.")
    var file: String

    @OptionGroup var needed: NeedInputs

    @Flag(help: "Replace a file that is there.")
    var force = false

    func run() async throws {
        let context = Context.current
        let target = FilePath(file)
        guard force || !FileManager.default.fileExists(atPath: target.string) else {
            throw CommandFailure(.cannotCreate, "'\(file)' is there already; --force replaces it")
        }
        let needs = try await needed.needs(context)
        let size = try await EngineAccess(context: context).withEngine { docker in
            let images = try await ImageStatus.all(of: needs, on: docker)
            needed.tellLimits(of: needs, context)
            try check(images)
            for image in images where image.need.reference.contains("@") {
                context.say(
                    "\(image.need.reference): an archive does not keep digests; where it is loaded, the image has only "
                        + (image.details?.repoTags.isEmpty == false ? "its tag" : "its id")
                )
            }
            return try await save(images.map(\.need.reference), to: target, from: docker)
        }
        context.say(
            "saved \(needs.images.count) image\(needs.images.count == 1 ? "" : "s"), \(byteText(size)): \(file)"
        )
    }

    private func check(_ images: [ImageStatus]) throws {
        guard !images.isEmpty else {
            throw CommandFailure(.noInput, "the runs need no image; there is nothing to save")
        }
        let missing = images.filter { !$0.isHere }.map(\.need.reference)
        guard missing.isEmpty else {
            throw CommandFailure(
                .engineUnavailable,
                "the engine does not have \(missing.joined(separator: ", ")); get them with drydock images pull"
            )
        }
    }

    private func save(_ images: [String], to target: FilePath, from docker: DockerClient) async throws -> Int64 {
        do {
            let file = try WholeFile(target)
            do {
                var size: Int64 = 0
                for try await piece in try await docker.saveImages(images) {
                    try file.write(piece)
                    size += Int64(piece.count)
                }
                try file.finish(isReplacing: force)
                return size
            } catch {
                file.abandon()
                throw error
            }
        } catch Errno.noSpace {
            throw CommandFailure(.ioError, "the disk is full: '\(target)' was not written; save to one with more room")
        } catch let cause as Errno {
            throw CommandFailure(.cannotCreate, "cannot write '\(target)': \(cause)")
        }
    }
}
