package import Foundation
import YAML

/// What the entrypoint of a step leaves behind when the step has ended: results, and facts about the step.
///
/// A JSON array of keys and values. What a step writes into the file itself counts too, if it has that form.
package struct TerminationMessage: Sendable, Hashable {
    /// What an entry is about.
    package enum Kind: Int, Sendable, Hashable {
        /// Shown and not used.
        case other = 0
        case taskRunResult = 1
        /// A fact about the step: `StartedAt`, `ExitCode`, `Reason`.
        case fact = 3
        case stepResult = 4
        case stepArtifacts = 5
        case taskRunArtifacts = 6
    }

    package struct Entry: Sendable, Hashable {
        package var key: String
        package var value: String
        package var kind: Kind
        /// Which image or repository an entry is about, in messages of old programs.
        package var resourceName: String
    }

    /// The entries by their keys, the last of each key.
    package private(set) var entries: [Entry]
    /// What the message says as text: the entries that are no facts, or what could not be read.
    package private(set) var text: String
    /// Whether results came apart from it because they were too large.
    package private(set) var hasLargeResults: Bool

    /// Reads a message.
    /// - Parameters:
    ///   - bytes: The message.
    ///   - largeResults: Results that did not fit into it, in the same form.
    package init(parsing bytes: [UInt8], largeResults: [UInt8] = []) {
        let nodes = Self.read(bytes)
        let large = Self.read(largeResults) ?? []
        entries = Self.entries((nodes ?? []) + large)
        hasLargeResults = !large.isEmpty
        guard let nodes else {
            text = String(decoding: bytes, as: UTF8.self)
            return
        }
        let shown = Self.entries(nodes).filter { $0.kind != .fact }
        text = shown.isEmpty ? "" : YAMLNode(shown.map(\.node)).jsonText()
    }

    /// The last entry of each key.
    private static func entries(_ nodes: [YAMLNode]) -> [Entry] {
        var latest: [String: Entry] = [:]
        for node in nodes {
            let entry = Entry(node)
            latest[entry.key] = entry
        }
        return latest.values.sorted { $0.key < $1.key }
    }

    /// The entries of a message that is one; an empty one has none.
    private static func read(_ bytes: [UInt8]) -> [YAMLNode]? {
        guard !bytes.isEmpty else { return [] }
        // A step may write whatever it likes into the file: then it holds no entries.
        guard let node = try? JSONDecoder().decode(YAMLNode.self, from: Data(bytes)) else { return nil }
        return node.sequence
    }

    /// Entries of one kind.
    package func values(of kind: Kind) -> [(name: String, text: String)] {
        entries.filter { $0.kind == kind }.map { ($0.key, $0.value) }
    }

    /// What the step said that it used and made.
    package var stepArtifacts: Artifacts? { artifacts(of: .stepArtifacts) }

    /// What the Task used and made, as one of its steps said.
    package var taskRunArtifacts: Artifacts? { artifacts(of: .taskRunArtifacts) }

    /// All that the Task used and made: what its steps said about it, and about themselves.
    package static func artifacts(of messages: [TerminationMessage]) -> Artifacts {
        messages.reduce(into: Artifacts()) { all, message in
            all.merge(message.taskRunArtifacts ?? Artifacts())
            all.merge(message.stepArtifacts ?? Artifacts())
        }
    }

    private func artifacts(of kind: Kind) -> Artifacts? {
        values(of: kind).first.flatMap { Artifacts(json: $0.text) }
    }

    /// When the step's command began.
    package var startedAt: Date? {
        guard let text = fact("StartedAt") else { return nil }
        let precise = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        // Fractions may be missing.
        return (try? precise.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
    }

    /// The exit code of a command whose failure does not count.
    package var exitCode: Int? { fact("ExitCode").flatMap { Int($0) } }

    /// How the step came to its end, where the exit code does not tell: `TimeoutExceeded`, `Skipped`, `Cancelled`.
    package var reason: String? { fact("Reason") }

    /// The step's `terminationReason` in the status.
    /// - Parameter containerReason: Why its container ended: `Completed`, `Error`, `OOMKilled`.
    /// - Returns: The reason, empty if no entrypoint has left a message.
    package func terminationReason(containerReason: String) -> String {
        guard !entries.isEmpty else { return "" }
        return reason ?? (exitCode == nil ? containerReason : "Continued")
    }

    private func fact(_ key: String) -> String? { entries.first { $0.key == key }?.value }
}

extension TerminationMessage.Entry {
    fileprivate init(_ node: YAMLNode) {
        key = node["key"]?.string ?? ""
        value = node["value"]?.string ?? ""
        resourceName = node["resourceName"]?.string ?? ""
        let type = node["type"]
        kind = type?.integer.flatMap { .init(rawValue: $0) } ?? Self.kinds[type?.string ?? ""] ?? .other
    }

    /// The names by which older entrypoints call the kinds.
    private static let kinds: [String: TerminationMessage.Kind] = [
        "TaskRunResult": .taskRunResult, "InternalTektonResult": .fact, "StepResult": .stepResult,
        "StepArtifactsResult": .stepArtifacts, "TaskRunArtifactsResult": .taskRunArtifacts,
    ]

    fileprivate var node: YAMLNode {
        var node: YAMLNode = ["key": YAMLNode(key), "value": YAMLNode(value)]
        if !resourceName.isEmpty { node["resourceName"] = YAMLNode(resourceName) }
        if kind != .other { node["type"] = YAMLNode(.integer(kind.rawValue)) }
        return node
    }
}
