import Docker
import Foundation
import Testing

/// `drydock df` and `drydock prune`: what is kept, and what goes.
@Suite(.needsEngine)
struct PruneTests {
    /// A step that waits for its sibling's file in a claim; two steps have a sandbox.
    private static let sleeping = """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata:
          name: sleeper
        spec:
          workspaces: [{name: w, persistentVolumeClaim: {claimName: kept}}]
          taskSpec:
            workspaces: [{name: w}]
            steps:
              - name: wait
                image: IMAGE
                script: |
                  echo one > $(workspaces.w.path)/file
                  while ! [ -e $(workspaces.w.path)/go ]; do sleep 0.1; done
              - name: after
                image: IMAGE
                script: |
                  cat $(workspaces.w.path)/file
        """

    private func state(_ program: Program) -> URL { program.home.appending(path: ".local/state/drydock") }

    /// The claims on the disk, as paths.
    private func claims(_ program: Program) -> [URL] {
        let root = program.home.appending(path: ".local/share/drydock/claims")
        return
            (FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? [])
            .filter { $0.lastPathComponent == "kept" }
    }

    private func logs(_ program: Program) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: state(program).appending(path: "runs").path)
    }

    private func untilItWaits(_ program: Program) async throws -> URL {
        let limit = Date().addingTimeInterval(120)
        while Date() < limit {
            if let claim = claims(program).first,
                FileManager.default.fileExists(atPath: claim.appending(path: "file").path)
            {
                return claim
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CocoaError(.fileNoSuchFile)
    }

    @Test func `what a live drydock uses stays, whoever prunes, and goes afterwards`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let text = Self.sleeping.replacingOccurrences(of: "IMAGE", with: Engine.image)
            try program.write(text, to: "m.yaml")
            let started = try program.start(["run", "-f", "m.yaml"])
            let claim = try await untilItWaits(program)

            let ours = try await program.run("prune", "--all", "-y")
            #expect(ours.status == 0, "\(ours.errors)")
            let others = try await Program(scratch: scratch.appending(path: "other")).run("prune", "--all", "-y")
            #expect(others.status == 0, "\(others.errors)")
            #expect(try logs(program).count == 1)
            #expect(FileManager.default.fileExists(atPath: claim.appending(path: "file").path))
            #expect(try await Engine.objects(ofStateIn: program.home).count == 3)

            try Data().write(to: claim.appending(path: "go"))
            let ended = try await started.ended()
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.contains("[after] one"))

            let kept = try await program.run("prune", "--older-than", "0s", "-y")
            #expect(kept.status == 0, "\(kept.errors)")
            #expect(kept.output.contains("1 run log"))
            #expect(FileManager.default.fileExists(atPath: claim.appending(path: "file").path))
            let all = try await program.run("prune", "--all", "-y")
            #expect(all.status == 0, "\(all.errors)")
            #expect(all.output.contains("removed 1 claim"), "\(all.output)")
            #expect(claims(program).isEmpty)
            #expect(try logs(program).isEmpty)
            let bin = state(program).appending(path: "bin").path
            #expect(try FileManager.default.contentsOfDirectory(atPath: bin).isEmpty)
        }
    }

    @Test func `without an answer nothing is removed`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let log = state(program).appending(path: "runs/old")
            try FileManager.default.createDirectory(at: log, withIntermediateDirectories: true)
            try Data("{}\n".utf8).write(to: log.appending(path: "events.jsonl"))
            let ended = try await program.run("prune", "--older-than", "0s")
            #expect(ended.status == 64, "\(ended.errors)")
            #expect(ended.errors.contains("run log old"))
            #expect(ended.errors.contains("nothing was removed. Add -y to do it"))
            #expect(try logs(program) == ["old"])
            let young = try await program.run("prune", "-y")
            #expect(young.status == 0, "\(young.errors)")
            #expect(try logs(program) == ["old"])
        }
    }

    @Test func `an age that is none is said`() async throws {
        try await withScratch { scratch in
            let ended = try await Program(scratch: scratch).run("prune", "--older-than", "soon")
            #expect(ended.status == 64)
            #expect(ended.errors.contains("soon"))
        }
    }

    @Test func `the numbers of df add up, and are those of the disk`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let text = Self.sleeping.replacingOccurrences(of: "IMAGE", with: Engine.image)
                .replacingOccurrences(of: "while ! ", with: "false && ! ")
                .replacingOccurrences(of: "; do sleep 0.1; done", with: " || true")
            try program.write(text, to: "m.yaml")
            let ran = try await program.run("run", "-f", "m.yaml")
            #expect(ran.status == 0, "\(ran.errors)")
            let ended = try await program.run("df", "-o", "json")
            #expect(ended.status == 0, "\(ended.errors)")
            let value = try JSONSerialization.jsonObject(with: Data(ended.output.utf8))
            let report = try #require(value as? [String: Any])
            let groups = try #require(report["groups"] as? [[String: Any]])
            var sizes: [String: Int] = [:]
            for group in groups {
                let items = try #require(group["items"] as? [[String: Any]])
                let sum = items.reduce(0) { $0 + ($1["size"] as? Int ?? 0) }
                #expect(group["size"] as? Int == sum)
                sizes[group["name"] as? String ?? ""] = sum
            }
            #expect(report["total"] as? Int == sizes.values.reduce(0, +))
            #expect((sizes["claims"] ?? 0) > 0)
            #expect((sizes["runLogs"] ?? 0) > 0)
            #expect((sizes["programs"] ?? 0) > 0)
            let onEngine = ["sandboxImages", "containers", "volumes"].reduce(0) { $0 + (sizes[$1] ?? 0) }
            #expect(sizes.values.reduce(0, +) - onEngine == (try bytesOnDisk(program)))
            let table = try await program.run("df")
            #expect(table.output.contains(#/Claims \(1\)/#))
            #expect(table.output.contains("default/kept of project"))
        }
    }

    private func bytesOnDisk(_ program: Program) throws -> Int {
        let folders = [".local/state/drydock", ".local/share/drydock", ".cache/drydock"]
        let paths = folders.map { program.home.appending(path: $0).path }
            .filter { FileManager.default.fileExists(atPath: $0) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["du", "-s", "-B1"] + paths
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").compactMap { Int($0.prefix { $0 != "\t" }) }.reduce(0, +)
    }

    @Test func `without an engine the files are shown, and the code says that this is not all`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let socket = scratch.appending(path: "no.sock").path
            let ended = try await program.run("df", environment: ["DOCKER_HOST": "unix://\(socket)"])
            #expect(ended.status == 69)
            #expect(ended.output.contains("Run logs (0)"))
            let pruned = try await program.run("prune", "-y", environment: ["DOCKER_HOST": "unix://\(socket)"])
            #expect(pruned.status == 69)
        }
    }
}
