import Foundation
import Testing

/// `drydock doctor`: each finding with its fix.
struct DoctorTests {
    private static let manifest = """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata:
          name: t
        spec:
          taskSpec:
            steps:
              - {name: s, image: IMAGE, script: "true"}
              - {name: other, image: "none.example/other:1", script: "true"}
        """

    private func levels(_ ended: Program.Ended) throws -> [String: String] {
        let pairs = try ended.objects().map { ($0["topic"] as? String ?? "", $0["level"] as? String ?? "") }
        return Dictionary(pairs, uniquingKeysWith: { $0 == "ok" ? $1 : $0 })
    }

    @Test(.needsEngine) func `a machine that can run is found so`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let ended = try await program.start(["doctor", "-o", "json"], environment: noProxies).ended()
            #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
            let levels = try levels(ended)
            for topic in [
                "Engine", "Shared files", "Leftovers", "State folder", "Data folder", "Cache folder", "Proxy",
            ] {
                #expect(levels[topic] == "ok", "\(topic): \(ended.output)")
            }
            #expect(try await Engine.objects(ofStateIn: program.home).isEmpty)
            let data = program.home.appending(path: ".local/share/drydock")
            #expect(try FileManager.default.contentsOfDirectory(atPath: data.path) == [])
            let text = try await program.start(["doctor"], environment: noProxies).ended()
            #expect(text.output.hasPrefix("ok Engine          Docker "), "\(text.output)")
        }
    }

    private let noProxies = [
        "HTTP_PROXY": "", "HTTPS_PROXY": "", "ALL_PROXY": "", "http_proxy": "", "https_proxy": "", "all_proxy": "",
        "LC_ALL": "C",
    ]

    @Test func `without an engine the rest is looked at all the same`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.manifest, to: "m.yaml")
            let socket = scratch.appending(path: "no.sock").path
            let ended = try await program.start(
                ["doctor", "--offline", "-f", "m.yaml"],
                environment: ["DOCKER_HOST": "unix://\(socket)", "HTTPS_PROXY": "http://localhost:3128", "LC_ALL": "C"]
            ).ended()
            #expect(ended.status == 69)
            #expect(ended.output.hasPrefix("x  Engine          no Docker engine answers"), "\(ended.output)")
            #expect(ended.output.contains("ok State folder"))
            #expect(ended.output.contains("!  Proxy           HTTPS_PROXY points at localhost"))
            #expect(ended.output.contains("fix: let the proxy listen"))
            #expect(ended.output.contains("!  Images          cannot be looked at without an engine"))
        }
    }

    @Test func `a state folder that cannot be written is a problem`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            let file = scratch.appending(path: "file")
            try Data().write(to: file)
            let ended = try await program.start(
                ["doctor", "-o", "json"],
                environment: noProxies.merging(["XDG_STATE_HOME": file.path]) { $1 }
            ).ended()
            #expect(ended.status == 69)
            #expect(try levels(ended)["State folder"] == "problem", "\(ended.output)")
        }
    }

    @Test(.needsEngine) func `what is missing is a problem only offline`() async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Self.manifest.replacingOccurrences(of: "IMAGE", with: Engine.image), to: "m.yaml")
            let online = try await program.start(["doctor", "-f", "m.yaml"], environment: noProxies).ended()
            #expect(online.status == 0, "\(online.output)")
            #expect(online.output.contains("none.example/other:1 is not here and will be pulled"))
            let offline = try await program.start(["doctor", "--offline", "-f", "m.yaml"], environment: noProxies)
                .ended()
            #expect(offline.status == 69, "\(offline.output)")
            #expect(offline.output.contains("ok Image           \(Engine.image) is here"))
            #expect(offline.output.contains("x  Image           none.example/other:1 is missing"))
            #expect(offline.output.contains("fix: drydock images pull, while online"))
        }
    }
}
