import Foundation
import Synchronization
package import SystemPackage

/// The file that keeps all events of a command, one JSON line each: what the screen drops is still there.
package final class EventLog: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var isBroken = false
    }

    /// Written out when this many bytes have gathered.
    private static let bufferSize = 64 * 1024

    package let path: FilePath
    private let descriptor: FileDescriptor
    private let encoder: JSONEncoder
    private let state = Mutex(State())
    /// Where events become lines, one after the other: what happens in a run does not wait for that.
    private let queue = DispatchQueue(label: "event-log")

    /// Creates the file, which only its owner can read; its folder must be there.
    package init(path: FilePath) throws {
        self.path = path
        descriptor = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .append, .closeOnExec],
            permissions: [.ownerReadWrite]
        )
        encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    package func append(_ event: RunEvent) {
        switch event.kind {
        // Of these there may be more than can be kept, so whoever has them waits.
        case .output, .pulling: queue.sync { write(event) }
        default: queue.async { self.write(event) }
        }
    }

    private func write(_ event: RunEvent) {
        // An event that cannot be encoded would be a mistake of ours; the run itself must not suffer from it.
        guard let line = try? encoder.encode(event) else { return }
        state.withLock { state in
            state.buffer += line
            state.buffer.append(UInt8(ascii: "\n"))
            let isUrgent: Bool =
                switch event.kind {
                case .output, .pulling: false
                default: true
                }
            if isUrgent || state.buffer.count >= Self.bufferSize { write(&state) }
        }
    }

    /// Writes what is left and closes the file.
    /// - Returns: False if something could not be written, for lack of space or otherwise.
    package func close() -> Bool {
        queue.sync {}
        return state.withLock { state in
            write(&state)
            do {
                try descriptor.close()
            } catch {
                state.isBroken = true
            }
            return !state.isBroken
        }
    }

    private func write(_ state: inout State) {
        guard !state.isBroken else {
            state.buffer = []
            return
        }
        do {
            try descriptor.writeAll(state.buffer)
        } catch {
            state.isBroken = true
        }
        state.buffer.removeAll(keepingCapacity: true)
    }
}
