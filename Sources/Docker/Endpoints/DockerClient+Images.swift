import Foundation

extension DockerClient {
    /// Describes an image (`GET /images/{name}/json`); `nil` when the engine does not have it.
    package func inspectImage(_ name: String) async throws -> ImageDetails? {
        let path = "/images/\(EngineRequest.escapeImage(name))/json"
        do {
            return try await value(EngineRequest(.get, path, for: "inspecting the image '\(name)'"))
        } catch DockerError.notFound {
            return nil
        }
    }

    /// Gets an image from its registry (`POST /images/create`).
    ///
    /// - Parameters:
    ///   - reference: The image's name; without tag and digest, `latest` is meant.
    ///   - platform: The processor it should be for, as `linux/arm64`; `nil` is the engine's own.
    ///   - auth: What the registry asks for.
    ///   - progress: Called for each line of the engine's report.
    /// - Throws: ``DockerError/pullFailed(reference:message:)``, also when the engine reports it in mid-stream.
    package func pull(
        _ reference: String,
        platform: String? = nil,
        auth: RegistryAuth? = nil,
        progress: @Sendable (PullProgress) -> Void = { _ in }
    ) async throws {
        let image = try ImageReference(parsing: reference)
        var request = EngineRequest(.post, "/images/create", for: "pulling the image '\(reference)'")
        request.ask("fromImage", image.name)
        request.ask("tag", image.digest ?? image.tag)
        request.ask("platform", platform)
        request.secondsToAnswer = 600
        if let auth {
            request.headers.append(("X-Registry-Auth", auth.header()))
        }
        do {
            try await readReport(request) { line in
                progress(
                    PullProgress(
                        layer: line.id,
                        status: line.status ?? "",
                        current: line.progressDetail?.current,
                        total: line.progressDetail?.total
                    )
                )
            }
        } catch DockerError.refused(_, _, let message), DockerError.notFound(_, let message),
            DockerError.conflict(_, let message)
        {
            throw DockerError.pullFailed(reference: reference, message: message)
        }
    }

    /// Makes an image of one layer from a tar archive (`POST /images/create?fromSrc=-`).
    ///
    /// - Parameters:
    ///   - tar: The archive.
    ///   - reference: The name it gets.
    ///   - labels: Labels of the image.
    ///   - changes: Lines as in a Dockerfile: `ENTRYPOINT ["/app"]`.
    /// - Returns: The id, `sha256:…`.
    /// - Throws: ``DockerError``, or `CancellationError` in a cancelled task.
    @discardableResult
    package func importImage(
        tar: [UInt8],
        reference: String,
        labels: [String: String] = [:],
        changes: [String] = []
    ) async throws -> String {
        let image = try ImageReference(parsing: reference)
        var request = EngineRequest(.post, "/images/create", for: "importing the image '\(reference)'")
        request.ask("fromSrc", "-")
        request.ask("repo", image.name)
        request.ask("tag", image.tag)
        for label in labels.sorted(by: { $0.key < $1.key }) {
            request.ask("changes", "LABEL \(Self.quoted(label.key))=\(Self.quoted(label.value))")
        }
        for change in changes {
            request.ask("changes", change)
        }
        request.body = (tar, "application/x-tar")
        request.secondsToAnswer = 600
        var last: String?
        try await readReport(request) { line in
            last = line.status ?? last
        }
        guard let id = last else {
            throw DockerError.unreadable(request: request.purpose, message: "it names no image")
        }
        return id
    }

    /// Gives an image a further name (`POST /images/{name}/tag`).
    package func tagImage(_ name: String, as reference: String) async throws {
        let image = try ImageReference(parsing: reference)
        let path = "/images/\(EngineRequest.escapeImage(name))/tag"
        var request = EngineRequest(.post, path, for: "tagging the image '\(name)'")
        request.ask("repo", image.name)
        request.ask("tag", image.tag)
        try await perform(request)
    }

    /// Lists images (`GET /images/json`); of `labels`, as `name` or `name=value`, all must hold.
    package func listImages(labels: [String] = []) async throws -> [ImageSummary] {
        var request = EngineRequest(.get, "/images/json", for: "listing the images")
        request.filter(["label": labels])
        return try await value(request)
    }

    /// Removes an image or one of its names (`DELETE /images/{name}`); one that is not there is no error.
    package func removeImage(_ name: String, force: Bool = false) async throws {
        let path = "/images/\(EngineRequest.escapeImage(name))"
        var request = EngineRequest(.delete, path, for: "removing the image '\(name)'")
        request.ask("force", if: force)
        do {
            try await perform(request)
        } catch DockerError.notFound {
            return
        }
    }

    /// Reads the engine's report line by line; an error in it is thrown as a refusal.
    private func readReport(_ request: EngineRequest, line: (ReportLine) -> Void) async throws {
        let answer = try await begin(request)
        for try await entry in answer.lines(of: ReportLine.self) {
            if let message = entry.errorDetail?.message ?? entry.error {
                throw DockerError.refused(
                    request: request.purpose,
                    status: answer.status,
                    message: message
                )
            }
            line(entry)
        }
    }

    /// Quotes a word for a line as in a Dockerfile, where `$` would stand for a variable.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text {
            if "\\\"$".contains(character) {
                quoted.append("\\")
            }
            quoted.append(character)
        }
        return quoted + "\""
    }
}

/// A line of the report on a pull or an import.
private struct ReportLine: Decodable, Sendable {
    let status: String?
    let id: String?
    let progressDetail: Progress?
    let error: String?
    let errorDetail: Detail?

    struct Progress: Decodable {
        let current: Int64?
        let total: Int64?
    }

    struct Detail: Decodable {
        let message: String?
    }
}
