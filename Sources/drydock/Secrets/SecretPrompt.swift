import Foundation
import Glibc
import Runs
import SystemPackage
import UnixSignals

/// Asks at the terminal for a value that is not shown while it is typed.
struct SecretPrompt {
    let context: Context

    private enum Answer: Sendable {
        case line([UInt8])
        case ended
        case interrupted(ExitStatus)
    }

    /// Asks, whatever standard input and output are, at the terminal that the command belongs to.
    /// - Returns: What was typed, without the end of the line.
    func ask(_ what: String) async throws -> [UInt8] {
        let terminal = try open(for: what)
        defer { close(terminal) }
        let shown = try settings(of: terminal)
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        hidden.c_lflag |= tcflag_t(ICANON | ISIG)
        tcsetattr(terminal, TCSAFLUSH, &hidden)
        write("secret \(what): ", to: terminal)
        let answer = await answer(from: terminal)
        var before = shown
        tcsetattr(terminal, TCSAFLUSH, &before)
        write("\n", to: terminal)
        switch answer {
        case .line(let bytes) where !bytes.isEmpty: return bytes
        case .line, .ended: throw CommandFailure(.permission, "secret '\(what)': nothing was typed")
        case .interrupted(let status):
            throw CommandFailure(status, "stopped while asking for secret '\(what)'; nothing was started")
        }
    }

    private func open(for what: String) throws -> Int32 {
        let isAttended = context.environment["CI", default: ""].isEmpty
        let terminal = isAttended ? Glibc.open("/dev/tty", O_RDWR | O_CLOEXEC) : -1
        guard terminal >= 0 else {
            let reason = isAttended ? "there is no terminal" : "CI is set, so that nobody is asked"
            throw CommandFailure(
                .permission,
                "secret '\(what)' cannot be asked for: \(reason); give env:VARIABLE or file:PATH"
            )
        }
        return terminal
    }

    private func settings(of terminal: Int32) throws -> termios {
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else {
            throw CommandFailure(.ioError, "the terminal does not tell its settings: \(Errno(rawValue: errno))")
        }
        return settings
    }

    /// The line, or the signal that came first; the terminal is put right after both.
    private func answer(from terminal: Int32) async -> Answer {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let (answers, continuation) = AsyncStream.makeStream(of: Answer.self)
        Thread.detachNewThread { continuation.yield(Self.readLine(from: terminal)) }
        let watch = Task {
            for await signal in signals {
                continuation.yield(.interrupted(signal == .sigint ? .interrupted : .terminated))
            }
        }
        defer { watch.cancel() }
        return await answers.first { _ in true } ?? .ended
    }

    private static func readLine(from terminal: Int32) -> Answer {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return line.isEmpty ? .ended : .line(line) }
            guard byte != UInt8(ascii: "\n") else { return .line(line) }
            line.append(byte)
        }
    }

    private func write(_ text: String, to terminal: Int32) {
        // A terminal that cannot be written to is asked all the same.
        _ = try? FileDescriptor(rawValue: terminal).writeAll(text.utf8)
    }
}
