import Foundation
import Glibc
import Synchronization

/// Reads the pipes of all steps, on a thread of its own: whoever takes the output may be slow, and holds up the steps.
final class PipeReader: Sendable {
    /// Takes what came; an empty piece is the end.
    typealias Receiver = @Sendable (UnsafeRawBufferPointer) -> Void

    private struct Source {
        var receive: Receiver
        /// Nobody writes any more: what is there is the rest.
        var isEnding = false
    }

    private struct State {
        var sources: [Int32: Source] = [:]
        var isRunning = false
    }

    static let shared = PipeReader()

    private static let chunkSize = 256 << 10
    private let state = Mutex(State())
    /// A byte in it ends a wait; -1 on a machine that has no descriptor left, where nothing runs anyway.
    private let wake: (reader: Int32, writer: Int32)

    private init() {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wake = (ends[0], ends[1])
    }

    /// Begins to read a descriptor, which is closed at its end.
    func read(_ descriptor: Int32, _ receive: @escaping Receiver) {
        let mustStart = state.withLock { state in
            state.sources[descriptor] = Source(receive: receive)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart {
            let thread = Thread { [self] in run() }
            thread.name = "output"
            thread.stackSize = 512 << 10
            thread.start()
        } else {
            stir()
        }
    }

    /// Ends a descriptor once what is in its pipe has been read, also if no writer ever came.
    func end(_ descriptor: Int32) {
        state.withLock { $0.sources[descriptor]?.isEnding = true }
        stir()
    }

    private func stir() {
        var byte: UInt8 = 1
        write(wake.writer, &byte, 1)
    }

    private func run() {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let sources = state.withLock { state in
                if state.sources.isEmpty { state.isRunning = false }
                return state.sources
            }
            guard !sources.isEmpty else { return }
            var waiting = [pollfd(fd: wake.reader, events: Int16(POLLIN), revents: 0)]
            for descriptor in sources.keys {
                waiting.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
            }
            let isHurried = sources.values.contains(where: \.isEnding)
            poll(&waiting, nfds_t(waiting.count), isHurried ? 0 : -1)
            if waiting[0].revents != 0 {
                var bytes = [UInt8](repeating: 0, count: 64)
                while Glibc.read(wake.reader, &bytes, bytes.count) == bytes.count {}
            }
            for entry in waiting.dropFirst() {
                guard let source = sources[entry.fd], entry.revents != 0 || source.isEnding else { continue }
                take(from: entry.fd, source, into: buffer)
            }
        }
    }

    /// Reads once, so that no source keeps the others waiting.
    private func take(from descriptor: Int32, _ source: Source, into buffer: UnsafeMutableRawBufferPointer) {
        guard let start = buffer.baseAddress else { preconditionFailure("the buffer has room") }
        let count = Glibc.read(descriptor, start, buffer.count)
        if count > 0 {
            source.receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        } else if count == 0 || errno != EINTR && (errno != EAGAIN || source.isEnding) {
            _ = state.withLock { $0.sources.removeValue(forKey: descriptor) }
            close(descriptor)
            source.receive(UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }
}
