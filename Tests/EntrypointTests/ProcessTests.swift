import Foundation
import Testing

struct ProcessTests {
    private let step: StepFolder

    init() throws {
        step = try StepFolder()
    }

    @Test(arguments: ["TERM", "INT", "HUP", "USR1", "USR2", "WINCH"])
    func `signals reach the command`(name: String) throws {
        let fifo = step.folder.path("ready")
        try #require(mkfifo(fifo, 0o600) == 0)
        // A loop without children: Foundation waits for whatever inherited its descriptors.
        let script = "trap 'exit 5' \(name); echo ready > \(fifo); while :; do :; done"
        let run = try RunningEntrypoint(step.flags() + ["-entrypoint", "sh", "--", "-c", script])
        #expect(try step.folder.text("ready") == "ready\n")
        let signal = try #require(
            ["TERM": SIGTERM, "INT": SIGINT, "HUP": SIGHUP, "USR1": SIGUSR1, "USR2": SIGUSR2, "WINCH": SIGWINCH][name]
        )
        kill(run.process.processIdentifier, signal)
        #expect(run.exitCode() == 5)
    }

    @Test func `output is copied to a file and nothing is lost`() throws {
        let run = try step.run("seq 1 100000", ["-stdout_path", step.folder.path("deep/er/log")])
        let expected = (1...100_000).map { "\($0)\n" }.joined()
        #expect(try run.output() == expected)
        #expect(try step.folder.text("deep/er/log") == expected)
    }

    @Test func `both outputs can be copied to one file`() throws {
        let log = step.folder.path("log")
        let run = try step.run("echo out; echo err >&2", ["-stdout_path", log, "-stderr_path", log])
        #expect(try run.output() == "out\n")
        #expect(try run.errors() == "err\n")
        #expect(try step.folder.text("log").split(separator: "\n").sorted() == ["err", "out"])
    }

    @Test func `a copy is appended to what the file holds`() throws {
        try step.folder.write("log", "before\n")
        _ = try step.run("echo after", ["-stdout_path", step.folder.path("log")])
        #expect(try step.folder.text("log") == "before\nafter\n")
    }

    @Test func `output that comes after the command's own end is copied too`() throws {
        let script = "echo first; (read line < \(step.folder.path("fifo")); echo $line) &"
        try #require(mkfifo(step.folder.path("fifo"), 0o600) == 0)
        let run = try RunningEntrypoint(
            step.flags(0, ["-stdout_path", step.folder.path("log")]) + ["-entrypoint", "sh", "--", "-c", script]
        )
        try step.folder.append("fifo", "last\n")
        #expect(run.exitCode() == 0)
        #expect(try run.output() == "first\nlast\n")
    }

    @Test(.enabled(if: Namespaces.areAvailable, "this system lets no process have a process table of its own"))
    func `as process 1 it reaps orphans and learns of signals`() throws {
        let script = """
            sh -c 'true & exec true'
            while grep -q '^State:.Z' /proc/[0-9]*/status 2> /dev/null; do :; done
            kill -TERM 1
            while :; do sleep 1000; done
            """
        let run = try RunningEntrypoint(
            step.flags(0, ["-timeout", "60s"]) + ["-entrypoint", "sh", "--", "-c", script],
            through: Namespaces.wrapper
        )
        #expect(run.exitCode() == 128 + SIGTERM)
    }
}

/// A process table of one's own, as a container has.
enum Namespaces {
    static let wrapper = ["unshare", "--pid", "--fork", "--mount-proc"]

    static let areAvailable: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = wrapper.dropFirst() + ["true"]
        process.standardError = FileHandle.nullDevice
        // A system without the program cannot do it either.
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}
