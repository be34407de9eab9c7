import Foundation
import SystemPackage
import TestSupport
import Testing

/// References through resolvers, as a user meets them.
struct RefsTests {
    private static func task(_ name: String, _ script: String) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: \(name)}
        spec:
          params: [{name: who, default: nobody}]
          steps: [{name: s, image: \(Engine.image), script: "\(script)"}]

        """
    }

    /// A run of a Pipeline from a repository, one of whose tasks comes from a server.
    private static func run(git: String, web: String) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: p}
        spec:
          params: [{name: file, value: pipeline.yaml}]
          pipelineRef:
            resolver: git
            params:
              - {name: url, value: "\(git)"}
              - {name: pathInRepo, value: $(params.file)}
          taskRunTemplate: {serviceAccountName: default}
        """
    }

    private static func pipeline(web: String) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata: {name: remote}
        spec:
          tasks:
            - name: greet
              taskRef: {resolver: http, params: [{name: url, value: "\(web)/task.yaml"}]}
              params: [{name: who, value: Ada}]

        """
    }

    private static func taskRun(_ url: String) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: t}
        spec:
          taskRef: {resolver: http, params: [{name: url, value: "\(url)"}]}
        """
    }

    @Test(.needsEngine) func `a pipeline comes from a repository and its task from a server`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let web = try WebServer(files: ["/task.yaml": Self.task("greet", "echo Hello $(params.who)")])
            let sample = try SampleRepository()
            let commit = try sample.commit(["pipeline.yaml": .text(Self.pipeline(web: web.url))])
            let server = try GitServer(sample.folder)
            let git = "http://127.0.0.1:\(server.port)/sample.git"
            let program = try Program(scratch: scratch)
            try program.write(Self.run(git: git, web: web.url), to: "run.yaml")
            let ended = try await program.run("run", "-f", "run.yaml", "-o", "json")
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.errors.contains("Hello Ada"))
            let objects = try ended.objects()
            func source(_ kind: String) throws -> [String: Any] {
                let object = try #require(objects.first { $0["kind"] as? String == kind })
                let status = try #require(object["status"] as? [String: Any])
                let provenance = try #require(status["provenance"] as? [String: Any])
                return try #require(provenance["refSource"] as? [String: Any])
            }
            let pipeline = try source("PipelineRun")
            #expect(pipeline["uri"] as? String == "git+\(git)")
            #expect(pipeline["digest"] as? [String: String] == ["sha1": commit])
            #expect(pipeline["entryPoint"] as? String == "pipeline.yaml")
            #expect(try source("TaskRun")["uri"] as? String == "\(web.url)/task.yaml")
        }
    }

    @Test(.needsEngine) func `what is not there fails the run in Tekton's words`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let web = try WebServer(files: [:])
            let program = try Program(scratch: scratch)
            try program.write(Self.taskRun("\(web.url)/none.yaml"), to: "run.yaml")
            let ended = try await program.run("run", "-f", "run.yaml", "-o", "json")
            #expect(ended.status == 1, "\(ended.errors)")
            let status = try #require(try ended.objects().first?["status"] as? [String: Any])
            let condition = try #require((status["conditions"] as? [[String: Any]])?.first)
            #expect(condition["reason"] as? String == "TaskRunResolutionFailed")
            let message = try #require(condition["message"] as? String)
            #expect(message.hasPrefix("error requesting remote resource: error getting \"Http\" \"default/http-"))
            #expect(message.hasSuffix("\": requested URL '\(web.url)/none.yaml' is not found"))
        }
    }

    @Test func `a server that is not there ends the command before anything starts`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            // A port that the machine gives to nobody.
            try program.write(Self.taskRun("http://127.0.0.1:1/task.yaml"), to: "run.yaml")
            let ended = try await program.run("run", "-f", "run.yaml")
            #expect(ended.status == 69, "\(ended.errors)")
            #expect(ended.errors.contains("cannot reach 127.0.0.1 (nobody listens there)"))
            #expect(ended.errors.contains("nothing was started"))
        }
    }

    @Test func `what admission refuses is told with its place`() async throws {
        try await withScratch { scratch in
            let broken = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec: {steps: [{nme: s}]}\n"
            let web = try WebServer(files: ["/task.yaml": broken])
            let program = try Program(scratch: scratch)
            try program.write(Self.taskRun("\(web.url)/task.yaml"), to: "run.yaml")
            let ended = try await program.run("run", "-f", "run.yaml")
            #expect(ended.status == 65, "\(ended.errors)")
            #expect(ended.errors.contains("\(web.url)/task.yaml:4:"))
            #expect(ended.errors.contains("nme"))
        }
    }

    @Test func `a Secret from outside opens the door`() async throws {
        try await withScratch { scratch in
            let task = Self.task("t", "true")
            let web = try WebServer { request in
                // ada:open sesame
                request.headers["authorization"] == "Basic YWRhOm9wZW4gc2VzYW1l" ? .init(200, task) : .init(401)
            }
            let program = try Program(scratch: scratch)
            let params =
                "{name: http-username, value: ada}, {name: http-password-secret, value: door}, {name: url, value:"
            try program.write(
                Self.taskRun("\(web.url)/task.yaml").replacingOccurrences(of: "{name: url, value:", with: params),
                to: "run.yaml"
            )
            let arguments = ["refs", "fetch", "-f", "run.yaml"]
            let closed = try await program.run(arguments)
            #expect(closed.status == 65, "\(closed.errors)")
            #expect(closed.errors.contains("cannot get API token, secret door not found in namespace default"))
            let open = try await program.start(
                arguments + ["--secret", "door/password=env:DOOR"],
                environment: ["DOOR": "open sesame"]
            ).ended()
            #expect(open.status == 0, "\(open.errors)")
            #expect(open.output.hasPrefix("Task t: http "))
        }
    }

    @Test func `references are locked, verified and kept to`() async throws {
        try await withScratch { scratch in
            let sample = try SampleRepository()
            try sample.commit(["task.yaml": .text(Self.task("first", "true"))])
            let server = try GitServer(sample.folder)
            let program = try Program(scratch: scratch)
            let git = "http://127.0.0.1:\(server.port)/sample.git"
            let manifest = """
                apiVersion: tekton.dev/v1
                kind: TaskRun
                metadata: {name: t}
                spec:
                  taskRef:
                    resolver: git
                    params: [{name: url, value: "\(git)"}, {name: pathInRepo, value: task.yaml}]
                """
            try program.write(manifest, to: "run.yaml")
            func refs(_ words: String...) async throws -> Program.Ended {
                try await program.run(["refs"] + words + ["-f", "run.yaml"])
            }
            #expect(try await refs("verify").status == 66)
            let list = try await refs("list")
            #expect(list.output.contains("url=\(git) pathInRepo=task.yaml"), "\(list.errors)")
            let locked = try await refs("lock")
            #expect(locked.status == 0, "\(locked.errors)")
            #expect(locked.output.hasPrefix("new: git url=\(git) pathInRepo=task.yaml: Task first at sha1:"))
            let file = program.directory.appending(path: "drydock.lock")
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(text.contains("content: sha256:"))
            #expect(try await refs("verify").status == 0)
            #expect(try await refs("list").output.contains("  yes\n"))

            try sample.commit(["task.yaml": .text(Self.task("second", "true"))])
            let changed = try await refs("verify")
            #expect(changed.status == 65)
            #expect(changed.output.hasPrefix("changed, sha1:"))
            #expect(try await refs("fetch").output.hasPrefix("Task second: "))
            #expect(try await refs("fetch", "--locked").output.hasPrefix("Task first: "))

            try program.write(manifest.replacingOccurrences(of: "task.yaml", with: "other.yaml"), to: "run.yaml")
            let unknown = try await refs("fetch", "--locked")
            #expect(unknown.status == 65)
            #expect(unknown.errors.contains("is not in drydock.lock; run drydock refs lock"))
        }
    }

    @Test(.needsEngine) func `offline, what was fetched is enough`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let web = try WebServer(files: ["/task.yaml": Self.task("greet", "echo it ran")])
            try program.write(Self.taskRun("\(web.url)/task.yaml"), to: "run.yaml")
            let early = try await program.run("run", "--offline", "-f", "run.yaml")
            #expect(early.status == 69)
            #expect(early.errors.contains("is not in the cache of references; run drydock refs fetch"))
            #expect(web.requests.isEmpty)
            #expect(try await program.run("refs", "fetch", "-f", "run.yaml").status == 0)
            let asked = web.requests.count
            let ended = try await program.run("run", "--offline", "-f", "run.yaml")
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(web.requests.count == asked)
            #expect(ended.output.contains("it ran"))
            let kept = try await program.run("df")
            #expect(kept.output.contains("Fetched references (1)"), "\(kept.errors)")
        }
    }

    @Test func `a way that is not gone is refused by name`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let params = "{name: org, value: o}, {name: repo, value: r}, {name: pathInRepo, value: t.yaml}"
            for (reference, words) in [
                ("{resolver: git, params: [\(params)]}", "the API of a git hosting service is not spoken"),
                ("{resolver: mine}", "only bundles, cluster, git, http and hub are resolvers here"),
            ] {
                try program.write(
                    """
                    apiVersion: tekton.dev/v1
                    kind: TaskRun
                    metadata: {name: t}
                    spec: {taskRef: \(reference)}
                    """,
                    to: "run.yaml"
                )
                let ended = try await program.run("run", "-f", "run.yaml")
                #expect(ended.status == 65, "\(ended.errors)")
                #expect(ended.errors.contains(words))
            }
        }
    }
}
