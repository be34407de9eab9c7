import Foundation
import Testing

/// Steps, sidecars and engines that do not end as they should.
@Suite(.needsEngine)
struct MisuseStepTests {
    @Test func `an engine that goes away in mid-run is told, and the next command sweeps`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let manifest = """
                apiVersion: tekton.dev/v1
                kind: Task
                metadata: {name: t}
                spec:
                  workspaces: [{name: w}]
                  steps: [{name: s, image: "\(Engine.image)", script: "touch /workspace/w/begun; sleep 300"}]
                """
            try program.write(manifest, to: "m.yaml")
            let relay = try SocketRelay(at: scratch.appending(path: "s").path)
            let host = ["DOCKER_HOST": "unix://\(relay.path)"]
            let shared = scratch.appending(path: "shared")
            try FileManager.default.createDirectory(at: shared, withIntermediateDirectories: false)
            let started = try program.start(
                ["run", "-f", "m.yaml", "task/t", "-w", "name=w,path=\(shared.path),rw"],
                environment: host
            )
            // The engine has started the step for good.
            try await program.until(shared.appending(path: "begun"))
            relay.stop()
            let ended = try await started.ended()
            #expect(ended.status == 69, "\(ended.errors)\n\(ended.output)")
            let messages = ended.errors.split(separator: "\n").filter { $0.hasPrefix("drydock: ") }
            #expect(messages.count == 1, "\(ended.errors)")
            #expect(messages.first?.contains("the Docker engine at unix://\(relay.path) went away") == true)
            #expect(messages.first?.contains("see that it runs") == true)

            let next = try await program.run("prune", "-y")
            #expect(next.status == 0, "\(next.errors)")
            // The drydock of another test may have been the first to sweep, and still be at it.
            let limit = Date().addingTimeInterval(60)
            while Date() < limit, try await !Engine.objects(ofStateIn: program.home).isEmpty {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try await Engine.objects(ofStateIn: program.home).isEmpty)
        }
    }

    @Test func `a process that keeps the output open and a sidecar that is deaf hold nothing up`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let manifest = """
                apiVersion: tekton.dev/v1
                kind: TaskRun
                metadata: {name: t}
                spec:
                  taskSpec:
                    steps:
                      - {name: first, image: "\(Engine.image)", script: "sleep 3000 & echo begun"}
                      - {name: second, image: "\(Engine.image)", script: echo ended}
                    sidecars:
                      - name: deaf
                        image: "\(Engine.image)"
                        script: |
                          trap "" TERM
                          while true; do sleep 1; done
                """
            try program.write(manifest, to: "m.yaml")
            let ended = try await program.run("run", "-f", "m.yaml")
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.hasPrefix("[first] begun\n[second] ended\n"), "\(ended.output)")
            #expect(try await Engine.objects(ofStateIn: program.home).isEmpty)
            #expect(try program.leftovers() == [])
        }
    }
}
