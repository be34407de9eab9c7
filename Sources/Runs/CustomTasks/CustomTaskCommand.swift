import Foundation
import Manifests
import Planning
import Synchronization
import YAML

/// A program that carries out CustomRuns: the run comes on its input as JSON, and it writes the run's `status`, or
/// nothing.
struct CustomTaskCommand: Sendable {
    let arguments: [String]

    /// Runs the program to its end; if the task is cancelled, it is asked to end.
    /// - Throws: If it cannot be started.
    func run(_ customRun: Document) async throws -> TaskRunOutcome {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = URL(filePath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.standardInput = input
        process.standardOutput = output
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        try process.run()
        let handle = RunningProcess(process)
        return await withTaskCancellationHandler {
            async let text = Self.text(from: output.fileHandleForReading)
            await Self.write(customRun.root.jsonText() + "\n", to: input.fileHandleForWriting)
            let written = await text
            let status = await ended.first { _ in true } ?? -1
            return Self.outcome(of: written, status: status)
        } onCancel: {
            handle.terminate()
        }
    }

    /// Reading and writing block: each on a thread of its own.
    private static func text(from handle: FileHandle) async -> String {
        await withCheckedContinuation { continuation in
            let source = SendableHandle(handle)
            Thread.detachNewThread {
                let data = source.handle.readDataToEndOfFile()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }

    private static func write(_ text: String, to handle: FileHandle) async {
        await withCheckedContinuation { continuation in
            let target = SendableHandle(handle)
            Thread.detachNewThread {
                // A program that does not want to read its input may close it; the signal for that would end everything.
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                try? target.handle.write(contentsOf: Data(text.utf8))
                try? target.handle.close()
                continuation.resume()
            }
        }
    }

    private static func outcome(of text: String, status: Int32) -> TaskRunOutcome {
        let written = try? JSONDecoder().decode(YAMLNode.self, from: Data(text.utf8))
        let node = written?["status"] ?? written
        let results = (node?["results"]?.elements ?? []).map {
            RunResult(name: $0["name"]?.string ?? "", value: ParamValue($0["value"] ?? .null))
        }
        let condition = node?["conditions"]?.elements.first { $0["type"]?.string == "Succeeded" }
        let told = condition?["status"]?.string.flatMap { Condition.Status(rawValue: $0) }
        let isUnreadable = node == nil && !text.allSatisfy(\.isWhitespace)
        let hasSucceeded = status == 0 && !isUnreadable && (told ?? .succeeded) == .succeeded
        let message =
            condition?["message"]?.string
            ?? (isUnreadable ? "what the program wrote is no status in JSON" : "the program ended with code \(status)")
        return TaskRunOutcome(
            condition: Condition(
                status: hasSucceeded ? .succeeded : .failed,
                reason: condition?["reason"]?.string ?? (hasSucceeded ? "Succeeded" : "Failed"),
                message: message
            ),
            results: results
        )
    }
}

/// The process, as far as another thread may touch it.
private final class RunningProcess: @unchecked Sendable {  // `terminate` only sends a signal, and under the lock
    private let process: Process
    private let lock = NSLock()

    init(_ process: Process) { self.process = process }

    func terminate() {
        lock.withLock {
            if process.isRunning { process.terminate() }
        }
    }
}

/// A handle on its way to the thread that reads it.
private struct SendableHandle: @unchecked Sendable {  // given to one thread and used by nobody else
    let handle: FileHandle

    init(_ handle: FileHandle) { self.handle = handle }
}
