import Foundation
import Manifests
import Resolvers
import SystemPackage
import TestSupport
import Testing

struct GitResolverTests {
    @Test func `a file is brought at a branch, a tag and a commit`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let sample = try SampleRepository()
        let first = try sample.commit(["tasks/a.yaml": .text(task("one"))])
        try sample.git("tag", "-a", "-m", "one", "v1")
        let second = try sample.commit(["tasks/a.yaml": .text(task("two"))])
        let server = try GitServer(sample.folder)
        defer { withExtendedLifetime(server) {} }
        let url = "http://127.0.0.1:\(server.port)/sample.git"
        for (revision, name, commit) in [("main", "two", second), ("v1", "one", first), (first, "one", first)] {
            let asked = reference("git", ["url": url, "revision": revision, "pathInRepo": "/tasks/a.yaml"])
            let brought = try await world.resolution().bring(asked)
            #expect(brought.text == task(name))
            #expect(
                brought.source == RefSource(uri: "git+\(url)", digest: ["sha1": commit], entryPoint: "tasks/a.yaml")
            )
        }
    }

    @Test func `a branch is main where none is named`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let sample = try SampleRepository()
        try sample.commit(["a.yaml": .text(task("one"))])
        let server = try GitServer(sample.folder)
        defer { withExtendedLifetime(server) {} }
        let asked = reference("git", ["url": "http://127.0.0.1:\(server.port)/sample.git", "pathInRepo": "a.yaml"])
        #expect(try await world.resolution().bring(asked).text == task("one"))
    }

    @Test func `links inside the repository are followed`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let sample = try SampleRepository()
        try sample.commit([
            "real/a.yaml": .text(task("one")), "latest": .link(to: "real"),
            "deep/up.yaml": .link(to: "../latest/a.yaml"),
            "out.yaml": .link(to: "../../etc/passwd"), "absolute.yaml": .link(to: "/etc/passwd"),
            "round": .link(to: "round"),
        ])
        let server = try GitServer(sample.folder)
        defer { withExtendedLifetime(server) {} }
        let url = "http://127.0.0.1:\(server.port)/sample.git"
        func asked(_ path: String) -> ResolverReference { reference("git", ["url": url, "pathInRepo": path]) }
        #expect(try await world.resolution().bring(asked("latest/a.yaml")).text == task("one"))
        #expect(try await world.resolution().bring(asked("deep/up.yaml")).text == task("one"))
        for path in ["out.yaml", "absolute.yaml"] {
            let text =
                "error opening file \"\(path)\": path \"\(path)\" attempts to escape the repository directory "
                + "(possible path traversal attack)"
            #expect(try await problem(with: asked(path), world.resolution()) == gitFailure(text))
        }
        for path in ["none.yaml", "round", "real/a.yaml/b"] {
            let text = "error opening file \"\(path)\": file does not exist"
            #expect(try await problem(with: asked(path), world.resolution()) == gitFailure(text))
        }
        let folder = try await problem(with: asked("real"), world.resolution())
        #expect(folder == gitFailure("error opening file \"real\": read real: is a directory"))
    }

    @Test func `what is not there fails in Tekton's words`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let sample = try SampleRepository()
        try sample.commit(["a.yaml": .text(task("one"))])
        let server = try GitServer(sample.folder)
        defer { withExtendedLifetime(server) {} }
        let url = "http://127.0.0.1:\(server.port)/sample.git"
        let revision = reference("git", ["url": url, "revision": "nope", "pathInRepo": "a.yaml"])
        #expect(
            try await problem(with: revision, world.resolution())
                == gitFailure("git fetch error: fatal: couldn't find remote ref nope: exit status 128")
        )
        let gone = "http://127.0.0.1:\(server.port)/gone.git"
        let repository = reference("git", ["url": gone, "pathInRepo": "a.yaml"])
        #expect(
            try await problem(with: repository, world.resolution())
                == gitFailure(
                    "error resolving repository: git clone error: fatal: repository '\(gone)/' not found: "
                        + "exit status 128"
                )
        )
    }

    @Test(
        arguments: [
            (["url": "https://a/b"], "missing required git resolver params: pathInRepo"),
            (["url": "/tmp/a", "pathInRepo": "x"], "invalid git repository url: /tmp/a"),
            (["url": "file:///tmp/a", "pathInRepo": "x"], "invalid git repository url: file:///tmp/a"),
            (
                ["url": "https://a/b", "pathInRepo": "x/../y"],
                "invalid path \"x/../y\": must not contain '..' components"
            ),
            (
                ["url": "https://a/b", "pathInRepo": "x", "revision": "--upload-pack=x"],
                "invalid revision \"--upload-pack=x\": must not begin with '-'"
            ),
            (
                ["url": "https://a/b", "pathInRepo": "x", "configKey": "other"],
                "no git resolver configuration found for configKey other"
            ),
        ] as [(KeyValuePairs<String, String>, String)]
    )
    func `params are checked in Tekton's words`(_ params: KeyValuePairs<String, String>, _ text: String) async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let found = try await problem(with: reference("git", params), world.resolution())
        #expect(found == .failed(.invalidRequest(text)))
    }

    @Test func `the API of hosting services is refused by name`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let asked = reference("git", ["pathInRepo": "x", "org": "o", "repo": "y", "token": "t"])
        guard case .notCarriedOut(let text) = try await problem(with: asked, world.resolution()) else {
            Issue.record("it was tried")
            return
        }
        #expect(text.contains("'repo'"))
    }

    @Test func `a token is sent as the password of git`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let sample = try SampleRepository()
        try sample.commit(["a.yaml": .text(task("one"))])
        let server = try GitServer(sample.folder, rules: .init(credential: "git:s3cr3t@/"))
        defer { withExtendedLifetime(server) {} }
        let url = "http://127.0.0.1:\(server.port)/sample.git"
        let anonymous = reference("git", ["url": url, "pathInRepo": "a.yaml"])
        #expect(
            try await problem(with: anonymous, world.resolution())
                == gitFailure("error resolving repository: clone error: authentication required")
        )
        let asked = reference("git", ["url": url, "pathInRepo": "a.yaml", "gitToken": "t"])
        let missing = try await problem(with: asked, world.resolution())
        #expect(missing == gitFailure("cannot get API token, secret t not found in namespace default"))
        world.addSecret("t", ["token": "s3cr3t@/"])
        let brought = try await world.resolution().bring(asked)
        #expect(brought.text == task("one"))
        #expect(brought.source.uri == "git+\(url)")
    }

    @Test func `offline, the mirror answers for what was fetched`() async throws {
        let world = try World()
        defer { withExtendedLifetime(world) {} }
        let sample = try SampleRepository()
        try sample.commit(["a.yaml": .text(task("one")), "b.yaml": .text(task("other"))])
        let url: String
        do {
            let server = try GitServer(sample.folder)
            defer { withExtendedLifetime(server) {} }
            url = "http://127.0.0.1:\(server.port)/sample.git"
            _ = try await world.resolution().bring(reference("git", ["url": url, "pathInRepo": "a.yaml"]))
        }
        let offline = world.resolution(isOffline: true)
        let other = reference("git", ["url": url, "pathInRepo": "b.yaml"])
        #expect(try await offline.bring(other).text == task("other"))
        let unknown = reference("git", ["url": url, "revision": "later", "pathInRepo": "a.yaml"])
        #expect(try await problem(with: unknown, offline) == .notCached(reference: unknown.summary))
    }

    private func gitFailure(_ text: String) -> ResolverError { .failed(.resource(resolver: "Git", text)) }
}
