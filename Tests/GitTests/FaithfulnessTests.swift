import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// A later step finds in a clone what git-init would have left there.
struct FaithfulnessTests {
    let world: SampleWorld

    init() throws { world = try SampleWorld() }

    /// Clones with both and compares what is left.
    private func compare(_ order: GitInit, mirrors: MirrorCache? = nil, to folder: String = "ours") async throws {
        let theirs = try world.makeFolder("theirs-\(folder)")
        try order.run(in: theirs)
        let ours = world.folder.appending(folder)
        _ = try await Cloner.clone(CloneRequest(order, to: ours, mirrors: mirrors))
        try expectSame(ours, theirs)
    }

    private func expectSame(_ ours: FilePath, _ theirs: FilePath) throws {
        let expected = try Traces(folder: theirs).all()
        let found = try Traces(folder: ours).all()
        #expect(Set(found.keys) == Set(expected.keys))
        for (question, answer) in expected.sorted(by: { $0.key < $1.key }) {
            #expect(found[question] == answer, "\(question)")
        }
    }

    // MARK: - Revisions

    @Test(arguments: [
        "main", "light", "v2", "feature/x", "refs/heads/main", "tags/v1", "refs/pull/1/head", "",
    ])
    func `a revision leaves what git leaves`(revision: String) async throws {
        for depth in 0...3 {
            let order = GitInit(url: world.url("app.git"), revision: revision, depth: depth, submodules: false)
            try await compare(order, mirrors: depth == 2 ? world.mirrors : nil, to: "ours-\(depth)")
        }
    }

    @Test func `a commit that no branch ends with leaves what git leaves`() async throws {
        for depth in 0...2 {
            let order = GitInit(url: world.url("app.git"), revision: world.first, depth: depth, submodules: false)
            try await compare(order, mirrors: depth == 1 ? world.mirrors : nil, to: "ours-\(depth)")
        }
    }

    @Test func `a repository on this machine leaves what git leaves`() async throws {
        for (depth, revision) in [(1, "main"), (0, "v2"), (2, "")] {
            let url = world.folder.appending("app.git").string
            let order = GitInit(url: url, revision: revision, depth: depth, submodules: false)
            try await compare(order, to: "local-\(depth)")
        }
    }

    @Test func `a shallow clone need not keep branches of the remote`() async throws {
        let url = world.url("app.git")
        let order = GitInit(url: url, revision: "main", submodules: false, keepsFetchRefspec: false)
        try await compare(order)
    }

    // MARK: - Refspecs

    @Test(arguments: [
        ("refs/heads/main:refs/heads/main", "main", 0...2),
        ("+refs/heads/*:refs/remotes/origin/*", "origin/main", 0...2),
        ("refs/heads/*:refs/heads/* refs/tags/v1", "main", 0...2),
        ("tag v2 +refs/heads/feature/x:refs/x/1", "refs/x/1", 0...2),
        ("refs/heads/main:refs/heads/main", "v2", 0...0),
        ("refs/pull/*/head:refs/remotes/origin/pr/*", "origin/pr/1", 0...2),
        ("main:topic ^refs/heads/feature/*", "topic", 1...1),
        ("+refs/tags/*:refs/tags/* main", "light", 1...1),
        ("main:heads/a v1:refs/tags/b", "a~1", 2...2),
    ])
    func `a refspec leaves what git leaves`(refspec: String, revision: String, depths: ClosedRange<Int>) async throws {
        for depth in depths {
            let order = GitInit(
                url: world.url("app.git"),
                revision: revision,
                depth: depth,
                refspec: refspec,
                submodules: false
            )
            try await compare(order, mirrors: depth == 1 ? world.mirrors : nil, to: "ours-\(depth)")
        }
    }

    // MARK: - Submodules

    @Test(arguments: [0, 1, 2])
    func `submodules leave what git leaves`(depth: Int) async throws {
        let order = GitInit(url: world.url("outer.git"), revision: "main", depth: depth)
        try await compare(order, mirrors: depth == 1 ? nil : world.mirrors)
    }

    @Test func `submodules may be few, and shallow`() async throws {
        let url = world.url("outer.git")
        var request = CloneRequest(GitInit(url: url), to: world.folder.appending("all"), mirrors: world.mirrors)
        #expect(try await Cloner.clone(request).submodules == ["deps/middle", "deps/middle/sub/app", "zwei"])
        request.destination = world.folder.appending("few")
        request.submodulePaths = ["./zwei/"]
        #expect(try await Cloner.clone(request).submodules == ["zwei"])
        request.destination = world.folder.appending("none")
        request.submodulePaths = ["drei"]
        await #expect(throws: GitError.self) { try await Cloner.clone(request) }
    }

    // MARK: - Sparse checkouts

    @Test(arguments: [
        "lib", "/lib/", "lib/deep,!*.md", "nothing", "/*,!/*/,/lib/,!/lib/*/,/lib/deep/", "*.md", "docs/**/a.md",
        "lib,,!lib/deep", "/lib/deep/*,!/lib/deep/[xy]", "l?b/", "**/deep", "README.md,docs",
    ])
    func `a sparse checkout leaves what git leaves`(patterns: String) async throws {
        let order = GitInit(url: world.url("app.git"), revision: "main", submodules: false, sparse: patterns)
        try await compare(order)
    }

    @Test func `submodules of a sparse checkout leave what git leaves`() async throws {
        try await compare(GitInit(url: world.url("outer.git"), revision: "main", sparse: "zwei"))
    }

    // MARK: - Afterwards

    @Test func `a shallow clone can be deepened, and fetches what is new`() async throws {
        let order = GitInit(url: world.url("app.git"), revision: "main", submodules: false)
        let ours = world.folder.appending("ours")
        _ = try await Cloner.clone(CloneRequest(order, to: ours, mirrors: world.mirrors))
        let theirs = try world.makeFolder("theirs")
        try order.run(in: theirs)
        for folder in [ours, theirs] {
            try SampleRepository.git(["-C", folder.string, "fetch", "-q", "--unshallow"])
            try SampleRepository.git(["-C", folder.string, "fetch", "-q", "origin"])
        }
        let questions = [
            ["log", "--all", "--format=%H"], ["fsck", "--full"], ["describe", "--always"], ["for-each-ref"],
        ]
        for question in questions {
            let answers = try [ours, theirs].map { try SampleRepository.git(["-C", $0.string] + question) }
            #expect(answers[0] == answers[1])
        }
    }
}

extension CloneRequest {
    init(_ order: GitInit, to destination: FilePath, mirrors: MirrorCache? = nil) {
        self.init(
            url: RemoteURL(order.url),
            revision: order.revision,
            destination: destination,
            depth: order.depth,
            includesSubmodules: order.submodules,
            refspec: order.refspec,
            sparsePaths: order.sparse.isEmpty
                ? [] : order.sparse.split(separator: ",", omittingEmptySubsequences: false).map { String($0) },
            keepsFetchRefspec: order.keepsFetchRefspec,
            mirrors: mirrors
        )
    }
}
