import Foundation
import Testing

struct WaitingTests {
    private let steps: StepFolder

    init() throws {
        steps = try StepFolder()
    }

    /// A step that appends its name to a list once it runs.
    private func start(_ name: String, _ index: Int, _ more: [String], then: String = "true") throws
        -> RunningEntrypoint
    {
        let script = "echo \(name) >> \(steps.folder.path("list")); \(then)"
        return try RunningEntrypoint(steps.flags(index, more) + ["-entrypoint", "sh", "--", "-c", script])
    }

    @Test func `a step starts when the one before it has ended`() throws {
        try steps.folder.makeDirectory("run/0")
        try steps.folder.makeDirectory("run/1")
        let third = try start("third", 2, ["-wait_file", steps.folder.path("run/1/out")])
        let second = try start("second", 1, ["-wait_file", steps.folder.path("run/0/out")])
        try third.untilHandles(SIGTERM)
        try second.untilHandles(SIGTERM)
        let first = try start("first", 0, [])
        #expect([first.exitCode(), second.exitCode(), third.exitCode()] == [0, 0, 0])
        #expect(try steps.folder.text("list") == "first\nsecond\nthird\n")
    }

    @Test func `a wait file may appear in a folder that does not exist yet`() throws {
        let second = try start("second", 1, ["-wait_file", steps.folder.path("run/0/out")])
        try second.untilHandles(SIGTERM)
        #expect(try start("first", 0, []).exitCode() == 0)
        #expect(second.exitCode() == 0)
    }

    @Test func `steps after a failed one are skipped, each telling the next`() throws {
        let third = try start("third", 2, ["-wait_file", steps.folder.path("run/1/out")])
        let second = try start("second", 1, ["-wait_file", steps.folder.path("run/0/out")])
        let first = try start("first", 0, [], then: "exit 3")
        #expect([first.exitCode(), second.exitCode(), third.exitCode()] == [3, 1, 1])
        #expect(try steps.folder.text("list") == "first\n")
        #expect(try steps.message(1).map(\.key) == ["StartedAt", "Reason"])
        #expect(try steps.message(2).last?.value == "Skipped")
        #expect(steps.folder.exists("run/2/out.err"))
        #expect(!steps.folder.exists("run/2/out"))
    }

    @Test func `a step with a breakpoint runs even after a failed one`() throws {
        try steps.folder.write("go.err", "")
        let step = try start("step", 0, ["-wait_file", steps.folder.path("go"), "-breakpoint_on_failure"])
        #expect(step.exitCode() == 0)
        #expect(try steps.folder.text("list") == "step\n")
    }

    @Test func `a folder that is written to all the time does not keep a step from its turn`() throws {
        let busy = Process()
        busy.executableURL = URL(filePath: "/bin/sh")
        // It ends by itself, should the step never begin.
        busy.arguments = [
            "-c", "i=0; while [ $i -lt 3000000 ]; do i=$((i+1)); echo $i; done > \(steps.folder.path("busy"))",
        ]
        try busy.run()
        let flags = ["-wait_file", steps.folder.path("ready"), "-wait_file_content"]
        let step = try start("step", 0, flags)
        try step.untilHandles(SIGTERM)
        try steps.folder.write("ready", "READY")
        #expect(step.exitCode() == 0)
        #expect(busy.isRunning)
        kill(busy.processIdentifier, SIGKILL)
        busy.waitUntilExit()
    }

    @Test func `all wait files must be there`() throws {
        try steps.folder.write("a", "")
        let flags = ["-wait_file", steps.folder.path("a"), "-wait_file", steps.folder.path("b")]
        let step = try start("step", 0, flags, then: "cat \(steps.folder.path("b"))")
        try step.untilHandles(SIGTERM)
        try steps.folder.write("b", "second")
        #expect(step.exitCode() == 0)
    }

    @Test func `where content is asked for, an empty file is not enough`() throws {
        try steps.folder.write("ready", "")
        let flags = ["-wait_file", steps.folder.path("ready"), "-wait_file_content"]
        let step = try start("step", 0, flags, then: "test -s \(steps.folder.path("ready"))")
        try step.untilHandles(SIGTERM)
        try steps.folder.write("ready", "READY")
        #expect(step.exitCode() == 0)
    }

    @Test func `a step that is told to end while it waits does not run`() throws {
        let step = try start("step", 0, ["-wait_file", steps.folder.path("never")])
        try step.untilHandles(SIGTERM)
        kill(step.process.processIdentifier, SIGTERM)
        #expect(step.exitCode() == 128 + SIGTERM)
        #expect(steps.folder.exists("run/0/out.err"))
        #expect(!steps.folder.exists("list"))
        #expect(try steps.values("Reason") == ["Cancelled"])
    }
}
