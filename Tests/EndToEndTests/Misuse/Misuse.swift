import Foundation
import Testing

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

    /// One clear message, the right code, nothing left.
    func check() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            if let manifest = manifest {
                try Data(manifest).write(to: program.directory.appending(path: "m.yaml"))
            }
            let before = try FileManager.default.subpathsOfDirectory(atPath: program.directory.path)
            let ended = try await program.start(
                ["run"] + arguments,
                environment: ["DOCKER_HOST": "unix:///nowhere/docker.sock"].merging(environment) { $1 }
            ).ended()
            #expect(ended.status == status, "\(ended.errors)")
            for text in says { #expect(ended.errors.contains(text), "\(ended.errors)") }
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
}

extension Misuse {
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
}
