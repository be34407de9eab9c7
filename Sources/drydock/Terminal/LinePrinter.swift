import Foundation
import Manifests
import Planning
import Runs
import Synchronization

/// The human view where nothing is redrawn: each line as it comes, with the prefix that `tkn … logs` gives it.
final class LinePrinter: Sendable {
    private let output: OutputFile
    private let style: Style
    /// With several runs at once a line also names its run.
    private let namesRuns: Bool
    private let colors = Mutex<[String: Style.Color]>([:])

    init(output: OutputFile, style: Style, namesRuns: Bool) {
        self.output = output
        self.style = style
        self.namesRuns = namesRuns
    }

    func handle(_ event: RunEvent) {
        guard let text = text(of: event) else { return }
        output.write(text)
    }

    private func text(of event: RunEvent) -> String? {
        switch event.kind {
        case .output(let task, let step, _, let text):
            return lines(text, prefix: prefix(event.run, task, step))
        case .pulling(let task, let image, let progress):
            return "\(prefix(event.run, task, "pull"))\(image) \(progress)\n"
        case .taskRunEnded(let task, _, let condition, let isLastAttempt):
            guard !isLastAttempt else { return ended(event.run, task, condition) }
            return "\(style.failure) \(name(event.run, task)) \(condition.message) (another attempt follows)\n"
        case .taskSkipped(let task, let reason):
            return "\(style.skipped) \(name(event.run, task)) skipped: \(reason)\n"
        case .notice(let text): return "\(style.warning) \(text)\n"
        default: return nil
        }
    }

    private func ended(_ run: String, _ task: String, _ condition: Condition) -> String? {
        guard condition.status == .failed, !task.isEmpty else { return nil }
        return "\(style.failure) \(name(run, task)) \(condition.message)\n"
    }

    /// Works on bytes: what a Swift string calls a character is of no interest here, and finding them is slow.
    private func lines(_ text: String, prefix: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count * 2)
        var rest = text.utf8[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            result += prefix.utf8
            result += rest[..<end]
            result.append(UInt8(ascii: "\n"))
            rest = rest[end...].dropFirst()
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func name(_ run: String, _ task: String) -> String {
        let parts = (namesRuns ? [run] : []) + (task.isEmpty ? [] : [task])
        return parts.isEmpty ? run : parts.joined(separator: "/")
    }

    private func prefix(_ run: String, _ task: String, _ step: String) -> String {
        let owner = (namesRuns ? [run] : []) + (task.isEmpty ? [] : [task])
        let label = owner.isEmpty ? "[\(step)]" : "[\(owner.joined(separator: "/")) : \(step)]"
        let color = colors.withLock { colors in
            let key = owner.joined(separator: "/")
            let color = colors[key] ?? style.prefixColor(colors.count)
            colors[key] = color
            return color
        }
        return style.paint(label, color) + " "
    }
}
