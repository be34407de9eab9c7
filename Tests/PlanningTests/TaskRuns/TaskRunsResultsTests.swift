import Foundation
import Manifests
import Planning
import Testing
import YAML

struct TaskRunsResultsTests {
    @Test func `results are typed as the Task declares them`() {
        let results = read(
            [
                #"""
                [{"key": "text", "value": "[\"no list\"]\n", "type": 1}, {"key": "list", "value": "[\"a\", \"b\"]", "type": 1},
                 {"key": "map", "value": "{\"k\": \"v\"}", "type": 1}]
                """#
            ],
            declared: [["name": "text"], ["name": "list", "type": "array"], ["name": "map", "type": "object"]]
        )
        #expect(results.refusal == nil)
        #expect(
            results.results == [
                RunResult(name: "list", value: .array(["a", "b"])),
                RunResult(name: "map", value: .object(["k": "v"])),
                RunResult(name: "text", value: .string("[\"no list\"]\n")),
            ]
        )
    }

    @Test func `a result of the wrong type fails the TaskRun and is left out`() {
        let results = read(
            [#"[{"key": "list", "value": "x", "type": 1}, {"key": "map", "value": "[]", "type": 1}]"#],
            declared: [["name": "list", "type": "array"], ["name": "map", "type": "object"]]
        )
        #expect(results.results == [])
        #expect(
            results.refusal
                == Refusal(
                    reason: "TaskRunValidationFailed",
                    message: """
                        [User error] Provided results don't match declared results; may be invalid JSON or missing result \
                        declaration:  "list": task result is expected to be "array" type but was initialized to a \
                        different type "string", "map": task result is expected to be "object" type but was initialized \
                        to a different type "array"
                        """
                )
        )
    }

    @Test func `an object result without a declared key fails the TaskRun`() {
        let results = read(
            [#"[{"key": "map", "value": "{\"a\": \"1\"}", "type": 1}]"#],
            declared: [["name": "map", "type": "object", "properties": ["a": [:], "c": [:], "b": [:]]]]
        )
        let message =
            "[User error] missing keys for these results which are required in TaskResult's properties map[map:[b c]]"
        #expect(results.refusal?.message == message)
    }

    @Test func `of a result that two steps write the later value counts`() {
        let results = read(
            [
                #"[{"key": "r", "value": "first", "type": 1}, {"key": "z", "value": "z", "type": "TaskRunResult"}]"#,
                #"[{"key": "r", "value": "second", "type": 1}]"#,
            ],
            declared: [["name": "r"], ["name": "z"]]
        )
        #expect(results.results.map(\.value) == [.string("second"), .string("z")])
    }

    @Test func `a Task takes the result of a step under its own name`() {
        let results = read(
            [#"[{"key": "digest", "value": "sha", "type": 4}]"#],
            declared: [["name": "image", "value": "$(steps.s0.results.digest)"]],
            ofStep: [["name": "digest"]]
        )
        #expect(results.steps == ["s0": [RunResult(name: "digest", value: .string("sha"))]])
        #expect(results.results == [RunResult(name: "image", value: .string("sha"))])
    }

    @Test(arguments: ["", "no JSON", "{}", "[{"])
    func `a file that is no message holds no results`(text: String) {
        let message = TerminationMessage(parsing: Array(text.utf8))
        #expect(message.entries == [])
        #expect(message.text == (text == "" ? "" : text))
        #expect(message.terminationReason(containerReason: "Error") == "")
    }

    @Test func `facts about a step are read and not shown`() {
        let message = TerminationMessage(
            parsing: Array(
                #"""
                [{"key": "StartedAt", "value": "2023-11-26T19:53:29.452Z", "type": 3},
                 {"key": "ExitCode", "value": "7", "type": 3}, {"key": "commit", "value": "abc"}]
                """#.utf8
            )
        )
        #expect(message.exitCode == 7)
        #expect(message.terminationReason(containerReason: "Completed") == "Continued")
        #expect(message.startedAt.map { Int($0.timeIntervalSince1970) } == 1_701_028_409)
        #expect(message.text == #"[{"key":"commit","value":"abc"}]"#)
    }

    private func read(_ messages: [String], declared: [YAMLNode], ofStep step: [YAMLNode] = []) -> TaskResults {
        let steps = messages.indices.map { index -> YAMLNode in
            ["name": YAMLNode("s\(index)"), "results": YAMLNode(step)]
        }
        return TaskResults(
            messages.map { TerminationMessage(parsing: Array($0.utf8)) },
            spec: TaskSpec(["steps": YAMLNode(steps), "results": YAMLNode(declared)])
        )
    }
}
