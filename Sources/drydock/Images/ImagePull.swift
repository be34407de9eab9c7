import Docker
import Foundation
import Synchronization

/// Pulls images one after the other, with progress, and says what did not come.
struct ImagePull {
    let docker: DockerClient
    let context: Context

    /// - Returns: What could not be pulled.
    func pull(_ images: [ImageStatus]) async throws -> [PullProblem] {
        var problems: [PullProblem] = []
        for (index, image) in images.enumerated() {
            let reference = image.need.reference
            let progress = PullLine(title: "[\(index + 1)/\(images.count)] \(reference)", context: context)
            do {
                try await docker.pull(reference, auth: await auth(for: reference)) { progress.show($0) }
                guard let details = try await docker.inspectImage(reference) else {
                    throw DockerError.pullFailed(
                        reference: reference,
                        message: "the engine does not have it afterwards"
                    )
                }
                progress.end("pulled, \(byteText(details.size))")
            } catch let error as DockerError {
                guard let problem = PullProblem(error, reference: reference, hint: await credentialHint(for: reference))
                else { throw error }
                progress.end("failed")
                problems.append(problem)
            }
        }
        return problems
    }

    private var configuration: DockerConfiguration {
        DockerConfiguration(environment: context.environment, home: context.directories.home)
    }

    private func auth(for reference: String) async throws -> RegistryAuth? {
        await configuration.credentials(for: try ImageReference(parsing: reference).registry)
    }

    private func credentialHint(for reference: String) async -> String? {
        // What is no image's name has no registry.
        guard let registry = (try? ImageReference(parsing: reference))?.registry else { return nil }
        return await configuration.helperProblem(for: registry)
    }
}

/// Why an image did not come, and the exit code for it.
struct PullProblem {
    var status: ExitStatus
    var message: String

    /// Nil for an error that is the engine's own, after which no other image comes either.
    init?(_ error: DockerError, reference: String, hint: String?) {
        switch error {
        case .invalidReference: self.init(status: .invalidManifest, message: "\(error)")
        case .pullFailed(_, let message):
            let (status, advice) = Self.judge(message)
            let advices = [advice, status == .permission ? hint : nil].compactMap(\.self)
            self.init(status: status, message: "\(error)" + advices.map { "\n    \($0)" }.joined())
        default: return nil
        }
    }

    private init(status: ExitStatus, message: String) {
        self.status = status
        self.message = message
    }

    /// What the engine's words for a failed pull come to.
    static func judge(_ message: String) -> (ExitStatus, advice: String?) {
        let text = message.lowercased()
        func says(_ parts: String...) -> Bool { parts.contains { text.contains($0) } }
        if says("toomanyrequests", "too many requests", "rate limit", " 429") {
            return (.tryAgain, "the registry limits how much is pulled: wait, or log in with docker login")
        }
        if says("denied", "unauthorized", "no basic auth", "authentication required", "forbidden") {
            return (.permission, "is the name right? a private image needs docker login first")
        }
        if says("manifest unknown", "not found", "no matching manifest", "repository name not known") {
            return (.noInput, "there is no such image, tag or platform in the registry")
        }
        return (.engineUnavailable, "can the engine reach the registry? docker info shows its proxy and mirrors")
    }
}

/// A line of progress: redrawn on a terminal, elsewhere written when it begins and ends.
private final class PullLine: Sendable {
    private let title: String
    private let context: Context
    private let isRedrawn: Bool
    private let layers = Mutex<[String: (current: Int64, total: Int64)]>([:])

    init(title: String, context: Context) {
        self.title = title
        self.context = context
        isRedrawn =
            context.errors.isTerminal && context.environment["TERM"] != "dumb"
            && context.environment["CI", default: ""].isEmpty
        if !isRedrawn { context.say("\(title) pulling") }
    }

    func show(_ progress: PullProgress) {
        guard isRedrawn, let layer = progress.layer, let current = progress.current, let total = progress.total,
            progress.status == "Downloading"
        else { return }
        let (done, all) = layers.withLock { layers in
            layers[layer] = (current, total)
            return layers.values.reduce((Int64(0), Int64(0))) { ($0.0 + $1.current, $0.1 + $1.total) }
        }
        context.errors.write("\r\u{1B}[2K\(title) \(byteText(done)) of \(byteText(all))")
    }

    func end(_ text: String) {
        context.errors.write((isRedrawn ? "\r\u{1B}[2K" : "") + "\(title) \(text)\n")
    }
}
