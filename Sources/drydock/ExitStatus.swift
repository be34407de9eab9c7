import ArgumentParser

/// Exit codes: part of the interface, so they are added and never renumbered.
enum ExitStatus: Int32 {
    case success = 0
    case runFailed = 1
    case usage = 64
    case invalidManifest = 65
    case noInput = 66
    case engineUnavailable = 69
    case internalError = 70
    case cannotCreate = 73
    case ioError = 74
    case tryAgain = 75
    case permission = 77
    case timeout = 124
    case interrupted = 130
    case terminated = 143

    var exitCode: ExitCode { ExitCode(rawValue) }
}

/// Ends a command with a message and a code of its own.
struct CommandFailure: Error {
    var status: ExitStatus
    /// What went wrong, to what, and what to try; lines after the first are hints.
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
