import Foundation
import Synchronization
import SystemPackage

/// Standard output or standard error: whole texts, one after the other, from any thread.
final class OutputFile: Sendable {
    private let descriptor: FileDescriptor
    private let isBroken = Mutex(false)
    let isTerminal: Bool

    init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor.rawValue) == 1
    }

    /// The width of the terminal in columns, 80 where it is not known.
    var width: Int {
        var size = winsize()
        guard ioctl(descriptor.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Whether the reader has gone.
    var isClosed: Bool { isBroken.withLock { $0 } }

    /// Writes all of a text.
    /// - Returns: False once the reader has gone; what is written then is dropped.
    @discardableResult
    func write(_ text: String) -> Bool {
        isBroken.withLock { isBroken in
            guard !isBroken else { return false }
            do {
                try descriptor.writeAll(text.utf8)
            } catch {
                isBroken = true
            }
            return !isBroken
        }
    }
}
