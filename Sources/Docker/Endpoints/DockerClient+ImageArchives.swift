import Foundation
import NIOCore
package import SystemPackage

extension DockerClient {
    /// How long the engine may take to lay images out before the first byte of an archive comes, and to take one in.
    private static let secondsForArchives = 6 * 60 * 60

    /// Packs images into one archive, as `docker save` does (`GET /images/get`), and hands it out as it comes.
    ///
    /// Throws ``DockerError/notFound(request:message:)`` when the engine does not have one of them.
    package func saveImages(_ names: [String]) async throws -> ImageArchive {
        var request = EngineRequest(.get, "/images/get", for: "saving \(Self.count(names.count))")
        for name in names { request.ask("names", name) }
        request.secondsToAnswer = Self.secondsForArchives
        return ImageArchive(body: try await begin(request).body)
    }

    /// Takes the images of an archive in (`POST /images/load`), reading the file piece by piece.
    ///
    /// - Parameters:
    ///   - archive: A file as ``saveImages(_:)`` gives it; it may be compressed.
    ///   - report: Called for each line that the engine tells, such as `Loaded image: busybox:1.36`.
    /// - Throws: ``DockerError/refused(request:status:message:)``, also when the engine reports it in mid-stream.
    package func loadImages(from archive: FilePath, report: (String) -> Void = { _ in }) async throws {
        var request = EngineRequest(.post, "/images/load", for: "loading the images of \(archive)")
        request.ask("quiet", if: true)
        request.secondsToAnswer = Self.secondsForArchives
        try await FileUpload.with(archive) { upload in
            request.upload = upload
            let answer = try await begin(request)
            for try await line in answer.lines(of: LoadLine.self) {
                if let message = line.errorDetail?.message ?? line.error {
                    throw DockerError.refused(request: request.purpose, status: answer.status, message: message)
                }
                for text in (line.stream ?? "").split(separator: "\n") { report(String(text)) }
            }
        }
    }

    private static func count(_ images: Int) -> String { images == 1 ? "an image" : "\(images) images" }
}

/// An archive of images, piece by piece, as it comes; only one loop may go over it.
///
/// While the loop is busy the engine is not read from. It throws when the engine goes away or the archive ends early.
package struct ImageArchive: AsyncSequence, Sendable {
    package typealias Failure = any Error

    let body: AnswerBody

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: body.makeAsyncIterator()) }

    /// The place in the archive.
    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var chunks: AnswerBody.AsyncIterator

        package mutating func next() async throws -> [UInt8]? {
            try await chunks.next().map { [UInt8](buffer: $0) }
        }
    }
}

/// A line of the report on a load.
private struct LoadLine: Decodable, Sendable {
    let stream: String?
    let error: String?
    let errorDetail: Detail?

    struct Detail: Decodable {
        let message: String?
    }
}
