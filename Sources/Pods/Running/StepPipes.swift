import Entrypoint
import Glibc
import Runs
import Synchronization
import SystemPackage

/// The pipes of one step, from before its container starts until they are empty.
///
/// A pipe that is read as long as somebody writes loses nothing and knows no framing. It ends when the last process of
/// the step has, a moment before the engine has noticed.
final class StepPipes: Sendable {
    /// `F_SETPIPE_SZ` of Linux, which the C library's module leaves out.
    private static let setPipeSize: Int32 = 1031

    private struct State {
        var unread: [(stream: OutputStream, descriptor: Int32)]
        var open: Set<Int32> = []
        var isRead = false
        var isFinishing = false
        var wasUsed = false
    }

    private let state: Mutex<State>
    private let directory: FilePath
    let ended = OneTimeEvent()

    /// Opens the reading ends in a step's report directory.
    init(_ directory: FilePath) throws {
        self.directory = directory
        let names: [(OutputStream, String)] = [
            (.stdout, StepReport.standardOutput), (.stderr, StepReport.standardError),
        ]
        var unread: [(stream: OutputStream, descriptor: Int32)] = []
        for (stream, name) in names {
            let path = directory.appending(name)
            let descriptor = open(path.string, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else {
                let cause = Errno(rawValue: errno)
                unread.forEach { close($0.descriptor) }
                throw HostFileError(action: "open the pipe", path: path, cause: cause)
            }
            // More room lets the step run on while its lines are printed; without it all works as well.
            _ = fcntl(descriptor, Self.setPipeSize, 1 << 20)
            unread.append((stream, descriptor))
        }
        state = Mutex(State(unread: unread))
    }

    deinit { state.withLock { $0.unread.forEach { close($0.descriptor) } } }

    /// Whether the step ever wrote into them: on an engine whose files are not this machine's it cannot.
    var wereUsed: Bool { state.withLock { $0.wasUsed } }

    /// Whether anybody wants to know what the step writes.
    var isRead: Bool { state.withLock { $0.isRead } }

    /// Begins to hand on what the step writes.
    func read(_ receive: @escaping @Sendable (OutputStream, UnsafeRawBufferPointer) -> Void) {
        let pipes = state.withLock { state in
            defer { state.unread = [] }
            state.isRead = true
            state.open = Set(state.unread.map(\.descriptor))
            return state.unread
        }
        for (stream, descriptor) in pipes {
            PipeReader.shared.read(descriptor) { [self] bytes in
                if bytes.isEmpty { return end(descriptor) }
                state.withLock { $0.wasUsed = true }
                receive(stream, bytes)
            }
        }
    }

    /// Ends them once they are empty; to be called when the step's container has ended.
    func finish() {
        let open = state.withLock { state in
            state.isFinishing = true
            return state.open
        }
        for descriptor in open { PipeReader.shared.end(descriptor) }
    }

    /// The exit code that the step's entrypoint wrote as its last act, nil if it did not come to that.
    func exitCode() throws -> Int? {
        let bytes = try HostFiles.read(directory.appending(StepReport.exitCode), limit: 16)
        return bytes.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }

    private func end(_ descriptor: Int32) {
        let isLast = state.withLock { state in
            state.open.remove(descriptor)
            // Before the container has ended, only a writer that was there and left ends a pipe.
            if !state.isFinishing { state.wasUsed = true }
            return state.open.isEmpty
        }
        if isLast { ended.happen() }
    }
}
