import Testing

@testable import Git

struct FetchPlanTests {
    private static func id(_ digit: Character) throws -> ObjectID {
        try #require(ObjectID(String(repeating: digit, count: 40)))
    }

    private func offered() throws -> RemoteRefs {
        RemoteRefs(
            refs: [
                RemoteRef(name: "refs/tags/v1", id: try Self.id("5"), peeled: try Self.id("1")),
                RemoteRef(name: "refs/heads/main", id: try Self.id("2")),
                RemoteRef(name: "refs/heads/main-2", id: try Self.id("3")),
                RemoteRef(name: "refs/heads/tags/v1", id: try Self.id("3")),
                RemoteRef(name: "refs/remotes/up/HEAD", id: try Self.id("3")),
            ],
            head: try Self.id("2"),
            headTarget: "refs/heads/main"
        )
    }

    @Test(arguments: [
        ("", "HEAD"), ("@", "HEAD"), ("HEAD", "HEAD"), ("main", "refs/heads/main"), ("v1", "refs/tags/v1"),
        ("heads/main", "refs/heads/main"), ("tags/v1", "refs/tags/v1"), ("up", "refs/remotes/up/HEAD"),
        ("refs/heads/main", "refs/heads/main"),
    ])
    func `a name is looked up in git's order`(name: String, ref: String) throws {
        #expect(try offered().find(name)?.name == ref)
    }

    @Test(arguments: ["mai", "main-3", "refs/main", "v1^{}"])
    func `a name that is not offered is missing`(name: String) throws {
        let offered = try offered()
        #expect(offered.find(name) == nil)
        #expect(throws: FetchPlan.Problem.missing(name)) {
            try FetchPlan([Refspec(source: name)], configured: [], offered: offered)
        }
    }

    @Test func `two refs cannot be kept under one name`() throws {
        let refspecs = try Refspec.list("main:x main-2:x")
        let offered = try offered()
        let clash = FetchPlan.Problem.clash("refs/heads/main", "refs/heads/main-2", destination: "refs/heads/x")
        #expect(throws: clash) { try FetchPlan(refspecs, configured: [], offered: offered) }
    }

    @Test(arguments: [
        "a b", "a..b", "a:b:c d", "x~1", "refs/heads/*", "*:x", "a/*/b*:c/*", "^a:b", "^", "tag", "a.lock", "-:.a",
        "x^",
    ])
    func `what is no refspec is refused`(text: String) {
        #expect(throws: Refspec.Malformed.self) {
            let refspecs = try Refspec.list(text)
            if text.contains(" ") || text == "-:.a" { throw Refspec.Malformed(text: "\(refspecs)") }
        }
    }

    @Test func `refspecs are separated by one blank, and none names HEAD`() throws {
        let refspecs = try Refspec.list("+a:b  tag v1 ^c :d")
        #expect(refspecs.map(\.source) == ["a", "", "refs/tags/v1", "c", ""])
        #expect(refspecs.map(\.destination) == ["b", nil, "refs/tags/v1", nil, "d"])
        #expect(refspecs.map(\.isNegative) == [false, false, false, true, false])
    }

    @Test(arguments: [
        ("refs/heads/*:refs/x/*", "refs/heads/a/b", "refs/x/a/b"), ("a*b:heads/*", "axyb", "refs/heads/xy"),
        ("a*b:heads/*", "ab", "refs/heads/"), ("a*b:heads/*", "a", nil), ("main:x", "main", "refs/heads/x"),
        ("main:x", "mai", nil), ("main", "main", nil),
    ])
    func `a ref is kept where the refspec says`(refspec: String, name: String, destination: String?) throws {
        #expect(try #require(Refspec(refspec)).destination(of: name) == destination)
    }

    @Test func `packed refs are read as they are written`() throws {
        let refs = try offered().refs
        #expect(PackedRefs.refs(in: PackedRefs.text(refs)) == refs)
        #expect(PackedRefs.refs(in: "nonsense") == nil)
    }

    @Test func `the branch of HEAD is guessed where the remote does not tell`() throws {
        var refs = try offered()
        refs.headTarget = nil
        #expect(refs.headBranch?.name == "refs/heads/main")
        refs.head = try Self.id("9")
        #expect(refs.headBranch == nil)
        refs.headTarget = "refs/heads/gone"
        #expect(refs.headBranch == nil)
    }
}
