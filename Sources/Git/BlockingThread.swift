import Foundation
import Synchronization

/// Whether the work of a thread is still wanted.
final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }
    func cancel() { flag.store(true, ordering: .relaxed) }
}

/// Runs blocking calls on a thread of their own, so that they never hold one of Swift's.
enum BlockingThread {
    /// Waits for the work, or for the cancellation of the current task.
    ///
    /// A cancelled caller goes on at once, since a thread may hang in a call that nothing interrupts; the work sees
    /// `Cancellation` at its next look and cleans up after itself.
    static func run<Value: Sendable>(
        named name: String,
        _ work: @escaping @Sendable (Cancellation) -> Result<Value, GitError>
    ) async -> Result<Value, GitError> {
        let cancellation = Cancellation()
        let waiting = Waiting<Result<Value, GitError>>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting.wait(continuation)
                let thread = Thread {
                    ignoreBrokenPipes()
                    waiting.answer(cancellation.isCancelled ? .failure(.cancelled) : work(cancellation))
                }
                thread.name = name
                thread.stackSize = 8 << 20
                thread.start()
            }
        } onCancel: {
            cancellation.cancel()
            waiting.answer(.failure(.cancelled))
        }
    }

    /// A server that hangs up must give an error here and not end the process.
    private static func ignoreBrokenPipes() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}

/// A caller that waits for the first of several answers.
private final class Waiting<Answer: Sendable>: Sendable {
    private enum State {
        case nobody
        case somebody(CheckedContinuation<Answer, Never>)
        case early(Answer)
        case done
    }

    private let state = Mutex(State.nobody)

    func wait(_ continuation: CheckedContinuation<Answer, Never>) {
        let early: Answer? = state.withLock { state in
            if case .early(let answer) = state {
                state = .done
                return answer
            }
            state = .somebody(continuation)
            return nil
        }
        if let early { continuation.resume(returning: early) }
    }

    func answer(_ answer: Answer) {
        let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
            switch state {
            case .nobody:
                state = .early(answer)
                return nil
            case .somebody(let continuation):
                state = .done
                return continuation
            case .early, .done:
                return nil
            }
        }
        continuation?.resume(returning: answer)
    }
}
