import Glibc

/// Signals, turned into bytes that `poll` can wait for.
///
/// There is one in a process: it takes every signal that can be caught, so that as process 1 of a container, which
/// the kernel shields from default actions, it still learns of each of them.
struct SignalPipe {
    /// A signal as it came in.
    struct Arrival {
        var signal: Int32
        /// The process that sent it; 0 if that is outside the container.
        var sender: pid_t
    }

    /// The end to wait on and to read from.
    let reader: Int32

    /// Starts to take signals.
    init() throws(SystemError) {
        let pipe = try Pipe()
        reader = pipe.reader
        // A handler must never wait: should thousands of signals be unread, the next is lost.
        _ = fcntl(pipe.writer, F_SETFL, O_NONBLOCK)
        writeEnd = pipe.writer
        var action = sigaction()
        action.__sigaction_handler.sa_sigaction = handle
        action.sa_flags = SA_SIGINFO | SA_RESTART
        for signal in Self.caught {
            sigaction(signal, &action, nil)
        }
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }

    /// The signals that came in since the last call, in order.
    func takeArrivals() -> [Arrival] {
        var arrivals: [Arrival] = []
        var next = Arrival(signal: 0, sender: 0)
        while read(reader, &next, MemoryLayout<Arrival>.size) == MemoryLayout<Arrival>.size {
            arrivals.append(next)
        }
        return arrivals
    }

    /// All but those that cannot be caught, that the C library keeps for itself (32, 33), or that mean nothing here.
    private static var caught: [Int32] {
        (1...64).filter { ![SIGKILL, SIGSTOP, SIGURG, 32, 33].contains($0) }
    }
}

/// Where the handler writes; it can reach nothing but globals and may take no lock.
private nonisolated(unsafe) var writeEnd: Int32 = -1  // set by ``SignalPipe/init()`` alone, before any handler is there

/// Notes a signal; calls nothing that is unsafe in a handler.
private func handle(signal: Int32, information: UnsafeMutablePointer<siginfo_t>?, context: UnsafeMutableRawPointer?) {
    let isOwnFault = (information?.pointee.si_code ?? 0) > 0
    if isOwnFault, signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE || signal == SIGTRAP {
        // Back to the instruction that failed, which now ends the program.
        Glibc.signal(signal, SIG_DFL)
        return
    }
    let savedError = errno
    var arrival = SignalPipe.Arrival(signal: signal, sender: information?.pointee._sifields._kill.si_pid ?? 0)
    write(writeEnd, &arrival, MemoryLayout<SignalPipe.Arrival>.size)
    errno = savedError
}
