import Docker
import Entrypoint
import Planning
import SystemPackage
import Testing

@testable import Pods

@Suite struct `The command line of a step` {
    private static let entrypoint = ["/bin/tool", "run"]
    private static let command = ["--all"]

    struct Row: Sendable {
        var entrypoint: [String]
        var command: [String]
        var step: String
        var expected: [String]
    }

    @Test(arguments: [
        Row(entrypoint: entrypoint, command: command, step: "", expected: ["/bin/tool", "run", "--all"]),
        Row(entrypoint: entrypoint, command: command, step: "args: [x]", expected: ["/bin/tool", "run", "x"]),
        Row(entrypoint: entrypoint, command: [], step: "", expected: ["/bin/tool", "run"]),
        Row(entrypoint: [], command: command, step: "", expected: ["--all"]),
        Row(entrypoint: [], command: ["sh"], step: "args: [-c, date]", expected: ["sh", "-c", "date"]),
        Row(entrypoint: entrypoint, command: command, step: "command: [make]", expected: ["make"]),
        Row(entrypoint: entrypoint, command: command, step: "command: [make], args: [all]", expected: ["make", "all"]),
        Row(
            entrypoint: entrypoint,
            command: command,
            step: "script: date, args: [x]",
            expected: ["/tekton/scripts/script-0", "x"]
        ),
    ])
    func `follows the step, and the image where the step is silent`(_ row: Row) throws {
        let fixture = try PodFixture("steps: [{name: a, image: i\(row.step.isEmpty ? "" : ", " + row.step)}]")
        let image = PodImage(reference: "i", id: "sha256:1", entrypoint: row.entrypoint, command: row.command)
        #expect(try fixture.step(image: image).arguments.command == row.expected)
    }

    @Test func `is refused where neither step nor image names a program`() throws {
        let fixture = try PodFixture("steps: [{name: a, image: i}]")
        let refusal = fixture.refusal(image: PodImage(reference: "i", id: "sha256:1"))
        #expect(refusal?.reason == "CreateContainerConfigError")
        #expect(refusal?.message.contains("no command specified") == true)
    }

    @Test(arguments: [
        ("echo hi", "#!/bin/sh\nset -e\necho hi"),
        ("#!/usr/bin/env python3\nprint(1)", "#!/usr/bin/env python3\nprint(1)"),
    ])
    func `runs a script as it is, or with a shell in front`(_ row: (script: String, text: String)) throws {
        let block = row.script.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let step = try PodFixture("steps:\n- name: a\n  image: i\n  script: |-\n\(block)").step()
        #expect(step.script == PlannedScript(name: "script-0", text: row.text))
        #expect(step.configuration.entrypoint == ["/tekton/bin/entrypoint"])
    }

    @Test func `uses the step's variables in command and args, and leaves the others`() throws {
        let step = try PodFixture(
            """
            steps:
            - name: a
              image: i
              env: [{name: TOOL, value: make}, {name: BOTH, value: $(TOOL)-$(LATER)}, {name: LATER, value: x}]
              command: [$(TOOL)]
              args: [$(BOTH), $$(TOOL), $(NONE), "$5 $"]
            """
        ).step()
        #expect(try step.arguments.command == ["make", "make-$(LATER)", "$(TOOL)", "$(NONE)", "$5 $"])
    }
}

@Suite struct `The order of steps` {
    private static let three = "[{name: a, image: i}, {name: b, image: i}, {name: c, image: i}]"

    @Test func `is kept by files that each step waits for and makes`() throws {
        let steps = try PodFixture("steps: \(Self.three)").pod().steps
        #expect(try steps.map { try $0.arguments.waitFiles } == [[], ["/tekton/run/0/out"], ["/tekton/run/1/out"]])
        #expect(
            try steps.map { try $0.arguments.postFile }
                == ["/tekton/run/0/out", "/tekton/run/1/out", "/tekton/run/2/out"]
        )
        #expect(try steps.allSatisfy { try !$0.arguments.waitFileContent })
    }

    @Test func `begins after the sidecars, told by content`() throws {
        let steps = try PodFixture("steps: \(Self.three)\nsidecars: [{name: s, image: i}]").pod().steps
        #expect(try steps[0].arguments.waitFiles == ["/tekton/downward/ready"])
        #expect(try steps.map { try $0.arguments.waitFileContent } == [true, false, false])
    }

    @Test func `does not wait for a daemon that is not started`() throws {
        let pod = try PodFixture("steps: \(Self.three)\nsidecars: [{name: d, image: 'docker:dind'}]").pod()
        #expect(pod.sidecars.isEmpty)
        #expect(try pod.steps[0].arguments.waitFiles == [])
    }

    @Test func `each step may write only its own records`() throws {
        let step = try PodFixture("steps: \(Self.three)").pod().steps[1]
        #expect(step.mount(at: "/tekton")?.isReadOnly == true)
        #expect(step.mount(at: "/tekton/run/1")?.isReadOnly == false)
        #expect(step.mount(at: "/tekton/run/0") == nil)
        #expect(step.mount(at: "/tekton/termination")?.source == .pod("termination/1"))
    }

    @Test func `results, time and failure are the entrypoint's to know`() throws {
        let arguments = try PodFixture(
            """
            results: [{name: digest}, {name: url}]
            steps:
            - {name: a, image: i, timeout: 1m30s, onError: continue, stdoutConfig: {path: /tmp/o},
               stderrConfig: {path: /tmp/e}, results: [{name: own}]}
            """
        ).step().arguments
        #expect(arguments.results == ["digest", "url"])
        #expect(arguments.stepResults == ["own"])
        #expect(arguments.timeout == .seconds(90))
        #expect(arguments.onError == .continue)
        #expect(arguments.stdoutPath == "/tmp/o")
        #expect(arguments.stderrPath == "/tmp/e")
        #expect(arguments.stepMetadataDirectory == "/tekton/run/0/status")
    }
}
