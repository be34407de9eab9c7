import Foundation
import Testing

@testable import Entrypoint

struct StepVariablesTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("step-one/results/text", "v1\n")
        try folder.write("step-one/results/quoted", "\"v2\"")
        try folder.write("step-one/results/list", "[\"a\", \"b c\", null]")
        try folder.write("step-one/results/map", "{\"k\": \"v\\u00fc\"}")
        try folder.write("step-one/results/numbers", "[1, 2]")
        try folder.write(
            "step-one/artifacts/provenance.json",
            """
            {"inputs": [{"name": "in", "values": [{"uri": "git:x<y"}]}],
             "outputs": [{"name": "out", "buildOutput": true,
                          "values": [{"uri": "pkg:a", "digest": {"sha256": "2", "sha1": "1"}, "more": 3}]}]}
            """
        )
    }

    private func applied(_ words: String..., to when: [WhenExpression] = []) throws -> StepArguments {
        var arguments = StepArguments(command: words)
        arguments.when = when
        var variables = StepVariables()
        variables.steps = folder.path("")
        variables.scripts = folder.path("scripts")
        try folder.makeDirectory("own")
        arguments.stepMetadataDirectory = folder.path("own")
        try variables.apply(to: &arguments)
        return arguments
    }

    @Test(arguments: [
        ("<$(steps.one.results.text)>", ["<v1\n>"]), ("$(steps.one.results.quoted)", ["v2"]),
        ("$(steps.one.results.map.k)", ["vü"]), ("$(steps.one.results.map.none)", [""]),
        ("$(steps.one.results.list[1])", ["b c"]), ("$(steps.one.results.list[*])", ["a", "b c", ""]),
        ("$(steps.one.results.numbers)", ["[1, 2]"]), ("$(steps.one.results.list)", [""]),
        ("$(steps.one.results.text)$(steps.one.results.text)", ["v1\nv1\n"]),
        ("$(params.x) plain", ["$(params.x) plain"]),
        ("$(steps.one.outputs.out)", [#"[{"digest":{"sha1":"1","sha256":"2"},"uri":"pkg:a"}]"#]),
        ("<$(steps.one.inputs.in)>", [#"<[{"uri":"git:x\u003cy"}]>"#]),
    ])
    func `a word gets what an earlier step has left`(_ row: (word: String, words: [String])) throws {
        #expect(try applied("cmd", row.word).command == ["cmd"] + row.words)
    }

    @Test(arguments: [
        "$(steps.one.results.list[3])", "x$(steps.one.results.list[*])", "$(steps.none.results.text)",
        "$(steps.one.results.a.b.c)", "$(steps.one.outputs.none)",
    ])
    func `what is not there is told`(word: String) {
        #expect(throws: StepVariables.Problem.self) { try applied("cmd", word) }
    }

    @Test func `artifacts are filled into a script, which then runs from another place`() throws {
        try folder.write("scripts/script-0", "#!/bin/sh\necho '$(steps.one.inputs.in)'")
        let command = try applied(folder.path("scripts/script-0")).command
        let path = try #require(command.first)
        #expect(path.hasPrefix(folder.path("own")))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "#!/bin/sh\necho '[{\"uri\":\"git:x\\u003cy\"}]'")
        #expect(FileManager.default.isExecutableFile(atPath: path))
    }

    @Test func `conditions get results too`() throws {
        let comparison = WhenExpression.comparison(
            input: "$(steps.one.results.quoted)",
            isNegated: false,
            values: ["$(steps.one.results.list[*])", "$(steps.one.results.quoted)"]
        )
        let cel = WhenExpression.cel("'$(steps.one.results.quoted)' in ['$(steps.one.results.map.k)']")
        #expect(
            try applied("cmd", to: [comparison, cel]).when == [
                .comparison(input: "v2", isNegated: false, values: ["a", "b c", "", "v2"]), .cel("'v2' in ['vü']"),
            ]
        )
    }

    @Test(arguments: [
        "{}", "[]", "[1, -2.5e3, true, false, null]", #"{"a": {"b": [{"c": "d\n\"\\é😀"}]}}"#, " \"x\" ",
    ])
    func `JSON is read`(text: String) throws {
        #expect(JSONValue(parsing: Array(text.utf8)) != nil)
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\" 1}", "\"x", "tru", "1 2", "[\"\\x\"]", "{\"a\": 1,}",
        String(repeating: "[", count: 100_000),
    ])
    func `what is no JSON is not read`(text: String) {
        #expect(JSONValue(parsing: Array(text.utf8)) == nil)
    }

    @Test func `texts in JSON are what they stand for`() {
        let text = #""\u00e9\ud83d\ude00\ud83d\n\/\t""#
        #expect(JSONValue(parsing: Array(text.utf8))?.string == "é😀\u{FFFD}\n/\t")
    }
}

struct StepPermissionTests {
    @Test(arguments: [(".beforestepexit", 5), (".beforestepexit.err", 1)])
    func `a step at its breakpoint waits for a person`(_ row: (file: String, code: Int32)) throws {
        let step = try StepFolder()
        let run = try RunningEntrypoint(
            step.flags(0, ["-debug_before_step"]) + ["-entrypoint", "sh", "--", "-c", "exit 5"]
        )
        try step.folder.write("run/0/out\(row.file)", "1")
        #expect(run.exitCode() == row.code)
        #expect(step.folder.exists("run/0/out.err"))
    }
}

struct StepConditionTests {
    @Test(arguments: [
        (#"[{"input": "a", "operator": "in", "values": ["a", "b"]}]"#, true),
        (#"[{"input": "c", "operator": "in", "values": ["a", "b"]}]"#, false),
        (
            #"[{"input": "c", "operator": "notin", "values": ["a"]}, {"input": "x", "operator": "in", "values": ["x"]}]"#,
            true
        ),
        (
            #"[{"input": "a", "operator": "notin", "values": ["a"]}, {"input": "x", "operator": "in", "values": ["x"]}]"#,
            false
        ),
        (#"[{"cel": "'a' == 'a'"}, {"input": "x", "operator": "in", "values": ["x"]}]"#, true),
        (#"[{"cel": "'release/v1'.matches('^release/')"}]"#, true), (#"[{"cel": "'a' == 'b'"}]"#, false),
        // What comes after one that is false is not evaluated any more.
        (#"[{"cel": "false"}, {"cel": "1 / 0 > 0"}]"#, false),
        (#"[{"cel": "true"}, {"input": "y", "operator": "in", "values": ["x"]}]"#, false),
    ])
    func `a step runs only if all conditions hold, and lets the next one run`(_ row: (list: String, runs: Bool)) throws
    {
        let step = try StepFolder()
        let run = try step.run("echo ran; exit 3", ["-when_expressions", row.list])
        #expect(run.exitCode() == (row.runs ? 3 : 0))
        #expect(try run.output() == (row.runs ? "ran\n" : ""))
        #expect(step.folder.exists("run/0/out") == !row.runs)
        #expect(try step.folder.text("run/0/status/exitCode") == (row.runs ? "3" : "0"))
        #expect(try step.values("Reason") == (row.runs ? [] : ["Skipped"]))
    }

    @Test(arguments: [
        ("'x'", "the CEL expression 'x' is not evaluated to a boolean"), ("1 / 0 > 0", "division by zero"),
        ("nothing", "undeclared reference to 'nothing'"), ("'", "Syntax error"),
    ])
    func `a condition that is neither true nor false fails the step`(_ row: (text: String, message: String)) throws {
        let step = try StepFolder()
        let list = #"[{"input": "y", "operator": "in", "values": ["x"]}, {"cel": "\#(row.text)"}]"#
        let run = try step.run("echo ran", ["-when_expressions", list, "-on_error", "continue"])
        #expect(run.exitCode() == 1)
        #expect(try run.output() == "")
        #expect(try run.errors().contains(row.message))
        #expect(step.folder.exists("run/0/out.err"))
        #expect(try step.values("Reason") == [])
    }

    @Test func `conditions that are none are refused`() {
        #expect(throws: StepArgumentsError.self) {
            try StepArguments(parsing: ["-when_expressions", "[{}]", "-entrypoint", "x", "--"])
        }
    }

    @Test func `conditions are read back as they were written`() throws {
        var step = StepArguments(command: ["x"])
        step.when = [
            .comparison(input: "ü\"", isNegated: true, values: ["<a>", ""]), .cel("'<' != \"ü\""),
            .comparison(input: "", isNegated: false, values: []),
        ]
        #expect(try StepArguments(parsing: step.commandLine) == step)
    }

    @Test func `a message holds the artifacts of the step`() throws {
        let step = try StepFolder()
        let run = try step.run("printf '{}' > \(step.folder.path("run/0/status/artifacts/provenance.json"))")
        #expect(run.exitCode() == 0)
        #expect(try step.message().filter { $0.type == 5 }.map(\.value) == ["{}"])
    }
}
