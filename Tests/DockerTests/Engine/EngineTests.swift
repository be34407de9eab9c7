import Docker
import Foundation
import SystemPackage
import Testing

/// The client against the engine of this machine.
@Suite(.needsEngine, WithImage())
struct EngineTests {
    @Test func `the engine tells about itself`() async throws {
        try await Engine.use { session in
            let version = try await session.docker.version()
            let newest = try #require(APIVersion(version.apiVersion))
            #expect(newest >= DockerClient.oldestAPI)
            #expect(session.docker.apiVersion == min(newest, DockerClient.newestAPI))
            let info = try await session.docker.info()
            #expect(info.osType == "linux")
            #expect(info.processors > 0)
            #expect(info.serverVersion == version.version)
        }
    }

    @Test(arguments: [0, 1, 42, 127, 255])
    func `an exit code arrives`(code: Int) async throws {
        try await Engine.use { session in
            let ended = try await session.run(session.configuration("exit \(code)"))
            #expect(ended.exit == ContainerExit(code: code))
        }
    }

    @Test func `both streams arrive, apart`() async throws {
        try await Engine.use { session in
            let ended = try await session.run(session.configuration("echo out; echo err >&2; printf 'no end'"))
            #expect(ended.text == "out\nno end")
            #expect(ended.errorText == "err\n")
        }
    }

    @Test func `without settings a container does what its image says`() async throws {
        try await Engine.use { session in
            var configuration = ContainerConfiguration(image: Engine.image)
            configuration.labels = session.labels
            let unchanged = try await session.run(configuration)
            #expect(unchanged.text == "from the image\n")
            configuration.command = ["sh", "-c", "pwd; id -u"]
            let changed = try await session.run(configuration)
            #expect(changed.text == "/tmp\n0\n")
        }
    }

    @Test func `user, directory and variables reach the process`() async throws {
        try await Engine.use { session in
            var configuration = session.configuration("id -u; pwd; echo \"$A|$B\"; echo $PATH")
            configuration.user = "1000:1000"
            configuration.workingDir = "/etc"
            configuration.env = ["A=a b", "B=$A=ü"]
            let ended = try await session.run(configuration)
            #expect(ended.text == "1000\n/etc\na b|$A=ü\n/bin\n")
        }
    }

    @Test func `200 000 lines arrive in order`() async throws {
        try await Engine.use { session in
            let ended = try await session.run(session.configuration("seq 200000"))
            #expect(ended.exit.code == 0)
            let isSame = ended.text == (1...200_000).map { "\($0)\n" }.joined()
            #expect(isSame, "\(ended.output.count) bytes, the end is \(ended.text.suffix(30))")
        }
    }

    @Test func `the output can be read again, whole or its end`() async throws {
        try await Engine.use { session in
            try await session.withContainer(session.configuration("seq 100")) { id in
                try await session.docker.startContainer(id)
                _ = try await session.docker.waitContainer(id)
                var all: [UInt8] = []
                for try await frame in try await session.docker.logs(id) { all += frame.bytes }
                #expect(String(decoding: all, as: UTF8.self) == (1...100).map { "\($0)\n" }.joined())
                var end: [UInt8] = []
                for try await frame in try await session.docker.logs(id, follow: true, tail: 2) { end += frame.bytes }
                #expect(String(decoding: end, as: UTF8.self) == "99\n100\n")
                var later: [UInt8] = []
                let tomorrow = Date(timeIntervalSinceNow: 86_400)
                for try await frame in try await session.docker.logs(id, since: tomorrow) { later += frame.bytes }
                #expect(later == [])
            }
        }
    }

    @Test(arguments: [("SIGKILL", 137), ("SIGTERM", 7)])
    func `a signal reaches the process`(signal: String, code: Int) async throws {
        try await Engine.use { session in
            // The loop ends by a signal only.
            let script = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done"
            try await session.withContainer(session.configuration(script)) { id in
                let frames = try await session.docker.attach(id)
                let exit = try await session.docker.watchExit(of: id)
                try await session.docker.startContainer(id)
                for try await _ in frames { break }
                try await session.docker.killContainer(id, signal: signal)
                let end = try await exit.value()
                #expect(end == ContainerExit(code: code))
                let state = try #require(try await session.docker.inspectContainer(id)).state
                #expect(state.exitCode == code)
                #expect(!state.isRunning)
                let started = try #require(state.startedAt)
                let finished = try #require(state.finishedAt)
                #expect(started < finished)
                await #expect(throws: DockerError.self) { try await session.docker.killContainer(id) }
            }
        }
    }

    @Test func `a container can be stopped, and stopped again`() async throws {
        try await Engine.use { session in
            try await session.withContainer(session.configuration("sleep 1000")) { id in
                try await session.docker.startContainer(id)
                try await session.docker.startContainer(id)
                try await session.docker.stopContainer(id, timeout: 0)
                try await session.docker.stopContainer(id, timeout: 0)
                let exit = try await session.docker.waitContainer(id)
                #expect(exit.code == 137)
            }
        }
    }

    @Test func `a program that is not there is the engine's complaint`() async throws {
        try await Engine.use { session in
            var configuration = session.configuration("")
            configuration.entrypoint = ["/no/such/program"]
            try await session.withContainer(configuration) { id in
                let error = await #expect(throws: DockerError.self) { try await session.docker.startContainer(id) }
                guard case .refused("starting the container '\(id.prefix(12))'", _, let message) = error else {
                    Issue.record("\(error as Any)")
                    return
                }
                #expect(message.contains("/no/such/program"))
            }
        }
    }

    @Test func `a command in a running container has output and exit code`() async throws {
        try await Engine.use { session in
            try await session.withContainer(session.configuration("sleep 1000")) { id in
                try await session.docker.startContainer(id)
                let script = "echo $A; pwd; id -u; echo no >&2; exit 3"
                let result = try await session.docker.exec(
                    id,
                    command: ["sh", "-c", script],
                    user: "1000",
                    env: ["A=x"],
                    workingDir: "/etc",
                    timeout: .seconds(60)
                )
                #expect(result.exitCode == 3)
                #expect(result.text.split(separator: "\n").sorted() == ["/etc", "1000", "no", "x"])
                let long = try await session.docker.exec(id, command: ["seq", "300000"])
                #expect(long.exitCode == 0)
                #expect(long.output.count == 1 << 20)
                #expect(long.text.hasPrefix("1\n2\n3\n"))
            }
        }
    }

    @Test func `a name can be had once`() async throws {
        try await Engine.use { session in
            let name = "docker-tests-\(session.id)"
            let first = try await session.docker.createContainer(session.configuration("true"), name: name)
            let error = await #expect(throws: DockerError.self) {
                try await session.docker.createContainer(session.configuration("true"), name: name)
            }
            guard case .conflict(let request, _) = error else {
                Issue.record("\(error as Any)")
                return
            }
            #expect(request == "creating the container '\(name)' of '\(Engine.image)'")
            let listed = try await session.docker.listContainers(labels: ["\(Engine.label)=\(session.id)"])
            #expect(listed.map(\.names) == [[name]])
            #expect(listed.map(\.id) == [first])
            #expect(listed.map(\.state) == ["created"])
            try await session.docker.removeContainer(name)
        }
    }

    @Test func `what is removed is not found`() async throws {
        try await Engine.use { session in
            let docker = session.docker
            let id = try await session.withContainer(session.configuration("true")) { $0 }
            let details = try await docker.inspectContainer(id)
            #expect(details == nil)
            try await docker.removeContainer(id)
            let attempts: [(DockerClient) async throws -> Void] = [
                { try await $0.startContainer(id) },
                { try await $0.stopContainer(id) },
                { try await $0.killContainer(id) },
                { _ = try await $0.waitContainer(id) },
                { _ = try await $0.attach(id) },
                { _ = try await $0.logs(id) },
                { _ = try await $0.exec(id, command: ["true"]) },
                { _ = try await $0.getArchive(id, path: "/tmp") },
                { try await $0.putArchive(id, path: "/tmp", tar: TarWriter().finish()) },
            ]
            for attempt in attempts {
                let error = await #expect(throws: DockerError.self) { try await attempt(docker) }
                guard case .notFound(_, let message) = error else {
                    Issue.record("\(error as Any)")
                    continue
                }
                #expect(message.contains(id))
            }
            let missing = ContainerConfiguration(image: "drydock-samples/none:\(session.id)")
            let error = await #expect(throws: DockerError.self) { try await docker.createContainer(missing) }
            guard case .notFound = error else {
                Issue.record("\(error as Any)")
                return
            }
        }
    }

    @Test func `a cancelled wait ends while the container runs on`() async throws {
        try await Engine.use { session in
            let docker = session.docker
            try await session.withContainer(session.configuration("echo ready; sleep 1000")) { id in
                let frames = try await docker.attach(id)
                let exit = try await docker.watchExit(of: id)
                try await docker.startContainer(id)
                let (starts, start) = AsyncStream.makeStream(of: Void.self)
                let waiting = Task { try await exit.value() }
                let listening = Task {
                    for try await _ in frames { start.yield() }
                }
                for await _ in starts { break }
                waiting.cancel()
                listening.cancel()
                await #expect(throws: CancellationError.self) { _ = try await waiting.value }
                await #expect(throws: CancellationError.self) { try await listening.value }
                let details = try await docker.inspectContainer(id)
                #expect(details?.state.isRunning == true)
            }
        }
    }
}
