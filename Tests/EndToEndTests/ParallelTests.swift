import Foundation
import Testing

/// Many TaskRuns at once on the real engine.
@Suite(.needsEngine)
struct ParallelTests {
    private func pipeline(tasks: [(name: String, script: String)]) -> String {
        let text = tasks.map { task in
            """
                  - name: \(task.name)
                    workspaces: [{name: shared}]
                    taskSpec:
                      workspaces: [{name: shared}]
                      steps: [{name: s, image: \(Engine.image), script: '\(task.script)'}]
            """
        }
        return """
            apiVersion: tekton.dev/v1
            kind: PipelineRun
            metadata: {name: many}
            spec:
              workspaces: [{name: shared, emptyDir: {}}]
              pipelineSpec:
                workspaces: [{name: shared}]
                tasks:
            \(text.joined(separator: "\n"))
            """
    }

    /// Runs a Pipeline to its end.
    private func run(
        _ manifest: String,
        _ arguments: [String],
        check: (Program.Ended, Program) async throws -> Void
    ) async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(manifest, to: "m.yaml")
            try await check(try await program.run(["run", "-f", "m.yaml"] + arguments), program)
        }
    }

    @Test func `a hundred tasks that wait for nothing all succeed`() async throws {
        let tasks = (0..<100).map { (name: "t\($0)", script: "echo \($0)") }
        try await run(pipeline(tasks: tasks), []) { ended, program in
            #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
            for (name, _) in tasks { #expect(ended.output.contains("[\(name) : s] \(name.dropFirst())\n")) }
            #expect(ended.output.contains("Tasks Completed: 100 (Failed: 0, Cancelled 0), Skipped: 0"))
            let left = try await Engine.objects(ofStateIn: program.home)
            #expect(left.isEmpty)
        }
    }

    @Test func `who waits for one that has no place is told so`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let meeting = scratch.appending(path: "meeting")
            try FileManager.default.createDirectory(at: meeting, withIntermediateDirectories: true)
            let manifest = pipeline(
                tasks: [("a", "b"), ("b", "a")].map { name, other in
                    let folder = "$(workspaces.shared.path)"
                    return (name, "touch \(folder)/\(name); until test -e \(folder)/\(other); do sleep 0.1; done")
                }
            )
            try program.write(manifest, to: "m.yaml")
            let shared = ["-w", "name=shared,path=\(meeting.path),rw"]
            let started = try program.start(["run", "-f", "m.yaml", "--max-parallel", "1"] + shared)
            try await program.untilAStepRuns()
            started.send(SIGTERM)
            let ended = try await started.ended()
            #expect(ended.status == 143)
            let notice = /! one TaskRun runs at a time \(--max-parallel\): [ab] and those after it wait for a place/
            #expect(ended.output.contains(notice), "\(ended.output)")

            let together = try await program.run(["run", "-f", "m.yaml", "--max-parallel", "2"] + shared)
            #expect(together.status == 0, "\(together.output)\(together.errors)")
            #expect(!together.output.contains("wait for a place"))
        }
    }
}
