import Testing

@testable import Entrypoint

struct StepArgumentsTests {
    @Test(arguments: [
        ["-wait_file", "/a", "-wait_file", "/b"],
        ["--wait_file=/a,/b"],
        ["-wait_file=/a", "--wait_file", "/b"],
    ])
    func `wait files add up, however they are given`(flags: [String]) throws {
        let step = try StepArguments(parsing: flags + ["-entrypoint", "true"])
        #expect(step.waitFiles == ["/a", "/b"])
    }

    @Test func `what follows the two dashes belongs to the command`() throws {
        let step = try StepArguments(parsing: ["-entrypoint", "sh", "--", "-c", "echo", "--", "-post_file"])
        #expect(step.command == ["sh", "-c", "echo", "--", "-post_file"])
        #expect(step.postFile == nil)
    }

    @Test func `flags that are left out have Tekton's defaults`() throws {
        let step = try StepArguments(parsing: ["-entrypoint", "true", "--"])
        #expect(step == StepArguments(command: ["true"]))
        #expect(step.terminationPath == "/tekton/termination")
        #expect(step.timeout == nil)
        #expect(step.onError == nil)
    }

    @Test func `a value may begin with a dash, contain an equals sign or be empty`() throws {
        let step = try StepArguments(parsing: [
            "-post_file", "-x", "--stdout_path=a=b", "-stderr_path=", "-on_error", "", "-entrypoint", "true",
        ])
        #expect(step.postFile == "-x")
        #expect(step.stdoutPath == "a=b")
        #expect(step.stderrPath == nil)
        #expect(step.onError == nil)
    }

    @Test(arguments: [
        ("-wait_file_content", true), ("--wait_file_content=true", true), ("-wait_file_content=0", false),
        ("-wait_file_content=F", false),
    ])
    func `a switch stands alone or has its value attached`(flag: String, value: Bool) throws {
        #expect(try StepArguments(parsing: [flag, "-entrypoint", "true"]).waitFileContent == value)
    }

    @Test(arguments: [
        (["-nonsense", "x"], StepArgumentsError.unknownFlag("nonsense")),
        (["-nonsense=x"], .unknownFlag("nonsense")),
        (["---post_file", "x"], .unexpectedArgument("---post_file")),
        (["echo", "-post_file", "x"], .unexpectedArgument("echo")),
        (["-"], .unexpectedArgument("-")),
        (["-post_file"], .missingValue(flag: "post_file")),
        (["-post_file", "--", "x"], .missingValue(flag: "post_file")),
        ([], .missingCommand),
        (["-entrypoint", "", "--", "x"], .missingCommand),
        (
            ["-on_error", "ignore"],
            .invalidValue(flag: "on_error", value: "ignore", expected: "continue or stopAndFail")
        ),
        (
            ["-timeout", "soon"],
            .invalidValue(flag: "timeout", value: "soon", expected: "a duration such as 90s or 1h30m")
        ),
        (
            ["-timeout", "-1s"],
            .invalidValue(flag: "timeout", value: "-1s", expected: "a duration that is not negative")
        ),
        (
            ["-wait_file_content=yes"],
            .invalidValue(flag: "wait_file_content", value: "yes", expected: "true or false")
        ),
    ])
    func `a wrong command line is refused`(arguments: [String], error: StepArgumentsError) {
        #expect(throws: error) { try StepArguments(parsing: arguments) }
    }

    @Test func `a command line that was written is read back as it was`() throws {
        var step = StepArguments(command: ["sh", "-c", "echo -- \"$1\"", "--", "ü"])
        step.waitFiles = ["/tekton/run/0/out", "/other"]
        step.waitFileContent = true
        step.postFile = "/tekton/run/1/out"
        step.terminationPath = "/tekton/end"
        step.stepMetadataDirectory = "/tekton/run/1/status"
        step.results = ["commit", "url"]
        step.stepResults = ["digest"]
        step.resultExtraction = .sidecarLogs
        step.timeout = .milliseconds(1500)
        step.onError = .continue
        step.stdoutPath = "/o"
        step.stderrPath = "/e"
        step.breakpointOnFailure = true
        step.breakpointBeforeStep = true
        #expect(try StepArguments(parsing: step.commandLine) == step)
    }

    @Test func `a plain step has a plain command line`() {
        let step = StepArguments(command: ["echo", "hello"])
        #expect(
            step.commandLine == ["-termination_path", "/tekton/termination", "-entrypoint", "echo", "--", "hello"]
        )
    }
}

struct GoDurationTests {
    @Test(arguments: [
        ("0", Duration.zero), ("0s", .zero), ("90s", .seconds(90)), ("1h30m", .seconds(5400)),
        ("1.5s", .milliseconds(1500)), (".5m", .seconds(30)), ("1.h", .seconds(3600)), ("500ms", .milliseconds(500)),
        ("2us", .microseconds(2)), ("2µs", .microseconds(2)), ("2μs", .microseconds(2)), ("7ns", .nanoseconds(7)),
        ("-1m", .seconds(-60)), ("+1m", .seconds(60)), ("2562047h", .seconds(2_562_047 * 3600)),
    ])
    func `durations are read as Go reads them`(text: String, duration: Duration) {
        #expect(GoDuration.parse(text) == duration)
    }

    @Test(arguments: [
        "", "-", "1", "s", ".s", "1x", "1 s", "1h 30m", "1s30", "9223372037s", "9223372036.9s", "99999999999999999999h",
    ])
    func `what Go does not read is no duration`(text: String) {
        #expect(GoDuration.parse(text) == nil)
    }

    @Test(arguments: [
        (Duration.seconds(90), "90s"), (.milliseconds(1500), "1500ms"), (.nanoseconds(1_000_001), "1000001ns"),
        (.zero, "0s"),
    ])
    func `durations are written exactly`(duration: Duration, text: String) {
        #expect(GoDuration.text(of: duration) == text)
        #expect(GoDuration.parse(text) == duration)
    }
}
