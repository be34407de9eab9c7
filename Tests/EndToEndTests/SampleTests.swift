import Foundation
import Testing

/// Every sample runs to its end and does what it says.
@Suite(.needsEngine)
struct SampleTests {
    /// Runs a sample.
    private func run(
        _ sample: String,
        _ arguments: String...,
        then check: (Program) throws -> Void = { _ in }
    ) async throws -> Program.Ended {
        try await Engine.prepareImage()
        return try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let source = Program.packageFolder.appending(path: "samples/\(sample)")
            let text = try String(contentsOf: source, encoding: .utf8)
                .replacingOccurrences(of: "image: busybox", with: "image: \(Engine.image)")
            try program.write(text, to: sample)
            let ended = try await program.run(["run", "-f", sample] + arguments)
            try check(program)
            return ended
        }
    }

    @Test func `hello greets step by step`() async throws {
        let ended = try await run("hello.yaml")
        #expect(ended.status == 0, "\(ended.errors)")
        let lines = ended.output.split(separator: "\n")
        #expect(lines.first == "[greet] Hello from step one")
        #expect(lines.dropFirst().first == "[leave] This step starts when the first one has ended")
        #expect(ended.output.contains("succeeded"))
    }

    @Test func `params go in and results come out`() async throws {
        let ended = try await run("params-and-results.yaml", "-p", "who=Ada", "-p", "words=a,b c")
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("[show : print] Hello, Ada\n[show : print] a\n[show : print] b c\n"))
        #expect(ended.output.contains("Tasks Completed: 2 (Failed: 0, Cancelled 0), Skipped: 0"))
    }

    @Test func `a workspace is shared by tasks and goes with its run`() async throws {
        let ended = try await run("workspaces.yaml") { program in
            let claims = program.home.appending(path: ".local/share/drydock/claims").path
            #expect(!FileManager.default.fileExists(atPath: claims), "nothing of it lasts")
        }
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("[read : read] a note\n"))
    }

    @Test func `a sidecar is ready before the first step`() async throws {
        let ended = try await run("sidecar.yaml")
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("[ask] served by the sidecar\n"))
    }

    @Test func `a reference brings a Task of another namespace`() async throws {
        let ended = try await run("references.yaml")
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("[greet : say] Hello, Ada\n"))
    }

    @Test func `a guarded task is skipped and finally runs`() async throws {
        let ended = try await run("finally.yaml")
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("[report : report] publish=None all=Completed\n"))
        #expect(ended.output.contains("Tasks Completed: 3 (Failed: 0, Cancelled 0), Skipped: 2"))
        #expect(!ended.output.contains("published at"))
    }

    @Test func `a param opens the guard`() async throws {
        let ended = try await run("finally.yaml", "-p", "branch=main")
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("[announce : announce] published at http://registry.example/app\n"))
        #expect(ended.output.contains("[report : report] publish=Succeeded all=Succeeded\n"))
    }

    @Test func `a flaky task is tried again`() async throws {
        let ended = try await run("retries.yaml")
        #expect(ended.status == 0, "\(ended.errors)")
        for attempt in 0...2 { #expect(ended.output.contains("[flaky : try] attempt \(attempt)\n")) }
    }

    @Test func `each sample has a test`() throws {
        let folder = Program.packageFolder.appending(path: "samples")
        let samples = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        let names = ["hello", "params-and-results", "workspaces", "sidecar", "finally", "retries", "references"]
        let tested = names.map { "\($0).yaml" }
        #expect(Set(samples) == Set(tested))
    }
}
