import Glibc

/// Runs a step's command to its end: passes signals on, copies output, keeps time, reaps orphans.
struct StepProcess {
    /// How a command ended.
    enum End: Equatable {
        case exited(Int32)
        case timedOut
        case notStarted(StartFailure)
    }

    let command: [String]
    let timeout: Duration?
    let signals: SignalPipe
    private var copies: [OutputCopy] = []
    private var buffer: [UInt8] = []

    /// Opens the files that are to get copies of the output.
    init(_ arguments: StepArguments, signals: SignalPipe) throws(SystemError) {
        command = arguments.command
        timeout = arguments.timeout == .zero ? nil : arguments.timeout
        self.signals = signals
        if let path = arguments.stdoutPath {
            copies.append(try OutputCopy(path: path, output: STDOUT_FILENO))
        }
        if let path = arguments.stderrPath {
            copies.append(try OutputCopy(path: path, output: STDERR_FILENO))
        }
        if !copies.isEmpty {
            buffer = [UInt8](repeating: 0, count: 64 * 1024)
        }
    }

    /// Runs the command; returns when it has ended and all of its output is copied.
    mutating func run() -> End {
        let child: pid_t
        switch start() {
        case .success(let process): child = process
        case .failure(let failure): return .notStarted(failure)
        }
        let deadline = timeout.map { Moment.now.advanced(by: $0) }
        var status: Int32?
        while status == nil || copies.contains(where: { $0.reader >= 0 }) {
            if let deadline, deadline <= .now {
                kill(-child, SIGKILL)
                return finishKilled(child, isReaped: status != nil)
            }
            waitForNews(until: deadline)
            for index in copies.indices {
                copies[index].copyAvailable(with: &buffer)
            }
            for arrival in signals.takeArrivals() {
                if arrival.signal == SIGCHLD {
                    reap(child, into: &status)
                } else if status == nil, arrival.sender != getpid() {
                    kill(-child, arrival.signal)
                }
            }
        }
        return .exited(Self.exitCode(of: status ?? 0))
    }

    private func waitForNews(until deadline: Moment?) {
        var sources = [pollfd(fd: signals.reader, events: Int16(POLLIN), revents: 0)]
        for copy in copies where copy.reader >= 0 {
            sources.append(pollfd(fd: copy.reader, events: Int16(POLLIN), revents: 0))
        }
        poll(&sources, nfds_t(sources.count), deadline?.remainingMilliseconds ?? -1)
    }

    /// Collects every child that has ended: as process 1 of a container, orphans come here too.
    private func reap(_ child: pid_t, into status: inout Int32?) {
        var ended: Int32 = 0
        while true {
            let process = waitpid(-1, &ended, WNOHANG)
            if process == child {
                status = ended
            } else if process <= 0 {
                return
            }
        }
    }

    private mutating func finishKilled(_ child: pid_t, isReaped: Bool) -> End {
        while !isReaped, waitpid(child, nil, 0) < 0, errno == EINTR {}
        for index in copies.indices {
            copies[index].copyAvailable(with: &buffer)
            copies[index].end()
        }
        return .timedOut
    }

    /// The number that a shell would give a process's end.
    static func exitCode(of status: Int32) -> Int32 {
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}

extension StepProcess {
    /// Starts the command in a process group of its own, with nothing to read.
    private mutating func start() -> Result<pid_t, StartFailure> {
        let path =
            getenv("PATH").map { String(cString: $0) } ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let program: String
        switch ProgramLookup.find(command[0], path: path) {
        case .found(let file): program = file
        case .refused(let failure): return .failure(failure)
        }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        if nothing >= 0 {
            posix_spawn_file_actions_adddup2(&actions, nothing, STDIN_FILENO)
        }
        for copy in copies {
            posix_spawn_file_actions_adddup2(&actions, copy.commandEnd, copy.output)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)

        var words = command.map { strdup($0) }
        words.append(nil)
        defer { words.forEach { free($0) } }
        var child: pid_t = 0
        let refusal = posix_spawn(&child, program, &actions, &attributes, words, environ)
        close(nothing)
        for index in copies.indices {
            copies[index].commandStarted()
        }
        return refusal == 0 ? .success(child) : .failure(StartFailure(program, code: refusal))
    }
}
