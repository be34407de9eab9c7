import Testing

@testable import Git

struct RemoteURLTests {
    @Test(arguments: [
        ("https://example.com/a.git", RemoteURL.Transport.https),
        ("HTTP://example.com/a.git", .http),
        ("git://example.com/a", .git),
        ("ssh://git@example.com/a", .ssh),
        ("git@example.com:a/b.git", .ssh),
        ("example.com:a", .ssh),
        ("file:///srv/a.git", .local(path: "/srv/a.git")),
        ("file:///srv/with%20blank", .local(path: "/srv/with blank")),
        ("file:///srv/100%", .local(path: "/srv/100%")),
        ("/srv/a:b", .local(path: "/srv/a:b")),
        ("  /srv/a\n", .local(path: "/srv/a")),
        ("ftp://example.com/a", .other("ftp")),
    ])
    func `the address says how the repository is reached`(text: String, transport: RemoteURL.Transport) {
        #expect(RemoteURL(text).transport == transport)
    }

    @Test(arguments: [
        ("https://ada:secret@example.com/a.git", "https://***@example.com/a.git"),
        ("https://example.com/a@b", "https://example.com/a@b"),
        ("/srv/a", "/srv/a"),
    ])
    func `a password in an address is not shown`(text: String, masked: String) {
        #expect(RemoteURL(text).masked == masked)
    }

    @Test(arguments: [
        ("https://example.com:8080/a", "example.com"), ("https://ada@[::1]:80/a", "::1"), ("/srv/a", ""),
    ])
    func `the host is named without its port`(text: String, host: String) {
        #expect(RemoteURL(text).host == host)
    }

    @Test(arguments: [
        ("https://ada:secret@example.com/a.git/", "https://example.com/a"),
        ("git@example.com:b/a.git", "example.com:b/a"),
        ("ssh://git@example.com/a", "ssh://example.com/a"), ("https://example.com/a@b", "https://example.com/a@b"),
        ("/srv/a@b.git", "/srv/a@b"), ("file:///srv/.git", "file:///srv/"),
    ])
    func `FETCH_HEAD names an address without a user`(text: String, name: String) {
        #expect(RemoteURL(text).nameInFetchHead == name)
    }

    @Test(arguments: [
        ("https://example.com/a/top.git", "../mid.git", "https://example.com/a/mid.git"),
        ("https://example.com/a/top.git/", "../mid.git", "https://example.com/a/mid.git"),
        ("https://example.com/a/top.git", "../../b/mid.git/", "https://example.com/b/mid.git"),
        ("https://example.com/a/top.git", "./mid", "https://example.com/a/top.git/mid"),
        ("git@example.com:top.git", "../mid.git", "git@example.com:mid.git"),
        ("git@example.com:a/top.git", "../mid.git", "git@example.com:a/mid.git"),
        ("https://example.com/a", "https://example.org/b", "https://example.org/b"),
    ])
    func `a submodule's address is relative to that of its repository`(base: String, written: String, url: String) {
        #expect(RemoteURL(base).resolving(written)?.text == url)
    }

    @Test func `an address cannot be left`() {
        #expect(RemoteURL("host:a").resolving("../../../b") == nil)
    }

    @Test(arguments: [
        [
            "https://example.com/a/b.git", "https://example.com/a/b", "https://example.com/a/b/",
            "HTTPS://Example.com/a/b",
            "https://ada:secret@example.com/a/b.git", "https://token@example.com/a/b",
        ],
        ["ssh://git@example.com/a/b", "ssh://git:secret@example.com/a/b.git/"],
        ["git@example.com:a/b", "git@example.com:a/b.git"],
    ])
    func `spellings of one address have one mirror`(spellings: [String]) {
        let names = Set(spellings.map { RemoteURL($0).mirrorName })
        #expect(names.count == 1)
        #expect(names.allSatisfy { !$0.contains("/") && !$0.contains("secret") && !$0.contains("token") })
    }

    @Test func `different addresses have different mirrors`() {
        let texts = [
            "https://example.com/a/b", "http://example.com/a/b", "https://example.com/A/b",
            "https://example.com:8443/a/b",
            "ssh://git@example.com/a/b", "ssh://ada@example.com/a/b", "git@example.com:a/b", "https://example.com/a-b",
        ]
        #expect(Set(texts.map { RemoteURL($0).mirrorName }).count == texts.count)
    }

    @Test(arguments: [
        ("", "it is empty"), ("://example.com/a", "nothing stands before '://'"),
        ("no scheme://example.com/a", "'no scheme' is no scheme"), ("https:///a", "it names no host"),
        ("https://exa mple.com/a", "'exa mple.com' is no host"), ("https://me:secret@/a", "it names no host"),
        ("http://example.com:http/a", "'http' is no port"), ("http://[::1/a", "the bracket of its host is not closed"),
        ("git://example.com:99999/a", "'99999' is no port"), ("example.com:", "it names no path"),
        ("me@exa mple.com:a", "'exa mple.com' is no host"),
    ])
    func `what cannot be an address is told`(text: String, problem: String) {
        #expect(RemoteURL(text).problem == problem)
    }

    @Test(arguments: [
        "https://example.com/a b", "http://[::1]:80/a", "https://me:p@ss@example.com:8443/a", "git://example.com/a",
        "me@example.com:a", "[::1]:a", "ssh://me@example.com:22/~/a", "/a", "file:///a", "../a", "s3://bucket/a",
        "git+ssh://example.com/a", "https://example.com?a",
    ])
    func `what may be one is left to git`(text: String) {
        #expect(RemoteURL(text).problem == nil)
    }
}
