import Foundation
import Glibc
import Testing

/// Wrong ways of using drydock that need no engine: one clear message, the right code, nothing left.
struct MisuseTests {
    /// What is wrong, and what a user reads about it.
    struct Misuse: Sendable, CustomTestStringConvertible {
        var name: String
        /// The file `m.yaml`; none is written for nil.
        var manifest: [UInt8]?
        var arguments = ["-f", "m.yaml"]
        var environment: [String: String] = [:]
        var status: Int32
        var says: [String]
        var testDescription: String { name }

        init(
            _ name: String,
            manifest: String? = nil,
            bytes: [UInt8]? = nil,
            _ arguments: [String] = [],
            environment: [String: String] = [:],
            status: Int32,
            says: String...
        ) {
            self.name = name
            self.manifest = bytes ?? manifest.map { Array($0.utf8) }
            self.arguments = (self.manifest == nil ? [] : ["-f", "m.yaml"]) + arguments
            self.environment = environment
            self.status = status
            self.says = says
        }
    }

    static let taskRun = """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: t}
        spec: {taskSpec: {steps: [{name: s, image: busybox, script: "true"}]}}

        """

    static let definitions = """
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata: {name: p}
        spec:
          params: [{name: who}, {name: pair, type: object, properties: {a: {}}, default: {a: b}}]
          workspaces: [{name: w}]
          tasks: [{name: a, taskSpec: {steps: [{name: s, image: busybox, script: "true"}]}}]
        ---
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: p}
        spec: {steps: [{name: s, image: busybox, script: "true"}]}
        """

    private static let manifests = [
        Misuse("no file", status: 64, says: "name a manifest, as in: drydock run -f pipeline.yaml"),
        Misuse(
            "a file that is not there",
            ["-f", "nowhere.yaml"],
            status: 66,
            says: "no file or directory nowhere.yaml"
        ),
        Misuse(
            "a directory without YAML",
            ["-f", "."],
            status: 66,
            says: "there is no .yaml, .yml or .json file in ."
        ),
        Misuse("an empty file", manifest: "", status: 66, says: "no document found in m.yaml"),
        Misuse("broken YAML", manifest: "a: b\nc: [d", status: 65, says: "m.yaml:", "error[DD1001]"),
        Misuse("a tab", manifest: "a:\n\tb: c", status: 65, says: "m.yaml:2:1", "a tab cannot indent YAML"),
        Misuse(
            "10 MB",
            manifest: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n"
                + String(repeating: "    abcdefghijklmnopqrstuvwxyz\n", count: 340_000),
            status: 66,
            says: "no PipelineRun, TaskRun, Pipeline or Task in m.yaml; there is: 1 ConfigMap"
        ),
        Misuse(
            "10,000 documents",
            manifest: (0..<10_000).map { "apiVersion: v1\nkind: Pod\nmetadata: {name: a\($0)}\n" }
                .joined(separator: "---\n"),
            status: 66,
            says: "there is: 10000 Pod"
        ),
        Misuse(
            "nesting",
            manifest: "spec: " + String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000),
            status: 65,
            says: "m.yaml:1:",
            "nested more than 500 deep"
        ),
        Misuse(
            "aliases of aliases",
            manifest: "a: &a [x,x,x,x,x,x,x,x,x]\n"
                + "bcdefghij".reduce(into: (text: "", last: "a")) { bomb, key in
                    let aliases = Array(repeating: "*\(bomb.last)", count: 9).joined(separator: ",")
                    bomb = (bomb.text + "\(key): &\(key) [\(aliases)]\n", String(key))
                }.text,
            status: 65,
            says: "m.yaml:7:",
            "use fewer aliases of aliases"
        ),
        Misuse("a binary file", bytes: Array(0...255), status: 65, says: "control character U+0000 is not allowed"),
        Misuse("another encoding", bytes: Array("a: caf".utf8) + [0xE9], status: 65, says: "save the file as UTF-8"),
        Misuse(
            "only other kinds",
            manifest: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}",
            status: 66,
            says: "there is: 1 Deployment"
        ),
        Misuse(
            "a very long line",
            manifest: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: \""
                + String(repeating: "y", count: 3_000_000) + "\", x: z}",
            status: 65,
            says: "m.yaml:4:"
        ),
        Misuse(
            "a cycle",
            manifest: """
                apiVersion: tekton.dev/v1
                kind: Pipeline
                metadata: {name: p}
                spec:
                  tasks:
                    - {name: a, runAfter: [b], taskRef: {name: x}}
                    - {name: b, runAfter: [a], taskRef: {name: x}}
                """,
            ["p"],
            status: 65,
            says: "m.yaml:6:",
            #"cycle detected; task "a" depends on "b""#
        ),
    ]

    private static let arguments = [
        Misuse(
            "a missing param",
            manifest: definitions,
            ["pipeline/p", "-w", "name=w,emptyDir="],
            status: 64,
            says: "Pipeline 'p' needs param 'who'; add -p who=VALUE"
        ),
        Misuse(
            "a missing workspace",
            manifest: definitions,
            ["pipeline/p", "-p", "who=x"],
            status: 64,
            says: "needs workspace 'w'; add -w name=w,emptyDir="
        ),
        Misuse(
            "an unknown workspace",
            manifest: definitions,
            ["pipeline/p", "-p", "who=x", "-w", "name=v,emptyDir="],
            status: 64,
            says: "has no workspace 'v': it declares w"
        ),
        Misuse(
            "an unknown param",
            manifest: definitions,
            ["pipeline/p", "-p", "whom=x"],
            status: 64,
            says: "has no param 'whom': it declares who, pair"
        ),
        Misuse(
            "a param twice",
            manifest: definitions,
            ["pipeline/p", "-p", "who=x", "-p", "who=y"],
            status: 64,
            says: "param 'who' is given more than once"
        ),
        Misuse(
            "a param of the wrong type",
            manifest: definitions,
            ["pipeline/p", "-p", "pair=x"],
            status: 64,
            says: "param 'pair' is an object: expected key:value,key:value"
        ),
        Misuse(
            "-p without a value",
            manifest: definitions,
            ["pipeline/p", "-p", "who"],
            status: 64,
            says: "'who' is not a param: expected name=value"
        ),
        Misuse(
            "-w without a name",
            manifest: definitions,
            ["pipeline/p", "-w", "w=x"],
            status: 64,
            says: "expected name=NAME and one of emptyDir="
        ),
        Misuse(
            "a workspace directory that is not there",
            manifest: definitions,
            ["pipeline/p", "-w", "name=w,path=nowhere"],
            status: 66,
            says: "workspace directory 'nowhere' is not there"
        ),
        Misuse(
            "a workspace that is a file",
            manifest: definitions,
            ["pipeline/p", "-w", "name=w,path=m.yaml"],
            status: 66,
            says: "a workspace path must be a directory"
        ),
        Misuse(
            "an unknown target",
            manifest: definitions,
            ["pipeline/q"],
            status: 66,
            says: "there is no pipeline 'q' in the manifests; there are: p"
        ),
        Misuse(
            "an ambiguous target",
            manifest: definitions,
            ["p"],
            status: 64,
            says: "say which: pipeline/p or task/p"
        ),
        Misuse("two targets", manifest: definitions, ["p", "q"], status: 64, says: "Unexpected argument 'q'"),
        Misuse(
            "no room for any task",
            manifest: taskRun,
            ["--max-parallel", "0"],
            status: 64,
            says: "--max-parallel must be at least 1"
        ),
        Misuse(
            "an unknown flag",
            manifest: taskRun,
            ["--kubeconfg", "x"],
            status: 64,
            says: "Unknown option '--kubeconfg'"
        ),
        Misuse(
            "a value that a flag does not take",
            manifest: taskRun,
            ["--pull", "sometimes"],
            status: 64,
            says: "'always', 'missing' or 'never'"
        ),
        Misuse("nothing on standard input", ["-f", "-"], status: 66, says: "no document found in -"),
    ]

    private static let engines = [
        ("tcp://127.0.0.1:1", "nobody listens there"),
        ("unix:///nowhere/docker.sock", "no such socket"),
        ("engine", "it must begin with unix:// or tcp://"),
        ("ftp://engine", "use unix:// or tcp://"),
        ("tcp://", "it names no machine"),
    ].map { host, says in
        Misuse(
            "the engine \(host)",
            manifest: taskRun,
            environment: ["DOCKER_HOST": host],
            status: 69,
            says: host,
            says,
            "start Docker, or say where it is with DOCKER_HOST"
        )
    }

    @Test(arguments: manifests + arguments + engines)
    func `one clear message, the right code, nothing left`(_ misuse: Misuse) async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            if let manifest = misuse.manifest {
                try Data(manifest).write(to: program.directory.appending(path: "m.yaml"))
            }
            let before = try FileManager.default.subpathsOfDirectory(atPath: program.directory.path)
            let ended = try await program.start(
                ["run"] + misuse.arguments,
                environment: ["DOCKER_HOST": "unix:///nowhere/docker.sock"].merging(misuse.environment) { $1 }
            ).ended()
            #expect(ended.status == misuse.status, "\(ended.errors)")
            for text in misuse.says { #expect(ended.errors.contains(text), "\(ended.errors)") }
            // One message: of drydock itself, or of the parser of arguments.
            let messages = ended.errors.split(separator: "\n").filter {
                $0.hasPrefix("drydock:") || $0.hasPrefix("Error:")
            }
            #expect(messages.count == 1, "\(ended.errors)")
            #expect(ended.errors.utf8.count < 2500)
            #expect(ended.output == "")
            #expect(try FileManager.default.subpathsOfDirectory(atPath: program.directory.path) == before)
            #expect(try FileManager.default.subpathsOfDirectory(atPath: program.home.path) == [])
        }
    }

    @Test func `an engine that speaks something else is told so`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.taskRun, to: "m.yaml")
            let server = try BannerServer(at: scratch.appending(path: "s").path)
            defer { server.stop() }
            let ended = try await program.start(
                ["run", "-f", "m.yaml"],
                environment: ["DOCKER_HOST": "unix://\(server.path)"]
            ).ended()
            #expect(ended.status == 69, "\(ended.errors)")
            #expect(ended.errors.contains("\(server.path) (from DOCKER_HOST): what answers there does not speak HTTP"))
        }
    }

    @Test(arguments: ["exec \"$@\" <&-", "exec \"$@\" </", "exec \"$@\" >&- <&-"])
    func `standard input that cannot be read is no crash`(_ script: String) async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let command = [Program.executable.path, "run", "-f", "-"]
            let ended = try await program.shell(script, command)
            #expect(ended.status == 66, "\(ended.errors)")
            #expect(ended.errors.hasPrefix("drydock: "))
        }
    }

    /// An ordinary user, as who the superuser can act.
    private static let isRoot = geteuid() == 0

    @Test(.enabled(if: isRoot, "only root can be somebody else"), arguments: ["file", "workspace", "socket"])
    func `what an ordinary user may not touch is told with 77`(_ what: String) async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(what == "workspace" ? Self.definitions : Self.taskRun, to: "m.yaml")
            let socket = try BannerServer(at: scratch.appending(path: "s").path)
            defer { socket.stop() }
            for path in [program.directory.path, program.home.path, scratch.path] { chmod(path, 0o755) }
            var arguments = ["run", "-f", "m.yaml"]
            var says = "\(socket.path) (from DOCKER_HOST): permission denied; join the group"
            switch what {
            case "file":
                chmod(program.directory.appending(path: "m.yaml").path, 0o600)
                says = "cannot read m.yaml: Permission denied"
            case "workspace":
                try FileManager.default.createDirectory(
                    at: program.directory.appending(path: "d"),
                    withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700]
                )
                arguments += ["pipeline/p", "-p", "who=x", "-w", "name=w,path=d"]
                says = "workspace directory 'd' cannot be read by this user"
            case "socket": chmod(socket.path, 0o600)
            default: return
            }
            let script = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\""
            let executable = try program.copyOfExecutable(in: scratch)
            let ended = try await program.shell(
                script,
                [executable] + arguments,
                environment: ["DOCKER_HOST": "unix://\(socket.path)"]
            )
            #expect(ended.status == 77, "\(ended.errors)")
            #expect(ended.errors.contains(says), "\(ended.errors)")
        }
    }
}
