import Glibc

/// A system call that failed: what was tried, on what, and the system's reason.
struct SystemError: Error, CustomStringConvertible {
    let action: String
    let subject: String
    let code: Int32

    /// Makes the error from the reason that the last system call left behind.
    init(_ action: String, _ subject: String, code: Int32 = errno) {
        self.action = action
        self.subject = subject
        self.code = code
    }

    var description: String {
        "\(action) \(subject): \(Self.reason(code))"
    }

    /// The system's words for an error number.
    static func reason(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
