import Foundation
import Glibc
import Testing

/// A value that is typed at the terminal.
struct SecretsPromptTests {
    private static let task = """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: t}
        spec:
          taskSpec:
            steps:
              - name: s
                image: busybox
                env:
                  - {name: USER, valueFrom: {secretKeyRef: {name: vault, key: user}}}
                  - {name: PASSWORD, valueFrom: {secretKeyRef: {name: vault, key: password}}}
                script: "true"
        """

    /// Starts drydock at a terminal; no engine is there, so it ends with 69 once it has what it needs.
    private func session(_ arguments: [String], _ body: (TerminalSession) async throws -> Void) async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.task, to: "m.yaml")
            let session = try TerminalSession(
                [Program.executable.path, "run", "-f", "m.yaml"] + arguments,
                environment: ["HOME": program.home.path, "DOCKER_HOST": "unix:///nowhere/docker.sock"],
                directory: program.directory.path
            )
            defer { session.close() }
            try await body(session)
        }
    }

    @Test func `what is typed is not shown, for each key that is needed`() async throws {
        try await session(["--secret", "vault=prompt"]) { session in
            try await session.wait(for: "secret vault/password: ")
            #expect(!session.isEchoing)
            session.type("hunter22\n")
            try await session.wait(for: "secret vault/user: ")
            session.type("hunter33\n")
            #expect(await session.status() == 69, "\(session.shown)")
            #expect(session.isEchoing)
            #expect(!session.shown.contains("hunter"))
        }
    }

    @Test func `^C while asking leaves the terminal as it was`() async throws {
        try await session(["--secret", "vault/user=prompt"]) { session in
            try await session.wait(for: "secret vault/user: ")
            #expect(!session.isEchoing)
            session.type("hunter\u{3}")
            #expect(await session.status() == 130, "\(session.shown)")
            #expect(session.isEchoing)
            #expect(session.shown.contains("nothing was started"))
            #expect(!session.shown.contains("hunter"))
        }
    }

    @Test func `nothing typed is no secret`() async throws {
        try await session(["--secret", "vault/user=prompt"]) { session in
            try await session.wait(for: "secret vault/user: ")
            session.type("\n")
            #expect(await session.status() == 77, "\(session.shown)")
            #expect(session.shown.contains("nothing was typed"))
        }
    }

    @Test func `without a terminal nobody is asked`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.task, to: "m.yaml")
            let ended = try await program.start(
                ["run", "-f", "m.yaml", "--secret", "vault/user=prompt"],
                environment: ["CI": ""]
            ).ended()
            // Whoever runs the tests at a terminal has one.
            guard open("/dev/tty", O_RDWR) < 0 else { return }
            #expect(ended.status == 77)
            #expect(ended.errors.contains("there is no terminal; give env:VARIABLE or file:PATH"))
        }
    }
}

/// A program at a terminal of its own.
final class TerminalSession {
    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    // Swift does not see these: TIOCSPTLCK and TIOCGPTN of <asm/ioctls.h>, POSIX_SPAWN_SETSID of <spawn.h>.
    private static let setLock: UInt = 0x4004_5431
    private static let number: UInt = 0x8004_5430
    private static let newSession: Int16 = 0x80

    private let ours: Int32
    private let theirs: Int32
    private var process: pid_t = 0
    private(set) var shown = ""

    init(_ command: [String], environment: [String: String], directory: String) throws {
        ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: CInt = 0
        var number: CUnsignedInt = 0
        guard ours >= 0, ioctl(ours, Self.setLock, &isLocked) == 0, ioctl(ours, Self.number, &number) == 0 else {
            throw Failure(description: "no terminal: \(errno)")
        }
        let name = "/dev/pts/\(number)"
        // The program opens it as the leader of a new session, which makes it its terminal.
        theirs = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Self.newSession)
        let all = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory] + command
        let words = all.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        let error = posix_spawn(&process, all[0], &actions, &attributes, words, variables)
        guard error == 0 else { throw Failure(description: "not started: \(error)") }
    }

    func close() {
        Glibc.close(ours)
        Glibc.close(theirs)
    }

    /// Whether what is typed is shown.
    var isEchoing: Bool {
        var settings = termios()
        return tcgetattr(theirs, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    func type(_ text: String) { _ = text.withCString { write(ours, $0, strlen($0)) } }

    /// Reads until a text has come.
    func wait(for text: String) async throws {
        while !shown.contains(text) {
            guard await readMore(milliseconds: 30_000) else {
                throw Failure(description: "'\(text)' did not come: \(shown)")
            }
        }
    }

    /// Waits for the end, reads the rest, and tells the exit status.
    func status() async -> Int32 {
        let process = process
        let status = await onThread { () -> Int32 in
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
        }
        while await readMore(milliseconds: 0) {}
        return status
    }

    private func readMore(milliseconds: Int32) async -> Bool {
        let ours = ours
        let bytes = await onThread { () -> [UInt8] in
            var event = pollfd(fd: ours, events: Int16(POLLIN), revents: 0)
            guard poll(&event, 1, milliseconds) > 0 else { return [] }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(ours, &bytes, bytes.count)
            return Array(bytes.prefix(max(0, count)))
        }
        shown += String(decoding: bytes, as: UTF8.self)
        return !bytes.isEmpty
    }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }
}
