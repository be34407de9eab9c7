import Manifests
import Planning
import Runs
import Testing

@testable import Pods

@Suite(.needsEngine) struct `The results of a TaskRun on the engine` {
    private static let image = Engine.image

    private func expectNothingLeft(_ run: EngineRun) {
        #expect(run.leftContainers == [])
        #expect(run.leftFiles == [])
    }

    @Test func `are taken where they are large together, with what a cluster needs for them`() async throws {
        let write = "i=0; while test $i -lt 300; do printf 0123456789; i=$((i+1)); done"
        let run = try await EngineRun(
            PodFixture(
                """
                results: [{name: a}, {name: b}]
                steps:
                - name: big
                  image: '\(Self.image)'
                  script: |
                    \(write) > $(results.a.path)
                    cat $(results.a.path) > $(results.b.path)
                """
            )
        )
        #expect(run.outcome.condition.reason == "Succeeded", "\(run.outcome.condition)")
        let text = String(repeating: "0123456789", count: 300)
        #expect(run.outcome.results == ["a", "b"].map { RunResult(name: $0, value: .string(text)) })
        let notice =
            "the results of step 'big' take more than 4096 bytes together: "
            + "a cluster needs the setting results-from: sidecar-logs for them"
        #expect(run.told.contains("notice \(notice)"))
        expectNothingLeft(run)
    }

    @Test func `fail the TaskRun where one is too large, unless there is no limit`() async throws {
        let fixture = try PodFixture(
            """
            results: [{name: a}]
            steps:
            - name: big
              image: '\(Self.image)'
              script: 'i=0; while test $i -lt 410; do printf 0123456789; i=$((i+1)); done > $(results.a.path)'
            """
        )
        let limited = try await EngineRun(fixture)
        #expect(limited.outcome.condition.reason == "TaskRunResultLargerThanAllowedLimit")
        #expect(
            limited.outcome.condition.message
                == #"[User error]  TaskRun ""build"" failed: 4137 bytes results size exceeds configured limit of 4096 bytes"#
        )
        #expect(limited.outcome.results == [])
        let free = try await EngineRun(fixture, resultLimit: .none)
        #expect(free.outcome.condition.reason == "Succeeded")
        let text = String(repeating: "0123456789", count: 410)
        #expect(free.outcome.results == [RunResult(name: "a", value: .string(text))])
        let strict = try await EngineRun(fixture, resultLimit: .message)
        #expect(strict.outcome.condition.reason == "StepFailed")
        #expect(strict.outcome.steps.map { $0.termination?.exitCode } == [1])
        #expect(strict.output(of: "big").contains("Termination message is above max allowed size 4096"))
    }

    @Test func `go from a step into those after it, and so do artifacts`() async throws {
        let artifacts = #"{"outputs": [{"name": "image", "values": [{"uri": "pkg:a", "digest": {"sha256": "1"}}]}]}"#
        let run = try await EngineRun(
            PodFixture(
                """
                results: [{name: taken, value: $(steps.make.results.text)}]
                steps:
                - name: make
                  image: '\(Self.image)'
                  results: [{name: text}, {name: list, type: array}]
                  script: |
                    printf hello > $(step.results.text.path)
                    printf '["a b", "c"]' > $(step.results.list.path)
                    echo '\(artifacts)' > $(step.artifacts.path)
                - name: use
                  image: '\(Self.image)'
                  env: [{name: TEXT, value: '<$(steps.make.results.text)>'}]
                  command: [sh, -c, 'echo "$TEXT" "$#" "$1"', sh]
                  args: ['$(steps.make.results.list[*])']
                - {name: script, image: '\(Self.image)', script: "echo '$(steps.make.outputs.image)'"}
                """
            )
        )
        #expect(run.outcome.condition.reason == "Succeeded")
        #expect(run.output(of: "use") == "<hello> 2 a b\n")
        #expect(run.output(of: "script") == "[{\"digest\":{\"sha256\":\"1\"},\"uri\":\"pkg:a\"}]\n")
        #expect(run.outcome.results == [RunResult(name: "taken", value: .string("hello"))])
        #expect(run.outcome.artifacts.outputs.map(\.name) == ["image"])
        #expect(run.outcome.steps.map { $0.artifacts?.outputs.map(\.name) ?? [] } == [["image"], [], []])
        expectNothingLeft(run)
    }
}
