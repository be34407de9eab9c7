import Foundation
import Testing

/// `--offline`: what is missing is named before anything starts.
@Suite(.needsEngine)
struct OfflineTests {
    private static func manifest(_ image: String, policy: String) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata:
          name: p
        spec:
          workspaces: [{name: w, emptyDir: {}}]
          pipelineSpec:
            workspaces: [{name: w}]
            tasks:
              - name: there
                taskSpec:
                  steps: [{name: s, image: \(image), imagePullPolicy: \(policy), script: "echo it ran"}]
        """
    }

    private static let more = """

              - name: away
                taskSpec:
                  steps:
                    - {name: a, image: "none.example/a:1", script: "true"}
                    - {name: b, image: "none.example/b:1", script: "true"}
              - name: clone
                workspaces: [{name: output, workspace: w}]
                taskSpec:
                  workspaces: [{name: output}]
                  params:
                    - {name: url, default: "https://none.example/repository.git"}
                  steps:
                    - name: clone
                      image: none.example/git-init:1
                      script: |
                        #!/bin/sh
                        set -eu
                        /ko-app/git-init -url="$(params.url)" -revision="main" -path="$(workspaces.output.path)"
        """

    @Test func `everything that is missing is named at once, and nothing starts`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.manifest(Engine.image, policy: "IfNotPresent") + Self.more, to: "m.yaml")
            let ended = try await program.run("run", "--offline", "-f", "m.yaml")
            #expect(ended.status == 69, "\(ended.errors)")
            #expect(ended.errors.contains("3 things are missing; nothing was started"))
            #expect(ended.errors.contains("  image none.example/a:1 (away/a)\n  image none.example/b:1 (away/b)\n"))
            #expect(ended.errors.contains("  mirror of https://none.example/repository.git at main (task clone)\n"))
            #expect(!ended.errors.contains("git-init:1"))
            #expect(ended.output.isEmpty)
            #expect(try await Engine.objects(ofStateIn: program.home).isEmpty)
            let state = program.home.appending(path: ".local/state/drydock")
            #expect(!FileManager.default.fileExists(atPath: state.appending(path: "runs").path))
        }
    }

    @Test func `imagePullPolicy Always takes what is here, and that is said`() async throws {
        try await Engine.withOwnImage { own in
            try await withScratch { scratch in
                let program = try Program(scratch: scratch)
                try program.write(Self.manifest(own, policy: "Always"), to: "m.yaml")
                let ended = try await program.run("run", "--offline", "-f", "m.yaml")
                #expect(ended.status == 0, "\(ended.errors)")
                #expect(ended.output.contains("it ran"))
                #expect(ended.errors.contains("there/s asks for imagePullPolicy Always"))
            }
        }
    }

    @Test(arguments: ["always", "missing"])
    func `offline does not go with pulling`(_ pull: String) async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.manifest("x", policy: "Never"), to: "m.yaml")
            let ended = try await program.run("run", "--offline", "--pull", pull, "-f", "m.yaml")
            #expect(ended.status == 64)
            #expect(ended.errors.contains("--offline pulls nothing, and --pull \(pull) would"))
        }
    }
}
