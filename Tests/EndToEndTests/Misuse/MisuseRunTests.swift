import Foundation
import Glibc
import Testing

/// Wrong ways of using drydock that show only beside an engine.
@Suite(.needsEngine)
struct MisuseRunTests {
    private static func taskRun(_ image: String, _ step: String = #"script: "true""#) -> String {
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: t}
        spec: {taskSpec: {steps: [{name: s, image: "\(image)", \(step)}]}}
        """
    }

    private func run(
        _ manifest: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        prepare: (Program) throws -> Void = { _ in }
    ) async throws -> Program.Ended {
        try await Engine.prepareImage()
        return try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(manifest, to: "m.yaml")
            try prepare(program)
            let home = environment.mapValues { $0.replacingOccurrences(of: "HOME", with: program.home.path) }
            let ended = try await program.start(["run", "-f", "m.yaml"] + arguments, environment: home).ended()
            #expect(try await Engine.objects(ofStateIn: program.home).isEmpty)
            return ended
        }
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var manifest: String
        var arguments: [String] = []
        var says: String
    }

    /// What a cluster admits and then fails, so that the run fails too.
    static let failures = [
        Failure(
            testDescription: "a missing ConfigMap",
            manifest: taskRun(
                Engine.image,
                #"env: [{name: X, valueFrom: {configMapKeyRef: {name: nowhere, key: k}}}], script: "true""#
            ),
            says: #"configmap "nowhere" not found"#
        ),
        Failure(
            testDescription: "a param of the wrong type",
            manifest: """
                apiVersion: tekton.dev/v1
                kind: TaskRun
                metadata: {name: t}
                spec:
                  params: [{name: who, value: [a]}]
                  taskSpec: {params: [{name: who}], steps: [{name: s, image: busybox, script: "true"}]}
                """,
            says: "who"
        ),
        Failure(
            testDescription: "an image that may not be pulled",
            manifest: taskRun("drydock-samples/nowhere:1"),
            arguments: ["--pull", "never"],
            says: #"Container image "drydock-samples/nowhere:1" is not present with pull policy of Never"#
        ),
        Failure(
            testDescription: "an image that cannot be",
            manifest: taskRun("A B:://x"),
            says: "the registry 'A B::' is malformed"
        ),
    ]

    @Test(arguments: failures)
    func `what fails on a cluster fails here, with the name of what is missing`(_ failure: Failure) async throws {
        let ended = try await run(failure.manifest, failure.arguments)
        #expect(ended.status == 1, "\(ended.errors)")
        #expect(ended.output.contains(failure.says), "\(ended.output)")
    }

    @Test func `a state folder that is a file is told`() async throws {
        let ended = try await run(Self.taskRun(Engine.image), environment: ["XDG_STATE_HOME": "HOME/file"]) {
            try Data().write(to: $0.home.appending(path: "file"))
        }
        #expect(ended.status == 73)
        #expect(ended.errors.contains("file: Not a directory"), "\(ended.errors)")
    }

    private static let isRoot = geteuid() == 0

    @Test(.enabled(if: isRoot, "only root can mount"), arguments: ["size=64k", "ro"])
    func `a state folder that takes nothing is told`(_ options: String) async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.taskRun(Engine.image), to: "m.yaml")
            let folder = scratch.appending(path: "state").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            // A mount in a namespace of its own goes with the program.
            let script = "mount -t tmpfs -o \(options) tmpfs \(folder) && exec \"$@\""
            let ended = try await program.shell(
                "exec unshare -m --propagation private sh -c '\(script)' sh \"$@\"",
                [Program.executable.path, "run", "-f", "m.yaml"],
                environment: ["XDG_STATE_HOME": folder]
            )
            #expect(ended.status == 73, "\(ended.errors)")
            let says = options == "ro" ? "Read-only file system" : "the disk is full"
            #expect(ended.errors.contains(says), "\(ended.errors)")
            let messages = ended.errors.split(separator: "\n").filter { $0.hasPrefix("drydock: ") }
            #expect(messages.count == 1, "\(ended.errors)")
        }
    }

    @Test func `without HOME the user's own home is taken`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.taskRun(Engine.image), to: "m.yaml")
            let folders = ["STATE", "DATA", "CACHE"].map { ("XDG_\($0)_HOME", program.home.path) }
            let ended = try await program.shell(
                "unset HOME; exec \"$@\"",
                [Program.executable.path, "run", "-f", "m.yaml"],
                environment: Dictionary(uniqueKeysWithValues: folders)
            )
            #expect(ended.status == 0, "\(ended.errors)")
        }
    }

    @Test(arguments: ["exec \"$@\" <&-", "exec \"$@\" >&-", "exec \"$@\" 2>&-"])
    func `a closed standard file changes nothing else`(_ script: String) async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.taskRun(Engine.image, "script: echo spoken"), to: "m.yaml")
            let ended = try await program.shell(script, [Program.executable.path, "run", "-f", "m.yaml"])
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.contains("[s] spoken") == !script.contains(" >&-"))
            #expect(try await Engine.objects(ofStateIn: program.home).isEmpty)
        }
    }

    @Test func `a reader that goes away stops the run, and nothing is left`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.taskRun(Engine.image, "script: 'while true; do echo y; done'"), to: "m.yaml")
            let ended = try await program.shell(
                "{ \"$@\"; echo \"status $?\" >&2; } | head -n 3",
                [Program.executable.path, "run", "-f", "m.yaml"]
            )
            #expect(ended.output == "[s] y\n[s] y\n[s] y\n")
            #expect(ended.errors.contains("nobody reads the output any more"))
            #expect(ended.errors.hasSuffix("status 143\n"), "\(ended.errors)")
            #expect(try await Engine.objects(ofStateIn: program.home).isEmpty)
        }
    }

    @Test func `a line of 2 MB comes out whole`() async throws {
        let step = #"script: 'head -c 2000000 /dev/zero | tr "\\0" x; echo; echo after'"#
        let ended = try await run(Self.taskRun(Engine.image, step))
        #expect(ended.status == 0, "\(ended.errors)")
        let lines = ended.output.split(separator: "\n")
        #expect(lines.first?.utf8.count == 2_000_004)
        #expect(lines.dropFirst().first == "[s] after")
    }
}
