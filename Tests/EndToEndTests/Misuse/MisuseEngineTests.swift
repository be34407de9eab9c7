import Foundation
import Testing

/// Engines that are none.
struct MisuseEngineTests {
    static let engines = [
        ("tcp://127.0.0.1:1", "nobody listens there"),
        ("unix:///nowhere/docker.sock", "no such socket"),
        ("engine", "it must begin with unix:// or tcp://"),
        ("ftp://engine", "use unix:// or tcp://"),
        ("tcp://", "it names no machine"),
    ].map { host, says in
        Misuse(
            "the engine \(host)",
            manifest: Misuse.taskRun,
            environment: ["DOCKER_HOST": host],
            status: 69,
            says: host,
            says,
            "start Docker, or say where it is with DOCKER_HOST"
        )
    }

    @Test(arguments: engines)
    func `an engine that is not there is told in one message`(_ misuse: Misuse) async throws {
        try await misuse.check()
    }

    @Test func `an engine that speaks something else is told so`() async throws {
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(Misuse.taskRun, to: "m.yaml")
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
}
