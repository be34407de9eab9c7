import Docker
import Foundation

/// Brings images onto the engine, each at most once at a time.
actor ImageStore {
    /// Why a container has no image: Kubernetes' reason and message for a container that waits.
    struct Failure: Error, Sendable, Hashable {
        var reason: String
        var message: String
    }

    private let docker: DockerClient
    private let mode: PullMode
    private let auth: @Sendable (_ registry: String) async -> RegistryAuth?
    private var pulls: [String: Pull] = [:]
    /// What was asked before anybody wanted to know, each answer for one.
    private var anticipated: [String: Task<ImageDetails?, any Error>] = [:]

    /// A pull that is under way, and how many wait for it.
    private struct Pull {
        var id: UUID
        var task: Task<Void, any Error>
        var waiting = 0
    }

    init(docker: DockerClient, mode: PullMode, auth: @escaping @Sendable (String) async -> RegistryAuth?) {
        self.docker = docker
        self.mode = mode
        self.auth = auth
    }

    /// Begins to ask about images.
    func anticipate(_ references: [String]) {
        for reference in references { anticipated[reference] = Task { try await inspect(reference) } }
    }

    /// The image of a container, pulled if its policy and the mode ask for it.
    /// - Throws: ``Failure`` if there is no image, another error if the engine does not answer.
    func image(
        _ reference: String,
        policy: String,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> PodImage {
        if !pullsAlways(policy), let details = try await known(reference) {
            return PodImage(details, reference: reference)
        }
        guard mode != .never, mode != .policy || policy != "Never" else {
            throw Failure(
                reason: "ErrImageNeverPull",
                message: "Container image \"\(reference)\" is not present with pull policy of Never"
            )
        }
        try await pull(reference, progress: progress)
        guard let details = try await inspect(reference) else {
            throw Failure(
                reason: "ErrImagePull",
                message: "the engine pulled \"\(reference)\" and does not have it"
            )
        }
        return PodImage(details, reference: reference)
    }

    private func pullsAlways(_ policy: String) -> Bool {
        switch mode {
        case .always: true
        case .policy: policy == "Always"
        case .missing, .never: false
        }
    }

    /// What was found before anybody wanted to know, else what the engine says now.
    private func known(_ reference: String) async throws -> ImageDetails? {
        if let found = try? await anticipated.removeValue(forKey: reference)?.value { return found }
        return try await inspect(reference)
    }

    private func inspect(_ reference: String) async throws -> ImageDetails? {
        do {
            _ = try ImageReference(parsing: reference)
            return try await docker.inspectImage(reference)
        } catch DockerError.invalidReference(_, let reason) {
            throw Failure(
                reason: "InvalidImageName",
                message: "Failed to apply default image tag \"\(reference)\": \(reason)"
            )
        } catch DockerError.refused(_, 400, let message) {
            throw Failure(reason: "InvalidImageName", message: message)
        }
    }

    /// Pulls an image, or waits for the pull of it that is under way.
    private func pull(_ reference: String, progress: @escaping @Sendable (String) -> Void) async throws {
        let pull = pulls[reference] ?? begin(reference, progress: progress)
        pulls[reference, default: pull].waiting += 1
        defer { leave(reference, pull.id) }
        do {
            // Who is cancelled goes; the pull goes on for the others.
            try await Self.outcome(of: pull.task)
        } catch let error as DockerError {
            switch error {
            case .pullFailed(_, let message), .refused(_, _, let message), .notFound(_, let message),
                .conflict(_, let message):
                throw Failure(
                    reason: "ErrImagePull",
                    message: "failed to pull image \"\(reference)\": \(message)"
                )
            case .invalidReference(_, let reason):
                throw Failure(reason: "InvalidImageName", message: "\"\(reference)\": \(reason)")
            default: throw error
            }
        }
    }

    private func begin(_ reference: String, progress: @escaping @Sendable (String) -> Void) -> Pull {
        let task = Task { [docker, auth] in
            let image = try ImageReference(parsing: reference)
            try await docker.pull(reference, auth: await auth(image.registry)) { progress(Self.text(of: $0)) }
        }
        return Pull(id: UUID(), task: task)
    }

    /// Waits for a pull, but not in a task that is cancelled.
    private static func outcome(of pull: Task<Void, any Error>) async throws {
        let ended = OneTimeEvent()
        let watch = Task {
            _ = await pull.result
            ended.happen()
        }
        defer { watch.cancel() }
        guard await ended.wait() else { throw CancellationError() }
        try await pull.value
    }

    /// Ends a pull that nobody waits for any more.
    private func leave(_ reference: String, _ id: UUID) {
        guard let pull = pulls[reference], pull.id == id else { return }
        pulls[reference]?.waiting -= 1
        guard pull.waiting <= 1 else { return }
        pull.task.cancel()
        pulls[reference] = nil
    }

    private static func text(of progress: PullProgress) -> String {
        guard let current = progress.current, let total = progress.total, total > 0 else { return progress.status }
        return "\(progress.status) \(current * 100 / total) %"
    }
}
