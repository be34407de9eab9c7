import Docker
import SystemPackage
import Testing

// Images, archives, volumes, networks and events.

extension EngineTests {
    @Test func `an imported image has what it was given`() async throws {
        try await Engine.use { session in
            let image = try #require(try await session.docker.inspectImage(Engine.image))
            // Another test may have given the same content a second name for a moment.
            #expect(image.repoTags.contains(Engine.image))
            #expect(image.config.command == ["sh", "-c", "echo from the image"])
            #expect(image.config.entrypoint == [])
            #expect(image.config.workingDir == "/tmp")
            #expect(image.config.env == ["PATH=/bin"])
            #expect(image.config.labels == [Engine.label: "image \"$quoted\""])
            let listed = try await session.docker.listImages(labels: [Engine.label])
            #expect(listed.map(\.id).contains(image.id))
        }
    }

    @Test func `an image may have a further name for a while`() async throws {
        try await Engine.use { session in
            let name = "drydock-samples/docker-tests:\(session.id)"
            try await session.docker.tagImage(Engine.image, as: name)
            let first = try await session.docker.inspectImage(Engine.image)?.id
            let second = try await session.docker.inspectImage(name)?.id
            try await session.docker.removeImage(name)
            let afterwards = try await session.docker.inspectImage(name)
            #expect(first != nil && first == second)
            #expect(afterwards == nil)
            try await session.docker.removeImage(name)
        }
    }

    @Test func `archives go in and come out, whether the container runs or not`() async throws {
        try await Engine.use { session in
            try await session.withContainer(session.configuration("cat /tmp/d/in; ls -ln /tmp/d/in")) { id in
                var tar = TarWriter()
                tar.addDirectory("d")
                tar.addFile("d/in", contents: Array("hello\n".utf8), mode: 0o640, uid: 1000, gid: 1000)
                try await session.docker.putArchive(id, path: "/tmp", tar: tar.finish())
                let frames = try await session.docker.attach(id)
                try await session.docker.startContainer(id)
                var output: [UInt8] = []
                for try await frame in frames { output += frame.bytes }
                let text = String(decoding: output, as: UTF8.self)
                #expect(text.hasPrefix("hello\n-rw-r-----"))
                #expect(text.contains(" 1000 "))
                _ = try await session.docker.waitContainer(id)
                let back = try #require(try await session.docker.getArchive(id, path: "/tmp/d/in"))
                #expect(back.count % 512 == 0)
                #expect(String(decoding: back, as: UTF8.self).contains("hello\n"))
                let missing = try await session.docker.getArchive(id, path: "/tmp/d/out")
                #expect(missing == nil)
                await #expect(throws: DockerError.self) {
                    try await session.docker.putArchive(id, path: "/no/such/folder", tar: tar.finish())
                }
            }
        }
    }

    @Test func `a volume outlives its containers`() async throws {
        try await Engine.use { session in
            let name = "docker-tests-\(session.id)"
            let volume = try await session.docker.createVolume(name: name, labels: session.labels)
            #expect(volume.name == name)
            #expect(volume.labels == session.labels)
            var configuration = session.configuration("echo kept > /data/file")
            configuration.host.binds = ["\(name):/data"]
            let first = try await session.run(configuration)
            #expect(first.exit.code == 0)
            configuration.entrypoint = ["cat", "/data/file"]
            let second = try await session.run(configuration)
            #expect(second.text == "kept\n")
            try await session.withContainer(configuration) { _ in
                let error = await #expect(throws: DockerError.self) { try await session.docker.removeVolume(name) }
                guard case .conflict = error else {
                    Issue.record("\(error as Any)")
                    return
                }
            }
            let listed = try await session.docker.listVolumes(labels: ["\(Engine.label)=\(session.id)"])
            #expect(listed.map(\.name) == [name])
            try await session.docker.removeVolume(name)
            try await session.docker.removeVolume(name)
        }
    }

    @Test func `containers on a network have addresses there`() async throws {
        try await Engine.use { session in
            let name = "docker-tests-\(session.id)"
            let network = try await session.docker.createNetwork(name: name, labels: session.labels)
            let listed = try await session.docker.listNetworks(labels: ["\(Engine.label)=\(session.id)"])
            #expect(listed.map(\.id) == [network])
            #expect(listed.first?.driver == "bridge")
            #expect(listed.first?.gateway != nil)
            var configuration = session.configuration("sleep 1000")
            configuration.host.networkMode = .network(name)
            try await session.withContainer(configuration) { id in
                try await session.docker.startContainer(id)
                let details = try await session.docker.inspectContainer(id)
                #expect(details?.addresses[name] != nil)
                #expect(details?.address == details?.addresses[name])
            }
            try await session.docker.removeNetwork(network)
            try await session.docker.removeNetwork(network)
        }
    }

    @Test func `events tell of a container's life`() async throws {
        try await Engine.use { session in
            let events = try await session.docker.events(
                types: ["container"],
                labels: ["\(Engine.label)=\(session.id)"],
                actions: ["create", "start", "die", "destroy"]
            )
            _ = try await session.run(session.configuration("exit 4"))
            var seen: [String] = []
            for try await event in events {
                seen.append(event.action)
                if event.action == "die" { #expect(event.attributes["exitCode"] == "4") }
                if event.action == "destroy" { break }
            }
            #expect(seen == ["create", "start", "die", "destroy"])
        }
    }

    @Test func `many may ask for the disk use at once`() async throws {
        try await Engine.use { session in
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 {
                    group.addTask { try await session.docker.diskUse().images.count }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts.count == 12 && counts.allSatisfy { $0 > 0 })
        }
    }
}
