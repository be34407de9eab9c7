import Docker

/// Brings images onto the engine, each at most once at a time.
actor ImageStore {
    /// Why a container has no image: Kubernetes' reason and message for a container that waits.
    struct Failure: Error, Sendable, Hashable {
        var reason: String
        var message: String
    }

    private let docker: DockerClient
    private let mode: PullMode
    private let auth: @Sendable (_ registry: String) -> RegistryAuth?
    private var pulls: [String: Task<Void, any Error>] = [:]

    init(docker: DockerClient, mode: PullMode, auth: @escaping @Sendable (String) -> RegistryAuth?) {
        self.docker = docker
        self.mode = mode
        self.auth = auth
    }

    /// The image of a container, pulled if its policy and the mode ask for it.
    /// - Throws: ``Failure`` if there is no image, another error if the engine does not answer.
    func image(
        _ reference: String,
        policy: String,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> PodImage {
        if !pullsAlways(policy), let details = try await inspect(reference) {
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

    private func inspect(_ reference: String) async throws -> ImageDetails? {
        do {
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
        let task: Task<Void, any Error>
        if let running = pulls[reference] {
            task = running
        } else {
            // Another Pod may wait for it too, so it does not end with the Pod that asked first.
            task = Task { [docker, auth] in
                let image = try ImageReference(parsing: reference)
                try await docker.pull(reference, auth: auth(image.registry)) { progress(Self.text(of: $0)) }
            }
            pulls[reference] = task
        }
        defer { if pulls[reference] == task { pulls[reference] = nil } }
        do {
            try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
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

    private static func text(of progress: PullProgress) -> String {
        guard let current = progress.current, let total = progress.total, total > 0 else { return progress.status }
        return "\(progress.status) \(current * 100 / total) %"
    }
}
