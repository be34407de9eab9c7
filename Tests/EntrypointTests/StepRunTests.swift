import Foundation
import Testing

struct StepRunTests {
    @Test func `a step runs its command and leaves its record`() throws {
        let step = try StepFolder()
        let run = try step.run("echo hello; echo oops >&2")
        #expect(run.exitCode() == 0)
        #expect(try run.output() == "hello\n")
        #expect(try run.errors() == "oops\n")
        #expect(try step.folder.text("run/0/out").isEmpty)
        #expect(!step.folder.exists("run/0/out.err"))
        #expect(try step.folder.text("run/0/status/exitCode") == "0")
        let message = try step.message()
        #expect(message.map(\.key) == ["StartedAt"])
        #expect(message.map(\.type) == [3])
        #expect(try step.values("StartedAt").first?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test func `a failed step says so`() throws {
        let step = try StepFolder()
        #expect(try step.run("exit 7").exitCode() == 7)
        #expect(step.folder.exists("run/0/out.err"))
        #expect(!step.folder.exists("run/0/out"))
        #expect(try step.folder.text("run/0/status/exitCode") == "7")
        #expect(try step.message().map(\.key) == ["StartedAt"])
    }

    @Test func `a failure that is to be ignored is noted`() throws {
        let step = try StepFolder()
        #expect(try step.run("exit 7", ["-on_error", "continue"]).exitCode() == 0)
        #expect(step.folder.exists("run/0/out"))
        #expect(!step.folder.exists("run/0/out.err"))
        #expect(try step.folder.text("run/0/status/exitCode") == "7")
        #expect(try step.values("ExitCode") == ["7"])
    }

    @Test func `a command that a signal ends has the code that a shell would give`() throws {
        #expect(try StepFolder().run("kill -KILL $$").exitCode() == 128 + SIGKILL)
    }

    @Test func `there is nothing to read on standard input`() throws {
        let run = try StepFolder().run("cat; echo end")
        #expect(try run.output() == "end\n")
    }

    @Test(
        arguments: [
            (["nosuchprogram"], 127, "nosuchprogram: command not found"),
            (["/nosuch/program"], 127, "/nosuch/program: No such file or directory"),
            (["/etc/passwd"], 126, "/etc/passwd: Permission denied"),
            (["/etc"], 126, "/etc: Is a directory"),
        ] as [([String], Int32, String)]
    )
    func `a command that cannot run fails as in a shell`(command: [String], code: Int32, text: String) throws {
        let step = try StepFolder()
        let run = try RunningEntrypoint(step.flags() + ["-entrypoint"] + command + ["--"])
        #expect(run.exitCode() == code)
        #expect(try run.errors().contains(text))
        #expect(step.folder.exists("run/0/out.err"))
        #expect(try step.message().map(\.key) == ["StartedAt"])
    }

    @Test func `a script whose interpreter is missing is told from a missing script`() throws {
        let step = try StepFolder()
        try step.folder.write("script", "#!/nosuch/shell\n", executable: true)
        let run = try RunningEntrypoint(step.flags() + ["-entrypoint", step.folder.path("script"), "--"])
        #expect(run.exitCode() == 126)
        #expect(try run.errors().contains("interpreter"))
    }

    @Test func `a step whose time is up is killed with all that it started`() throws {
        let step = try StepFolder()
        let log = step.folder.path("log")
        let run = try step.run("echo begun; sleep 1000 & sleep 1000", ["-timeout", "1s", "-stdout_path", log])
        #expect(run.exitCode() == 1)
        #expect(try step.values("Reason") == ["TimeoutExceeded"])
        #expect(step.folder.exists("run/0/out.err"))
        #expect(try run.output() == step.folder.text("log"))
    }

    @Test func `a failed step is kept at its breakpoint until a code is given`() throws {
        let step = try StepFolder()
        let script = "echo 4 > \(step.folder.path("run/0/out.breakpointexit")); exit 9"
        #expect(try step.run(script, ["-breakpoint_on_failure"]).exitCode() == 4)
        #expect(!step.folder.exists("run/0/out"))
        #expect(!step.folder.exists("run/0/out.err"))
    }

    @Test(arguments: [["-nonsense"], ["-timeout", "soon", "-entrypoint", "true"], ["-post_file", "/x"], []])
    func `a wrong command line is answered with the usage`(arguments: [String]) throws {
        let run = try RunningEntrypoint(arguments)
        #expect(run.exitCode() == 2)
        #expect(try run.errors().contains("usage: drydock-entrypoint"))
    }
}

struct ResultTests {
    @Test func `results are in the message if they were written`() throws {
        let step = try StepFolder()
        let results = step.folder.path("run/0/status/results")
        let script = #"printf 'a "quoted" <value>\n' > \#(results)/first; printf '\377' > \#(results)/second"#
        #expect(try step.run(script, ["-step_results", "first,second,third"]).exitCode() == 0)
        #expect(
            try step.message().dropLast() == [
                MessageEntry(key: "first", value: "a \"quoted\" <value>\n", type: 4),
                MessageEntry(key: "second", value: "\u{FFFD}", type: 4),
            ]
        )
    }

    @Test func `a failed step gives its results too`() throws {
        let step = try StepFolder()
        let script = "printf done > \(step.folder.path("run/0/status/results"))/a; exit 1"
        #expect(try step.run(script, ["-step_results", "a"]).exitCode() == 1)
        #expect(try step.values("a") == ["done"])
    }

    @Test func `results that are too large fail the step`() throws {
        let step = try StepFolder()
        let script = "head -c 4096 /dev/zero | tr '\\0' x > \(step.folder.path("run/0/status/results"))/a"
        let run = try step.run(script, ["-step_results", "a"])
        #expect(run.exitCode() == 1)
        #expect(
            try run.errors().contains(
                "Termination message is above max allowed size 4096, caused by large task result."
            )
        )
        #expect(try step.message().map(\.key) == ["StartedAt"])
    }

    @Test func `results that go another way are left out of the message`() throws {
        let step = try StepFolder()
        let script = "printf done > \(step.folder.path("run/0/status/results"))/a"
        _ = try step.run(script, ["-step_results", "a", "-result_from", "sidecar-logs"])
        #expect(try step.message().map(\.key) == ["StartedAt"])
    }
}
