import Glibc

/// The process that keeps a Pod's network alive: it does nothing until it is told to end.
enum Sandbox {
    static func run() -> Int32 {
        do throws(SystemError) {
            let signals = try SignalPipe()
            while true {
                var source = pollfd(fd: signals.reader, events: Int16(POLLIN), revents: 0)
                poll(&source, 1, -1)
                for arrival in signals.takeArrivals() {
                    switch arrival.signal {
                    case SIGCHLD: while waitpid(-1, nil, WNOHANG) > 0 {}
                    case SIGTERM, SIGINT: return 0
                    default: continue
                    }
                }
            }
        } catch {
            Log.note(error.description)
            return 1
        }
    }
}
