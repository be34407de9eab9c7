import Foundation
import Testing

/// What a user reads who did something wrong: one clear message, the right exit code, nothing started.
struct UsageTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var name: String
        var manifest: String?
        var arguments: [String]
        var status: Int32
        var says: String
        var testDescription: String { name }
    }

    static let pipeline = """
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata:
          name: p
        spec:
          params: [{name: who}]
          tasks:
            - name: a
              taskSpec:
                steps: [{name: s, image: busybox, script: "true"}]
        """

    static let mistakes = [
        Mistake(name: "no manifest", arguments: ["run"], status: 64, says: "name a manifest, as in: drydock run -f"),
        Mistake(
            name: "missing file",
            arguments: ["run", "-f", "nowhere.yaml"],
            status: 66,
            says: "there is no file or directory nowhere.yaml"
        ),
        Mistake(name: "empty file", manifest: "", arguments: [], status: 66, says: "no document found in m.yaml"),
        Mistake(
            name: "broken YAML",
            manifest: "kind: [",
            arguments: [],
            status: 65,
            says: "m.yaml:"
        ),
        Mistake(
            name: "a tab",
            manifest: "kind: Task\nspec:\n\tsteps: []\n",
            arguments: [],
            status: 65,
            says: "m.yaml:3:"
        ),
        Mistake(
            name: "a key twice",
            manifest: "kind: Task\nkind: Task\n",
            arguments: [],
            status: 65,
            says: "m.yaml:2:1"
        ),
        Mistake(
            name: "no kind",
            manifest: "apiVersion: tekton.dev/v1\n",
            arguments: [],
            status: 65,
            says: "'kind'"
        ),
        Mistake(
            name: "an unknown field",
            manifest: pipeline + "\n      runafter: [b]\n      tymeout: 1h\n",
            arguments: [],
            status: 65,
            says: "timeout"
        ),
        Mistake(
            name: "only a Pipeline",
            manifest: pipeline,
            arguments: [],
            status: 64,
            says: "drydock run pipeline/p -f m.yaml"
        ),
        Mistake(
            name: "an unknown Pipeline",
            manifest: pipeline,
            arguments: ["pipeline/q"],
            status: 66,
            says: "there is no pipeline 'q' in the manifests; there are: p"
        ),
        Mistake(
            name: "an unknown kind of target",
            manifest: pipeline,
            arguments: ["job/p"],
            status: 64,
            says: "expected pipeline/NAME, task/NAME or run/NAME"
        ),
        Mistake(
            name: "an unknown param",
            manifest: pipeline,
            arguments: ["pipeline/p", "-p", "whom=me"],
            status: 64,
            says: "Pipeline 'p' has no param 'whom': it declares who"
        ),
        Mistake(
            name: "no param at all",
            manifest: pipeline,
            arguments: ["pipeline/p", "-p", "who"],
            status: 64,
            says: "'who' is not a param: expected name=value"
        ),
        Mistake(
            name: "a workspace without source",
            manifest: pipeline,
            arguments: ["pipeline/p", "-w", "name=w"],
            status: 64,
            says: "names no source"
        ),
        Mistake(
            name: "a workspace that is not there",
            manifest: pipeline,
            arguments: ["pipeline/p", "-w", "name=w,path=nowhere"],
            status: 66,
            says: "workspace directory 'nowhere' is not there"
        ),
        Mistake(
            name: "an unknown flag",
            manifest: pipeline,
            arguments: ["--kubeconfig"],
            status: 64,
            says: "--kubeconfig"
        ),
        Mistake(
            name: "an unknown format",
            manifest: pipeline,
            arguments: ["-o", "xml"],
            status: 64,
            says: "xml"
        ),
        Mistake(
            name: "two documents with one name",
            manifest: pipeline + "\n---\n" + pipeline.replacingOccurrences(of: "who", with: "what"),
            arguments: [],
            status: 65,
            says: "the first is at m.yaml:1:1"
        ),
    ]

    @Test(arguments: mistakes)
    func `a mistake gets one clear message and its exit code`(_ mistake: Mistake) async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            var arguments = mistake.arguments
            if let manifest = mistake.manifest {
                try program.write(manifest, to: "m.yaml")
                arguments = ["run", "-f", "m.yaml"] + arguments
            }
            let ended = try await program.run(arguments)
            #expect(ended.status == mistake.status, "\(ended.errors)")
            #expect(ended.errors.contains(mistake.says), "\(ended.errors)")
            #expect(ended.output == "")
        }
    }

    @Test func `a format is kept also where nothing ran`() async throws {
        try await withScratch { scratch in
            let ended = try await Program(scratch: scratch).run("run", "-f", "nowhere.yaml", "-o", "json")
            #expect(ended.status == 66)
            #expect(ended.output == "[]\n")
        }
    }

    @Test func `an engine that is not there is told with what was tried`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.pipeline.replacingOccurrences(of: "{name: who}", with: ""), to: "m.yaml")
            let ended = try await program.start(
                ["run", "pipeline/p", "-f", "m.yaml", "-o", "json"],
                environment: ["DOCKER_HOST": "unix:///nowhere/docker.sock"]
            ).ended()
            #expect(ended.status == 69)
            #expect(ended.errors.contains("/nowhere/docker.sock"))
            #expect(ended.output == "[]\n")
        }
    }

    @Test func `the version is printed`() async throws {
        try await withScratch { scratch in
            let ended = try await Program(scratch: scratch).run("--version")
            #expect(ended.status == 0)
            #expect(ended.output.hasPrefix("drydock "))
        }
    }
}
