import CGit2
import Foundation
import SystemPackage

/// A program that runs beside this one and is spoken with through its standard streams.
///
/// It has a session of its own, so that it asks nothing at a terminal and ^C goes to this program alone. It gets no
/// descriptor but its three streams: locks are held by descriptors.
final class ChildProcess {
    private let identifier: pid_t
    private var input: Int32
    private var output: Int32
    private var errors: Int32
    private var isReaped = false
    /// The last part of what it said on its standard error.
    private(set) var words: [UInt8] = []

    /// - Parameters:
    ///   - program: A path.
    ///   - arguments: Without the name of the program.
    ///   - environment: All that it sees, `NAME=value` each.
    /// - Throws: That it cannot be started.
    init(_ program: FilePath, _ arguments: [String], environment: [String]) throws(Errno) {
        var pipes: [(reading: Int32, writing: Int32)] = []
        defer { for pipe in pipes { _ = (close(pipe.reading), close(pipe.writing)) } }
        for _ in 0..<3 { pipes.append(try Self.makePipe()) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes[0].reading, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[1].writing, 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[2].writing, 2)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads here block signals, which the program must not inherit.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | cgit2_spawn_in_session
        posix_spawnattr_setflags(&attributes, flags)

        var argumentPointers = ([program.string] + arguments).map { strdup($0) } + [nil]
        var environmentPointers = environment.map { strdup($0) } + [nil]
        defer { (argumentPointers + environmentPointers).forEach { free($0) } }
        var identifier = pid_t()
        let code = posix_spawn(
            &identifier,
            program.string,
            &actions,
            &attributes,
            &argumentPointers,
            &environmentPointers
        )
        guard code == 0 else { throw Errno(rawValue: code) }
        self.identifier = identifier
        // Ours are kept; the child has its own copies of the others.
        input = fcntl(pipes[0].writing, F_DUPFD_CLOEXEC, 3)
        output = fcntl(pipes[1].reading, F_DUPFD_CLOEXEC, 3)
        errors = fcntl(pipes[2].reading, F_DUPFD_CLOEXEC, 3)
        for descriptor in [input, output, errors] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    }

    deinit { end(within: .zero) }

    /// Neither end is one of the standard streams, which are replaced in the child.
    private static func makePipe() throws(Errno) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw Errno(rawValue: errno) }
        guard ends.contains(where: { $0 < 3 }) else { return (ends[0], ends[1]) }
        let moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 3) }
        for end in ends { close(end) }
        guard !moved.contains(where: { $0 < 0 }) else { throw Errno(rawValue: errno) }
        return (moved[0], moved[1])
    }

    // MARK: - Speaking

    /// Reads what it prints.
    /// - Returns: How many bytes; 0 at the end, nil if it was cancelled.
    func read(into buffer: UnsafeMutableRawBufferPointer, _ cancellation: Cancellation) -> Int? {
        while true {
            let count = Glibc.read(output, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EAGAIN || errno == EINTR else { return 0 }
            guard wait(for: pollfd(fd: output, events: Int16(POLLIN), revents: 0), cancellation) else { return nil }
        }
    }

    /// Writes all of it.
    /// - Returns: False if the program no longer reads, nil if it was cancelled.
    func write(_ bytes: UnsafeRawBufferPointer, _ cancellation: Cancellation) -> Bool? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            // The thread ignores the signal that comes with a broken pipe.
            let count = Glibc.write(input, part.baseAddress, part.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            guard errno == EAGAIN || errno == EINTR else { return false }
            guard wait(for: pollfd(fd: input, events: Int16(POLLOUT), revents: 0), cancellation) else { return nil }
        }
        return true
    }

    /// Waits for one stream and takes in the errors meanwhile, so that the program never waits for them to be read.
    private func wait(for wanted: pollfd, _ cancellation: Cancellation?, until deadline: ContinuousClock.Instant? = nil)
        -> Bool
    {
        while true {
            var waiting = [wanted, pollfd(fd: errors, events: Int16(POLLIN), revents: 0)]
            guard Readiness.wait(&waiting, until: deadline, cancellation) == .ready else { return false }
            if waiting[1].revents != 0 { takeErrors() }
            if waiting[0].revents != 0 { return true }
        }
    }

    private func takeErrors() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(errors, &buffer, buffer.count)
        if count > 0 {
            words = (words + buffer[..<count]).suffix(8192)
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            Glibc.close(errors)
            errors = -1
        }
    }

    // MARK: - Ending

    /// Lets it end, ends it after a while, and waits for its end.
    /// - Parameter grace: How long it may take by itself once nothing more is written to it.
    func end(within grace: Duration) {
        guard !isReaped else { return }
        if input >= 0 { Glibc.close(input) }
        input = -1
        let descriptor = cgit2_process_descriptor(identifier)
        defer { if descriptor >= 0 { Glibc.close(descriptor) } }
        var isOver = false
        if descriptor >= 0, grace > .zero {
            isOver = wait(for: pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), nil, until: .now + grace)
        }
        if !isOver { kill(-identifier, SIGKILL) }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        // What is left in the pipe is its last words.
        while errors >= 0 {
            let before = words
            takeErrors()
            if errors >= 0, words == before { break }
        }
        for end in [output, errors] where end >= 0 { Glibc.close(end) }
        (output, errors) = (-1, -1)
        isReaped = true
    }
}
