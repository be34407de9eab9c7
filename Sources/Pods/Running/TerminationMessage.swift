import Foundation
import Manifests
import Planning

/// What a step's entrypoint left for whoever looks after its container.
///
/// [Tekton: Step and Task results](https://tekton.dev/docs/pipelines/tasks/#emitting-results) travel in it.
struct TerminationMessage: Sendable, Hashable {
    private enum Kind: Int {
        case taskRunResult = 1
        case internalResult = 3
        case stepResult = 4
    }

    private struct Entry: Decodable {
        var key: String
        var value: String
        var type: Int?
    }

    /// Results of the Task by their names, as text.
    var results: [(name: String, text: String)] = []
    /// What the entrypoint says of itself: `StartedAt`, `Reason`, `ExitCode`.
    private(set) var facts: [String: String] = [:]

    init() {}

    /// Reads a message; one that is not the entrypoint's says nothing.
    init(parsing bytes: [UInt8]) {
        // A step may write anything into the file.
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(bytes)) else { return }
        for entry in entries {
            switch entry.type.flatMap(Kind.init) {
            case .taskRunResult: results.append((entry.key, entry.value))
            case .internalResult: facts[entry.key] = entry.value
            case .stepResult, nil: break
            }
        }
    }

    var startedAt: Date? { facts["StartedAt"].flatMap { Self.date($0) } }
    var reason: String? { facts["Reason"] }
    var exitCode: Int? { facts["ExitCode"].flatMap { Int($0) } }

    private static func date(_ text: String) -> Date? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        // The entrypoint writes fractions; another program's message may not.
        return (try? style.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
    }

    static func == (left: TerminationMessage, right: TerminationMessage) -> Bool {
        left.facts == right.facts && left.results.elementsEqual(right.results) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(facts)
    }
}
