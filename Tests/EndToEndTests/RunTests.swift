import Foundation
import Testing

/// Whole runs on the real engine.
@Suite(.needsEngine)
struct RunTests {
    /// Runs a manifest, in which IMAGE stands for the test image, and checks that nothing is left of it.
    private func run(
        _ manifest: String,
        _ arguments: [String] = [],
        input: String? = nil,
        check: (Program.Ended, URL) throws -> Void
    ) async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let text = manifest.replacingOccurrences(of: "IMAGE", with: Engine.image)
            try program.write(text, to: "m.yaml")
            let ended = try await program.start(["run", "-f", "m.yaml"] + arguments, input: input).ended()
            try check(ended, scratch)
            let state = program.home.appending(path: ".local/state/drydock")
            let pods = FileManager.default.enumerator(atPath: state.path)?.compactMap { $0 as? String } ?? []
            #expect(pods.allSatisfy { !$0.contains("/pods/") }, "\(pods)")
        }
    }

    private func taskRun(_ steps: String, more: String = "") -> String {
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata:
          name: t
        spec:
          taskSpec:
            steps:
        \(steps)
        \(more)
        """
    }

    @Test func `JSON holds the run with Tekton's status and nothing else`() async throws {
        let manifest = taskRun(
            """
                  - name: s
                    image: IMAGE
                    script: printf hello > $(results.r.path)
            """,
            more: "    results: [{name: r}]"
        )
        try await run(manifest, ["-o", "json"]) { ended, _ in
            #expect(ended.status == 0, "\(ended.errors)")
            let objects = try ended.objects()
            #expect(objects.count == 1)
            let status = try #require(objects.first?["status"] as? [String: Any])
            let condition = try #require((status["conditions"] as? [[String: Any]])?.first)
            #expect(condition["reason"] as? String == "Succeeded")
            #expect(condition["message"] as? String == "All Steps have completed executing")
            let results = try #require(status["results"] as? [[String: Any]])
            #expect(results.first?["value"] as? String == "hello")
        }
    }

    @Test func `a failure ends with the step, its exit code and its last lines`() async throws {
        let manifest = taskRun(
            """
                  - name: compile
                    image: IMAGE
                    script: |
                      echo "before it broke"
                      exit 3
                  - name: never
                    image: IMAGE
                    script: echo unreachable
            """
        )
        try await run(manifest) { ended, _ in
            #expect(ended.status == 1)
            #expect(ended.output.contains("[compile] before it broke\n"))
            #expect(!ended.output.contains("unreachable"))
            let tail = ended.output.components(separatedBy: "failed after").last ?? ""
            #expect(tail.contains("compile exited with code 3"))
            #expect(tail.hasSuffix("before it broke\n"), "\(tail)")
        }
    }

    @Test func `what a cluster admits and then fails is a failed run`() async throws {
        let manifest = """
            apiVersion: tekton.dev/v1
            kind: TaskRun
            metadata:
              name: t
            spec:
              taskSpec:
                params: [{name: who}]
                steps: [{name: s, image: \(Engine.image), script: "true"}]
            """
        try await run(manifest, ["-o", "json"]) { ended, _ in
            #expect(ended.status == 1)
            let status = try #require(try ended.objects().first?["status"] as? [String: Any])
            let condition = try #require((status["conditions"] as? [[String: Any]])?.first)
            #expect(condition["reason"] as? String == "TaskRunValidationFailed")
        }
    }

    @Test(arguments: [([], "1 lo"), (["--api-fields", "alpha"], "1 lo"), (["--api-fields", "beta"], " eth0 lo")])
    func `the hermetic mode is one of alpha`(_ arguments: [String], _ network: String) async throws {
        let manifest = taskRun(
            """
                  - name: s
                    image: IMAGE
                    script: echo "[$TEKTON_HERMETIC" $(ls /sys/class/net)]
            """
        ).replacing("name: t\n", with: "name: t\n  annotations: {experimental.tekton.dev/execution-mode: hermetic}\n")
        try await run(manifest, arguments) { ended, _ in
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.contains("[\(network)]"), "\(ended.output)")
            #expect(ended.errors.contains("Differs  the hermetic mode is one of enable-api-fields: alpha"))
        }
    }

    @Test func `no secret value is shown, in whatever form`() async throws {
        let secret = "s3cr3t-value-of-ours"
        let manifest = """
            apiVersion: v1
            kind: Secret
            metadata:
              name: vault
            stringData:
              password: \(secret)
            ---
            """ + "\n"
            + taskRun(
                """
                      - name: tell
                        image: IMAGE
                        env:
                          - name: PASSWORD
                            valueFrom: {secretKeyRef: {name: vault, key: password}}
                        script: |
                          echo "plain $PASSWORD"
                          echo "$PASSWORD" | base64
                          printf '%s' "$PASSWORD" > $(results.leak.path)
                          exit 1
                """,
                more: "    results: [{name: leak}]"
            )
        let base64 = String(Data(secret.utf8).base64EncodedString().prefix(24))
        for format in [[], ["-o", "json"], ["-o", "yaml"]] {
            try await run(manifest, format) { ended, scratch in
                #expect(ended.status == 1)
                #expect((ended.output + ended.errors).contains("plain ***"))
                for text in [ended.output, ended.errors, try stored(in: scratch)] {
                    #expect(!text.contains(secret))
                    #expect(!text.contains(base64))
                }
            }
        }
    }

    /// All that drydock keeps of a run, as one text.
    private func stored(in scratch: URL) throws -> String {
        let state = scratch.appending(path: "home/.local/state")
        let files = FileManager.default.enumerator(at: state, includingPropertiesForKeys: nil)?.compactMap {
            $0 as? URL
        }
        return (files ?? []).compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined()
    }

    @Test func `a manifest comes from standard input, a Task from its name`() async throws {
        let task = """
            apiVersion: tekton.dev/v1
            kind: Task
            metadata:
              name: echo
            spec:
              params:
                - name: words
                  type: array
              workspaces:
                - name: w
              steps:
                - name: s
                  image: IMAGE
                  args: ["$(params.words[*])"]
                  script: |
                    #!/bin/sh
                    printf '<%s>' "$@"
                    cat $(workspaces.w.path)/file
            """.replacingOccurrences(of: "IMAGE", with: Engine.image)
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let source = program.directory.appending(path: "source")
            try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
            try Data("from a file\n".utf8).write(to: source.appending(path: "file"))
            let ended = try await program.run(
                "run",
                "task/echo",
                "-f",
                "-",
                "-p",
                "words=a,b",
                "-w",
                "name=w,path=source",
                input: task
            )
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.contains("[s] <a><b>from a file\n"))
        }
    }

    @Test func `a workspace given as a path is a copy, and rw writes into it`() async throws {
        let task = """
            apiVersion: tekton.dev/v1
            kind: Task
            metadata:
              name: touch
            spec:
              workspaces:
                - name: w
              steps:
                - name: s
                  image: IMAGE
                  script: |
                    echo changed > $(workspaces.w.path)/file
                    echo new > $(workspaces.w.path)/made
            """.replacingOccurrences(of: "IMAGE", with: Engine.image)
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let source = program.directory.appending(path: "source")
            try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
            try Data("as it was\n".utf8).write(to: source.appending(path: "file"))
            try program.write(task, to: "m.yaml")
            func files() throws -> [String] {
                try FileManager.default.contentsOfDirectory(atPath: source.path).sorted()
            }

            let copied = try await program.run("run", "task/touch", "-f", "m.yaml", "-w", "name=w,path=source")
            #expect(copied.status == 0, "\(copied.errors)")
            #expect(try files() == ["file"])
            #expect(try String(contentsOf: source.appending(path: "file"), encoding: .utf8) == "as it was\n")

            let readOnly = try await program.run("run", "task/touch", "-f", "m.yaml", "-w", "name=w,path=source,ro")
            #expect(readOnly.status == 1)
            #expect(try files() == ["file"])

            let written = try await program.run("run", "task/touch", "-f", "m.yaml", "-w", "name=w,path=source,rw")
            #expect(written.status == 0, "\(written.errors)")
            #expect(try files() == ["file", "made"])
            #expect(try String(contentsOf: source.appending(path: "file"), encoding: .utf8) == "changed\n")
        }
    }
}
