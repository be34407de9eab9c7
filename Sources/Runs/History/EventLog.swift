import Foundation
import Synchronization
package import SystemPackage

/// The file that keeps all events of a command, one JSON line each: what the screen drops is still there.
package final class EventLog: Sendable {
    private struct State {
        /// What is not encoded yet.
        var events: [RunEvent] = []
        var buffer: [UInt8] = []
        var isBroken = false
    }

    /// Written out when this many bytes have gathered.
    private static let bufferSize = 64 * 1024

    /// How long an event waits for others before they are written together.
    private static let delay = DispatchTimeInterval.milliseconds(50)

    package let path: FilePath
    private let descriptor: FileDescriptor
    private let encoder: JSONEncoder
    private let state = Mutex(State())
    /// Where events become lines; what happens in a run does not wait for that.
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

    /// Keeps an event: it is written soon, or at once where more may follow than can be held.
    package func append(_ event: RunEvent) {
        let isFirst = state.withLock { state in
            state.events.append(event)
            return state.events.count == 1
        }
        switch event.kind {
        // Of these there may be more than can be kept, so whoever has them waits.
        case .output, .pulling: queue.sync { encode() }
        // Begins and ends come in groups, and just then there is other work.
        default: if isFirst { queue.asyncAfter(deadline: .now() + Self.delay) { self.encode() } }
        }
    }

    /// Makes lines of the events that wait; on the queue alone, as their order is the order of the lines.
    private func encode() {
        let events = state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
        var isUrgent = false
        var lines: [UInt8] = []
        for event in events {
            // An event that cannot be encoded would be a mistake of ours; the run itself must not suffer from it.
            guard let line = try? encoder.encode(event) else { continue }
            lines += line
            lines.append(UInt8(ascii: "\n"))
            switch event.kind {
            case .output, .pulling: break
            default: isUrgent = true
            }
        }
        state.withLock { state in
            state.buffer += lines
            if isUrgent || state.buffer.count >= Self.bufferSize { write(&state) }
        }
    }

    /// Writes what is left and closes the file.
    /// - Returns: False if something could not be written, for lack of space or otherwise.
    package func close() -> Bool {
        queue.sync { encode() }
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
