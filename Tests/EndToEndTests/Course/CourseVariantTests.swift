import Docker
import Foundation
import TestSupport
import Testing

/// The course's pipeline in other words: a branch with a submodule, over ssh from a server whose key is checked, and
/// two images of it, built and pushed at the same time.
@Suite(.needsEngine, .needsRegistry, .enabled(if: SSHServer.isExpected, "there is no /usr/sbin/sshd here"))
struct CourseVariantTests {
    let variant: CourseVariant

    init() throws { variant = try CourseVariant() }

    private func run(
        knownHosts: String,
        check: (Program.Ended, Program, Registry) async throws -> Void
    ) async throws {
        try await Engine.prepareClientImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(CourseVariant.tasks, to: "tasks.yaml")
            try program.write(CourseVariant.pipeline, to: "pipeline.yaml")
            try program.write(try variant.secret(knownHosts: knownHosts), to: "key.yaml")
            try program.write(try CourseVariant.registrySecret(), to: "store.yaml")
            try await Registry.with(in: scratch, isLocked: true) { registry in
                let arguments = [
                    "run", "-f", ".", "-o", "json", "-p", "address=\(variant.url)",
                    "-p", "branch=\(CourseVariant.branch)", "-p", "store=\(registry.address)",
                ]
                let ended = try await program.run(arguments)
                let outcome: Result<Void, any Error>
                do {
                    outcome = .success(try await check(ended, program, registry))
                } catch {
                    outcome = .failure(error)
                }
                try await Engine.withClient { docker in
                    for image in images(in: registry) { try await docker.removeImage(image) }
                }
                try outcome.get()
            }
            #expect(try await Engine.objects(ofStateIn: program.home).isEmpty)
        }
    }

    private func images(in registry: Registry) -> [String] {
        ["shop/api", "shop/web"].map { "\(registry.address)/\($0):\(variant.short)" }
    }

    /// Those images that the engine has.
    private func built(in registry: Registry) async throws -> [String] {
        try await Engine.withClient { docker in
            var there: [String] = []
            for image in images(in: registry) {
                if try await docker.inspectImage(image) != nil { there.append(image) }
            }
            return there
        }
    }

    /// What the claim holds.
    private func claim(of program: Program) throws -> URL {
        let claims = program.home.appending(path: ".local/share/drydock/claims")
        let names = try FileManager.default.subpathsOfDirectory(atPath: claims.path)
        let name = try #require(names.first { $0.hasSuffix("/default/trees") }, "\(names)")
        return claims.appending(path: name)
    }

    private func git(_ arguments: String..., in folder: URL) throws -> String {
        try SampleRepository.git(["-c", "safe.directory=*", "-C", folder.path] + arguments)
    }

    @Test func `it clones branch and submodule over ssh, builds both images and pushes them`() async throws {
        try await run(knownHosts: variant.server.knownHost) { ended, program, registry in
            #expect(ended.status == 0, "\(ended.errors)\n\(ended.output)")
            let status = try #require(try ended.objects().first?["status"] as? [String: Any])
            let results = try #require(status["results"] as? [[String: Any]])
            #expect(results.map { $0["value"] as? String } == [variant.commit, variant.url])

            let tree = try claim(of: program).appending(path: "shop")
            #expect(try git("rev-parse", "HEAD", in: tree) == variant.commit)
            #expect(try git("status", "--porcelain", in: tree) == "")
            #expect(try git("rev-parse", "HEAD", in: tree.appending(path: "web/theme")) == variant.themeCommit)
            let files = try git("ls-files", "--recurse-submodules", in: tree).split(separator: "\n")
            #expect(
                files == [
                    ".gitmodules", "README.md", "api/Dockerfile", "api/answer.sh", "web/Dockerfile", "web/page.txt",
                    "web/theme/style.txt",
                ]
            )
            let style = try String(contentsOf: tree.appending(path: "web/theme/style.txt"), encoding: .utf8)
            #expect(style == "a theme\n")

            #expect(try registry.tags() == ["shop/api:\(variant.short)", "shop/web:\(variant.short)"])
            #expect(try await built(in: registry) == images(in: registry))
        }
    }

    @Test(arguments: [true, false])
    func `with another host key, or an unknown one, it fails before anything is built`(isChanged: Bool) async throws {
        let other = try SSHServer(hostKey: .rsa)
        let place = isChanged ? "[127.0.0.1]:\(variant.server.port)" : "code.example"
        let line = other.knownHost.replacing("[127.0.0.1]:\(other.port)", with: place)
        try await run(knownHosts: line) { ended, program, registry in
            #expect(ended.status == 1, "\(ended.errors)")
            let says = isChanged ? "has another key than known_hosts says" : "is not known"
            #expect((ended.output + ended.errors).contains(says), "\(ended.errors)\n\(ended.output)")
            let status = try #require(try ended.objects().first?["status"] as? [String: Any])
            let skipped = try #require(status["skippedTasks"] as? [[String: Any]])
            #expect(Set(skipped.map { $0["name"] as? String }) == ["api-image", "web-image"])
            let claim = try claim(of: program)
            // The folder is made before the server is asked.
            #expect(try FileManager.default.subpathsOfDirectory(atPath: claim.path) == ["shop"])
            #expect(try registry.tags() == [])
            #expect(try await built(in: registry) == [])
            #expect(!variant.server.log.contains("Accepted"))
        }
    }
}
