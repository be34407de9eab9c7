/// Why the engine did not do what was asked.
package enum DockerError: Error, Sendable, Equatable {
    /// No engine answered in any of the places.
    case unreachable(tried: [Attempt])
    /// The engine speaks only an older API.
    case apiTooOld(engine: String, needed: String, host: String)
    /// The engine refused.
    case refused(request: String, status: Int, message: String)
    /// The thing that was asked for is not there.
    case notFound(request: String, message: String)
    /// What was asked does not go with how things are, such as a name in use.
    case conflict(request: String, message: String)
    /// The engine went away in mid-conversation.
    case connectionLost(request: String, host: String, cause: String)
    /// The engine did not begin to answer in time.
    case timedOut(request: String, seconds: Int)
    /// The engine said something that cannot be understood.
    case unreadable(request: String, message: String)
    /// An image did not arrive.
    case pullFailed(reference: String, message: String)
    /// The text does not name an image.
    case invalidReference(String, reason: String)

    /// A place where an engine was looked for, and what came of it.
    package struct Attempt: Sendable, Equatable {
        /// The place.
        package var host: DockerHost
        /// What came of it.
        package var outcome: String
        /// Whether there is simply nothing at that place.
        package var isAbsent: Bool

        /// An attempt.
        package init(host: DockerHost, outcome: String, isAbsent: Bool = false) {
            self.host = host
            self.outcome = outcome
            self.isAbsent = isAbsent
        }
    }
}

extension DockerError {
    /// Whether an engine was found whose socket may not be opened.
    package var isDenied: Bool {
        guard case .unreachable(let tried) = self else { return false }
        let found = tried.filter { !$0.isAbsent }
        return !found.isEmpty && found.allSatisfy { $0.outcome.hasPrefix(Self.denial) }
    }

    static let denial = "permission denied"
}

extension DockerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let tried):
            Self.describe(tried)
        case .apiTooOld(let engine, let needed, let host):
            """
            the Docker engine at \(host) speaks API \(engine), and \(needed) is the oldest that works; \
            update it (Docker 20.10 or later)
            """
        case .refused(let request, let status, let message):
            "the Docker engine refused \(request) (\(status)): \(message)"
        case .notFound(let request, let message):
            "the Docker engine did not find what \(request) needs: \(message)"
        case .conflict(let request, let message):
            "\(request) conflicts with what is on the Docker engine: \(message)"
        case .connectionLost(let request, let host, let cause):
            """
            the Docker engine at \(host) went away during \(request) (\(cause)); \
            see that it runs (docker info, systemctl status docker) and start again
            """
        case .timedOut(let request, let seconds):
            "the Docker engine did not answer \(request) within \(seconds) s; it may be overloaded or stuck"
        case .unreadable(let request, let message):
            "the answer of the Docker engine to \(request) cannot be understood: \(message)"
        case .pullFailed(let reference, let message):
            "the image \(reference) cannot be pulled: \(message)"
        case .invalidReference(let text, let reason):
            "'\(text)' does not name an image: \(reason)"
        }
    }

    private static func describe(_ tried: [Attempt]) -> String {
        let advice = "start Docker, or say where it is with DOCKER_HOST or docker context use"
        guard !tried.isEmpty else { return "no Docker engine: there is no place to look for one; \(advice)" }
        let absent = tried.filter(\.isAbsent)
        var found = tried.filter { !$0.isAbsent }.map { "\($0.host): \($0.outcome)" }
        if let only = absent.first, absent.count == 1 {
            found.append("\(only.host): \(only.outcome)")
        } else if !absent.isEmpty {
            found.append("nothing at " + absent.map(\.host.location).joined(separator: ", "))
        }
        return "no Docker engine answers. Tried \(found.joined(separator: "; ")). Try this: \(advice)"
    }
}
