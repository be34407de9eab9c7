import Foundation
import Manifests
import Planning
import Runs
import SystemPackage
import Testing

@testable import Pods

@Suite(.needsEngine) struct `A TaskRun on the engine` {
    private static let image = Engine.image

    private func expectNothingLeft(_ run: EngineRun) {
        #expect(run.leftContainers == [])
        #expect(run.leftFiles == [])
    }

    @Test func `runs its steps in order and gives its results`() async throws {
        let run = try await EngineRun(
            PodFixture(
                """
                results: [{name: sum}]
                steps:
                - {name: first, image: '\(Self.image)', script: 'echo one; echo 1 > /workspace/f'}
                - {name: quiet, image: '\(Self.image)', command: ['true']}
                - {name: last, image: '\(Self.image)', script: 'cat /workspace/f; printf 3 > $(results.sum.path)'}
                """
            )
        )
        #expect(run.outcome.condition.reason == "Succeeded")
        #expect(run.outcome.results == [RunResult(name: "sum", value: .string("3"))])
        #expect(
            run.output(of: "first") == "one\n" && run.output(of: "quiet").isEmpty && run.output(of: "last") == "1\n"
        )
        let steps = run.told.filter { $0.hasPrefix("began") || $0.hasPrefix("ended") }
        #expect(steps == ["began first", "ended first", "began quiet", "ended quiet", "began last", "ended last"])
        expectNothingLeft(run)
    }

    @Test(arguments: [1, 2])
    func `lets no step reach a network that is not to`(steps: Int) async throws {
        let step = "image: '\(Self.image)', script: 'ls /sys/class/net; echo $TEKTON_HERMETIC'"
        let run = try await EngineRun(
            PodFixture(
                "steps: [\((0..<steps).map { "{name: s\($0), \(step)}" }.joined(separator: ", "))]",
                annotations: ["experimental.tekton.dev/execution-mode": "hermetic"]
            )
        )
        #expect(run.outcome.condition.reason == "Succeeded", "\(run.outcome.condition)")
        for index in 0..<steps {
            let lines = run.output(of: "s\(index)").split(separator: "\n")
            #expect(lines.contains("lo") && !lines.contains { $0.hasPrefix("eth") } && lines.last == "1")
        }
        expectNothingLeft(run)
    }

    @Test func `lets a person go on from a breakpoint`() async throws {
        // The person is quick: the decision is made before the step has failed.
        let run = try await EngineRun(
            PodFixture(
                """
                steps:
                - {name: first, image: '\(Self.image)', script: 'sh /tekton/debug/scripts/debug-continue; exit 3'}
                - {name: last, image: '\(Self.image)', script: echo last}
                """,
                run: "debug: {breakpoints: {onFailure: enabled}}"
            )
        )
        #expect(run.output(of: "first").contains("step 0 goes on"))
        #expect(run.output(of: "last") == "last\n")
        #expect(run.outcome.condition.reason == "Succeeded")
        expectNothingLeft(run)
    }

    @Test func `passes over a step whose conditions do not hold`() async throws {
        let run = try await EngineRun(
            PodFixture(
                """
                steps:
                - {name: make, image: '\(Self.image)', results: [{name: r}], script: 'printf yes > $(step.results.r.path)'}
                - name: not
                  image: '\(Self.image)'
                  script: echo no
                  when: [{input: $(steps.make.results.r), operator: notin, values: ['yes']}]
                - name: last
                  image: '\(Self.image)'
                  script: echo last
                  when: [{input: $(steps.make.results.r), operator: in, values: ['yes']}]
                """
            )
        )
        #expect(run.outcome.condition.reason == "Succeeded")
        #expect(run.outcome.steps.map(\.terminationReason) == ["Completed", "Skipped", "Completed"])
        #expect(!run.output(of: "not").contains("no\n") && run.output(of: "last") == "last\n")
        expectNothingLeft(run)
    }

    @Test func `fails with the step that fails, and skips those after it`() async throws {
        let run = try await EngineRun(
            PodFixture(
                """
                steps:
                - {name: soft, image: '\(Self.image)', script: exit 4, onError: continue}
                - {name: hard, image: '\(Self.image)', script: exit 3}
                - {name: never, image: '\(Self.image)', script: echo no}
                """
            )
        )
        #expect(run.outcome.condition.reason == "StepFailed")
        #expect(run.outcome.condition.message == "\"step-hard\" exited with code 3: Error")
        #expect(run.outcome.steps.map(\.terminationReason) == ["Continued", "Error", "Skipped"])
        #expect(run.outcome.steps.map { $0.termination?.exitCode } == [4, 3, 1])
        #expect(!run.told.contains("began never"))
        #expect(run.output(of: "never").isEmpty)
        expectNothingLeft(run)
    }

    @Test(arguments: [
        ("command: [no-such-program]", 127), ("command: [/bin]", 126), ("script: 'sleep 600 & exit 0'", 0),
    ])
    func `ends when its program does, or cannot begin`(_ row: (fields: String, code: Int)) async throws {
        let run = try await EngineRun(PodFixture("steps: [{name: a, image: '\(Self.image)', \(row.fields)}]"))
        #expect(run.outcome.steps.map { $0.termination?.exitCode } == [row.code])
        expectNothingLeft(run)
    }

    @Test func `tells a container that the engine does not start`() async throws {
        let run = try await EngineRun(
            PodFixture(
                """
                volumes: [{name: v, emptyDir: {}}]
                steps:
                - {name: a, image: '\(Self.image)', script: echo a, volumeMounts: [{name: v, mountPath: /bin/busybox}]}
                - {name: b, image: '\(Self.image)', script: echo b}
                """
            )
        )
        #expect(run.outcome.condition.status == .failed)
        #expect(run.outcome.steps.first?.termination?.reason == "StartError")
        #expect(run.outcome.steps.first?.termination?.exitCode == 128)
        #expect(run.output(of: "b").isEmpty)
        expectNothingLeft(run)
    }

    @Test func `leaves nothing where the engine takes only some of its containers`() async throws {
        let steps = (1...6).map { "- {name: s\($0), image: '\(Self.image)', script: echo}" }.joined(separator: "\n")
        let run = try await EngineRun(
            PodFixture(
                """
                volumes: [{name: v, emptyDir: {}}]
                steps:
                - {name: a, image: '\(Self.image)', script: echo, volumeMounts: [{name: v, mountPath: /}]}
                \(steps)
                """
            )
        )
        #expect(run.outcome.condition.reason == "PodCreationFailed")
        expectNothingLeft(run)
    }

    @Test func `ends when it is cancelled, also what does not listen`() async throws {
        let run = try await EngineRun(
            PodFixture(
                """
                steps:
                - {name: a, image: '\(Self.image)', script: "trap '' TERM; echo begun; sleep 600; sleep 600"}
                - {name: b, image: '\(Self.image)', script: echo no}
                sidecars: [{name: s, image: '\(Self.image)', script: "trap '' TERM; sleep 600; sleep 600"}]
                """
            ),
            cancelAt: "begun"
        )
        #expect(run.outcome.condition.status == .failed)
        #expect(run.outcome.steps.map(\.terminationReason) == ["TaskRunCancelled", "TaskRunCancelled"])
        expectNothingLeft(run)
    }

    @Test func `waits for its sidecars' probes and stops them`() async throws {
        let run = try await EngineRun(
            PodFixture(
                """
                volumes: [{name: v, emptyDir: {}}]
                steps: [{name: a, image: '\(Self.image)', script: cat /v/up, volumeMounts: [{name: v, mountPath: /v}]}]
                sidecars:
                - name: s
                  image: '\(Self.image)'
                  script: sleep 1; echo yes > /v/up; sleep 600
                  readinessProbe: {exec: {command: [test, -e, /v/up]}, periodSeconds: 1}
                  volumeMounts: [{name: v, mountPath: /v}]
                """
            )
        )
        #expect(run.outcome.condition.reason == "Succeeded")
        #expect(run.output(of: "a") == "yes\n")
        #expect(run.outcome.sidecars.map(\.name) == ["s"])
        expectNothingLeft(run)
    }

    @Test func `ends a sidecar whose startup probe never succeeds`() async throws {
        let run = try await EngineRun(
            PodFixture(
                """
                steps: [{name: a, image: '\(Self.image)', script: echo begun}]
                sidecars:
                - name: s
                  image: '\(Self.image)'
                  script: sleep 600
                  startupProbe: {exec: {command: ['false']}, periodSeconds: 1, failureThreshold: 1}
                """
            )
        )
        #expect(run.output(of: "a") == "begun\n")
        #expect(run.outcome.sidecars.map { $0.termination?.exitCode } == [137])
        expectNothingLeft(run)
    }

    @Test func `finds its account's credentials at home`() async throws {
        let secrets = """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: default}
            secrets: [{name: git}]
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: git, annotations: {tekton.dev/git-0: https://git.example}}
            type: kubernetes.io/basic-auth
            stringData: {username: ada, password: pw}
            """
        let run = try await EngineRun(
            PodFixture(
                """
                steps:
                - {name: root, image: '\(Self.image)', script: 'cat $HOME/.git-credentials'}
                - name: user
                  image: '\(Self.image)'
                  securityContext: {runAsUser: 4321}
                  env: [{name: HOME, value: /tekton/home}]
                  script: cat /tekton/creds/.git-credentials
                """,
                others: secrets
            )
        )
        #expect(run.output(of: "root") == "https://ada:pw@git.example\n")
        #expect(run.output(of: "user") == "https://ada:pw@git.example\n")
        expectNothingLeft(run)
    }

    @Test func `gives the caller what steps made in a directory of the caller's`() async throws {
        let folder = try TemporaryFolder()
        let script = "mkdir -p d/e; echo x > d/e/f; chmod 700 d; echo y > g"
        var fixture = try PodFixture(
            """
            workspaces: [{name: w}]
            steps:
            - {name: root, image: '\(Self.image)', workingDir: /workspace/w, script: '\(script)'}
            - {name: user, image: '\(Self.image)', securityContext: {runAsUser: 4321}, script: echo z > /workspace/w/h}
            """,
            run: "workspaces: [{name: w, emptyDir: {}}]"
        )
        #expect(chmod(folder.path.string, 0o777) == 0)
        fixture.bind("w", to: .directory(path: folder.path.string, .readWrite))
        let run = try await EngineRun(fixture)
        #expect(run.outcome.condition.reason == "Succeeded")
        for name in ["d", "d/e", "d/e/f", "g", "h"] {
            #expect(fileStatus(folder.path.pushing(FilePath(name)))?.st_uid == getuid(), "\(name)")
        }
        expectNothingLeft(run)
    }
}
