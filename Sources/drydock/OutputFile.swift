import Foundation
import Synchronization
import SystemPackage

/// Standard output or standard error: whole texts, one after the other, from any thread.
final class OutputFile: Sendable {
    private let descriptor: FileDescriptor
    private let isBroken = Mutex(false)
    let isTerminal: Bool
    private let isPipe: Bool

    init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor.rawValue) == 1
        var status = stat()
        isPipe = fstat(descriptor.rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }

    /// The width of the terminal in columns, 80 where it is not known.
    var width: Int {
        var size = winsize()
        guard ioctl(descriptor.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Whether the reader has gone.
    var isClosed: Bool { isBroken.withLock { $0 } }

    /// Writes whole lines at a time, as many as a pipe takes in one piece: nothing that others write into the same pipe
    /// comes into the middle of a line, and a reader finds whole lines.
    private func writeLines(of text: String) throws {
        var text = text
        try text.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                var end = min(start + Int(PIPE_BUF), bytes.count)
                let newline = UInt8(ascii: "\n")
                if let last = bytes[start..<end].lastIndex(of: newline) {
                    end = last + 1
                } else if let next = bytes[end...].firstIndex(of: newline) {
                    end = next + 1
                } else {
                    end = bytes.count
                }
                try descriptor.writeAll(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<end]))
                start = end
            }
        }
    }

    /// Writes all of a text.
    /// - Returns: False once the reader has gone; what is written then is dropped.
    @discardableResult
    func write(_ text: String) -> Bool {
        isBroken.withLock { isBroken in
            guard !isBroken else { return false }
            do {
                if isPipe {
                    try writeLines(of: text)
                } else {
                    try descriptor.writeAll(text.utf8)
                }
            } catch {
                isBroken = true
            }
            return !isBroken
        }
    }
}
