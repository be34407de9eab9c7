/// A piece of what a container wrote.
///
/// A piece is whatever came in one go: a part of a line, or several lines. Only pieces of the same stream belong together.
package struct LogFrame: Sendable, Equatable {
    /// The stream it was written to.
    package var stream: OutputStream
    /// What was written.
    package var bytes: [UInt8]

    /// A piece.
    package init(stream: OutputStream, bytes: [UInt8]) {
        self.stream = stream
        self.bytes = bytes
    }
}

/// The stream that something was written to.
package enum OutputStream: Sendable, Equatable {
    /// Standard output.
    case stdout
    /// Standard error.
    case stderr
}
