import Foundation
import Testing

/// What is left when a run ends before its time: nothing.
@Suite(.needsEngine)
struct EndingTests {
    private static let manifest = """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata:
          name: long
        spec:
          pipelineSpec:
            tasks:
              - name: sleep
                taskSpec:
                  steps:
                    - name: s
                      image: IMAGE
                      script: |
                        echo "now it sleeps"
                        sleep 300
            finally:
              - name: tidy
                taskSpec:
                  steps:
                    - name: s
                      image: IMAGE
                      script: echo "tidied up"
        """

    /// Starts the pipeline, waits until its step runs, lets the body end it.
    private func interrupted(
        _ arguments: [String] = [],
        by end: (Started) async throws -> Void,
        check: (Program.Ended, Program) async throws -> Void
    ) async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.manifest.replacingOccurrences(of: "IMAGE", with: Engine.image), to: "m.yaml")
            let started = try program.start(["run", "-f", "m.yaml"] + arguments)
            try await program.untilAStepRuns()
            try await end(started)
            try await check(try await started.ended(), program)
        }
    }

    @Test func `one ^C cancels and lets finally run`() async throws {
        try await interrupted(["-o", "json"]) {
            $0.send(SIGINT)
        } check: { ended, _ in
            #expect(ended.status == 130, "\(ended.errors)")
            #expect(ended.errors.contains("tidied up"))
            let run = try #require(try ended.objects().first { $0["kind"] as? String == "PipelineRun" })
            let conditions = (run["status"] as? [String: Any])?["conditions"] as? [[String: Any]]
            #expect(conditions?.first?["reason"] as? String == "Cancelled")
        }
    }

    @Test func `SIGTERM stops now, without finally`() async throws {
        try await interrupted {
            $0.send(SIGTERM)
        } check: { ended, _ in
            #expect(ended.status == 143)
            #expect(!ended.output.contains("tidied up"))
        }
    }

    @Test func `what a kill leaves is swept by the next command`() async throws {
        try await interrupted {
            $0.send(SIGKILL)
        } check: { _, program in
            // A killed program removed nothing; the sweep may be that of another test's drydock, which comes as early.
            try program.write(
                Self.manifest.replacingOccurrences(of: "IMAGE", with: Engine.image)
                    .replacingOccurrences(of: "sleep 300", with: "true"),
                to: "short.yaml"
            )
            let next = try await program.run("run", "-f", "short.yaml")
            #expect(next.status == 0, "\(next.errors)")
            #expect(try await Engine.objects(ofStateIn: program.home).isEmpty)
        }
    }
}
