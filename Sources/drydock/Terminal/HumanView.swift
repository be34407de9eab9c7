import Foundation
import Runs
import Synchronization

/// What a person sees: redrawn on a terminal, line by line elsewhere, on standard error if a format owns the output.
final class HumanView: Sendable {
    private let output: OutputFile
    private let style: Style
    private let lines: LinePrinter?
    private let block: StatusBlock?
    private let runs = Mutex<[RunProgress]>([])

    init(context: Context, output options: OutputOptions, runCount: Int) {
        output = options.output == nil ? context.output : context.errors
        style = Style(noColorFlag: options.noColor, isTerminal: output.isTerminal, environment: context.environment)
        let isRedrawn = options.output == nil && context.isInteractive
        block = isRedrawn ? StatusBlock(output: output, style: style) : nil
        lines = isRedrawn ? nil : LinePrinter(output: output, style: style, namesRuns: runCount > 1)
    }

    /// Takes an event.
    /// - Returns: False if nobody reads the output any more.
    func handle(_ event: RunEvent) -> Bool {
        runs.withLock { runs in
            let index = runs.firstIndex { $0.name == event.run } ?? runs.count
            if index == runs.count { runs.append(RunProgress(name: event.run)) }
            runs[index].apply(event)
        }
        lines?.handle(event)
        block?.handle(event)
        return !output.isClosed
    }

    /// Lets time pass on the screen until its task is cancelled.
    func refresh() async {
        guard let block else { return }
        while !Task.isCancelled {
            block.refresh(at: Date())
            // Cancelled means that the runs are over.
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Writes how it ended, as the last thing on the screen.
    func end() {
        let summary = RunSummary(style: style)
        for run in runs.withLock({ $0 }) { output.write(summary.text(of: run)) }
    }
}
