import Foundation
import Planning
import Runs
import Synchronization
import UnixSignals

/// Turns signals into wishes to stop: the first ^C lets finally tasks run, the second stops now, the third leaves.
final class Interruption: Sendable {
    private let control: RunControl
    private let context: Context
    private let status = Mutex<ExitStatus?>(nil)

    init(control: RunControl, context: Context) {
        self.control = control
        self.context = context
    }

    /// The exit status that the signals ask for, nil if none came.
    var exitStatus: ExitStatus? { status.withLock { $0 } }

    /// Listens until its task is cancelled.
    func listen() async {
        var interrupts = 0
        for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
            guard signal == .sigint else {
                stopNow(.terminated, "stopping now")
                continue
            }
            interrupts += 1
            switch interrupts {
            case 1:
                status.withLock { $0 = .interrupted }
                context.say(
                    "\nfinishing gracefully: running tasks are cancelled, finally tasks run; ^C again stops now"
                )
                control.cancel(.runFinally)
            case 2: stopNow(.interrupted, "stopping now; ^C again leaves at once, and the next command cleans up")
            default: Foundation.exit(ExitStatus.interrupted.rawValue)
            }
        }
    }

    /// Stops everything, as a reader that has gone away or a termination asks.
    func stopNow(_ status: ExitStatus, _ reason: String) {
        self.status.withLock { $0 = status }
        context.say("\n" + reason)
        control.cancel(.cancelled)
    }
}
