import Synchronization
import YAML

/// Writes the runs of a command in the format that was asked for, once.
final class RunFormatter: Sendable {
    private let format: OutputOptions.Format
    private let output: OutputFile
    private let isWritten = Mutex(false)

    init(format: OutputOptions.Format, output: OutputFile) {
        self.format = format
        self.output = output
    }

    /// Writes objects as one JSON array, or as YAML documents.
    func write(_ objects: [YAMLNode]) {
        isWritten.withLock { $0 = true }
        switch format {
        case .json: output.write(YAMLNode(objects).jsonText(pretty: true) + "\n")
        case .yaml: output.write(objects.map { YAMLEmitter.emit($0) }.joined(separator: "---\n"))
        }
    }

    /// Writes that there is nothing, if the command ended before it had something.
    func writeNothingIfUnwritten() {
        guard !isWritten.withLock({ $0 }) else { return }
        write([])
    }
}
