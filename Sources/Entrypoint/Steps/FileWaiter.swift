import Glibc

/// Waits for a file that another step, or the host, will make.
///
/// A watch on the file's directory ends the wait within a millisecond. Where the file system gives no events, and
/// once a second in any case, the file is looked for.
struct FileWaiter {
    /// How a wait ended.
    enum End: Equatable {
        case ready
        /// The step that was waited for has failed.
        case failed
        /// A signal asks the entrypoint itself to end.
        case interrupted(signal: Int32)
    }

    let signals: SignalPipe

    /// Waits until a file exists (and has content, if asked), or its name with `.err` does.
    func wait(for path: String, withContent: Bool) throws(SystemError) -> End {
        if let end = try look(for: path, withContent: withContent) {
            return end
        }
        let directory = Files.parent(of: path)
        let watch = DirectoryWatch(directory.isEmpty ? "." : directory, withWrites: withContent)
        defer { watch?.end() }
        let interval = watch?.pollingInterval ?? DirectoryWatch.shortInterval
        while true {
            // After the watch has begun, so that nothing falls between.
            if let end = try look(for: path, withContent: withContent) {
                return end
            }
            var sources = [pollfd(fd: signals.reader, events: Int16(POLLIN), revents: 0)]
            if let watch {
                sources.append(pollfd(fd: watch.events, events: Int16(POLLIN), revents: 0))
            }
            poll(&sources, nfds_t(sources.count), interval)
            watch?.discardEvents()
            for arrival in signals.takeArrivals() {
                if arrival.signal == SIGCHLD {
                    while waitpid(-1, nil, WNOHANG) > 0 {}
                } else if [SIGTERM, SIGINT, SIGHUP, SIGQUIT].contains(arrival.signal) {
                    return .interrupted(signal: arrival.signal)
                }
            }
        }
    }

    private func look(for path: String, withContent: Bool) throws(SystemError) -> End? {
        if try Files.exists(path, withContent: withContent) {
            return .ready
        }
        return try Files.exists(path + ".err") ? .failed : nil
    }
}

/// The kernel's notices about a directory.
private struct DirectoryWatch {
    /// Milliseconds between looks where no event will tell.
    static let shortInterval: Int32 = 50
    /// Milliseconds between looks where events are relied on.
    static let longInterval: Int32 = 1000

    let events: Int32
    let pollingInterval: Int32
    private let watch: Int32

    /// Watches a directory for new names, and for what is written if asked; nil where that is not possible.
    init?(_ directory: String, withWrites: Bool) {
        events = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard events >= 0 else { return nil }
        let names = UInt32(IN_CREATE | IN_MOVED_TO | IN_ONLYDIR)
        watch = inotify_add_watch(events, directory, withWrites ? names | UInt32(IN_MODIFY | IN_CLOSE_WRITE) : names)
        guard watch >= 0 else {
            close(events)
            return nil
        }
        pollingInterval = MountTable().givesEvents(at: directory) ? Self.longInterval : Self.shortInterval
    }

    /// Takes what has come, once: in a directory that is written to all the time there is always more.
    func discardEvents() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        _ = read(events, &buffer, buffer.count)
    }

    /// Ends the watch and leaves the descriptor to the end of the process: the kernel lets a `close` wait for all
    /// who may still look at the watch, which takes tens of milliseconds.
    func end() {
        inotify_rm_watch(events, watch)
    }
}
