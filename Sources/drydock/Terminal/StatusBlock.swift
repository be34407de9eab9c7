import Foundation
import Planning
import Runs
import Synchronization

/// The human view on a terminal: one line per task, redrawn in place.
final class StatusBlock: Sendable {
    private struct State {
        var runs: [RunProgress] = []
        var drawnLines = 0
        var drawnAt = Date.distantPast
    }

    private let output: OutputFile
    private let style: Style
    private let state = Mutex(State())

    init(output: OutputFile, style: Style) {
        self.output = output
        self.style = style
    }

    func handle(_ event: RunEvent) {
        state.withLock { state in
            let index = state.runs.firstIndex { $0.name == event.run } ?? state.runs.count
            if index == state.runs.count { state.runs.append(RunProgress(name: event.run)) }
            state.runs[index].apply(event)
            if case .output = event.kind { return }
            if case .notice(let text) = event.kind { write("\(style.warning) \(text)", above: &state) }
            if case .pulling = event.kind, event.time.timeIntervalSince(state.drawnAt) < 0.1 { return }
            draw(&state, at: event.time)
        }
    }

    /// Draws again, so that the times that pass are seen.
    func refresh(at now: Date) { state.withLock { draw(&$0, at: now) } }

    /// Writes a line that stays, where the block begins.
    private func write(_ line: String, above state: inout State) {
        let up = state.drawnLines > 0 ? "\u{1B}[\(state.drawnLines)A" : ""
        output.write(up + "\r\u{1B}[J" + line + "\n")
        state.drawnLines = 0
    }

    private func draw(_ state: inout State, at now: Date) {
        let lines = state.runs.flatMap { run in block(of: run, at: now) }
        var text = state.drawnLines > 0 ? "\u{1B}[\(state.drawnLines)A" : ""
        for line in lines { text += "\r\u{1B}[2K" + line + "\n" }
        output.write(text)
        state.drawnLines = lines.count
        state.drawnAt = now
    }

    private func block(of run: RunProgress, at now: Date) -> [String] {
        let width = output.width
        let names = run.tasks.map { $0.name.isEmpty ? run.name : $0.name }
        let column = min(names.map(\.count).max() ?? 0, max(12, width / 2))
        return zip(run.tasks, names).map { task, name in line(task, name: name, column: column, width: width, at: now) }
    }

    private func line(
        _ task: RunProgress.TaskProgress,
        name: String,
        column: Int,
        width: Int,
        at now: Date
    ) -> String {
        let (sign, detail) = signAndDetail(task)
        let seconds = task.startedAt.map { durationText((task.endedAt ?? now).timeIntervalSince($0)) } ?? ""
        let time = String(repeating: " ", count: max(0, 7 - seconds.count)) + seconds
        let padded = middleTruncated(name, to: column).padding(toLength: column, withPad: " ", startingAt: 0)
        let room = max(0, width - column - 14)
        return "  \(sign) \(padded) \(time)  \(detail.prefix(room))"
    }

    private func signAndDetail(_ task: RunProgress.TaskProgress) -> (String, String) {
        switch task.phase {
        case .waiting: return (style.waiting, "")
        case .running:
            return (style.running, task.retry > 0 ? "\(task.activity) (attempt \(task.retry + 1))" : task.activity)
        case .skipped(let reason): return (style.skipped, reason)
        case .ended(let condition):
            return condition.status == .succeeded ? (style.success, "") : (style.failure, condition.message)
        }
    }

    private func middleTruncated(_ name: String, to length: Int) -> String {
        guard name.count > length, length > 3 else { return name }
        let head = (length - 1) / 2
        return name.prefix(head) + (style.isASCII ? "~" : "…") + name.suffix(length - 1 - head)
    }
}
