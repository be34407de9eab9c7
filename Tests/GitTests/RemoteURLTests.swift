import Git
import Testing

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
}
