import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Git

/// What follows from addresses and settings alone.
struct TransportValueTests {
    @Test(
        arguments: [
            ("git@example.com:a/b.git", "git", "example.com", nil, "a/b.git"),
            ("example.com:/srv/a b", nil, "example.com", nil, "/srv/a b"),
            ("ssh://git@example.com:2222/a%20b", "git", "example.com", 2222, "/a b"),
            ("ssh://example.com/~ada/a", nil, "example.com", nil, "~ada/a"),
            ("example.com:~/a", nil, "example.com", nil, "~/a"),
            ("git+ssh://[::1]:22/a", nil, "::1", 22, "/a"),
            ("ada@[::1]:a", "ada", "::1", nil, "a"),
            ("[example.com:2222]:a", nil, "example.com", 2222, "a"),
        ] as [(String, String?, String, Int?, String)]
    )
    func `an address of ssh is read as git reads it`(
        text: String,
        user: String?,
        host: String,
        port: Int?,
        path: String
    ) throws {
        let address = try SSHAddress(RemoteURL(text))
        #expect(address.user == user)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.path == path)
        #expect(RemoteURL(text).host == host)
    }

    @Test(arguments: [
        "ssh://-oProxyCommand=x/a", "-oProxyCommand=x:a", "host:-a", "ssh://host", "ssh://-x@host/a", "host:",
        "ssh://host:99999/a",
    ])
    func `an address that ssh would misread is refused`(text: String) {
        #expect(throws: GitError.self) { try SSHAddress(RemoteURL(text)) }
    }

    @Test func `the path is quoted for the server's shell`() throws {
        let address = try SSHAddress(RemoteURL("host:it's $(here)!"))
        #expect(address.command == #"git-upload-pack 'it'\''s $(here)'\!''"#)
    }

    @Test(arguments: [
        ("https://ada:secret@example.com/a.git/", "https://example.com/a"), ("git@example.com:a.git", "example.com:a"),
        ("ssh://git@example.com/a", "ssh://example.com/a"), ("/srv/a@b:c.git", "/srv/a@b:c"),
    ])
    func `git names an address without the user in it`(text: String, name: String) {
        #expect(RemoteURL(text).nameInFetchHead == name)
    }

    @Test(arguments: [
        ("example.com", "example.com", true), ("example.com", "www.example.com", true),
        (".example.com", "example.com", true), ("example.com", "notexample.com", false),
        ("a, b ,EXAMPLE.com.", "example.com", true), ("*", "anything", true), ("a,*", "anything", false),
        ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "11.1.2.3", false), ("10.0.0.1", "10.0.0.1", true),
        ("fd00::/8", "fd12::1", true), ("[::1]", "::1", true), ("example.com:80", "example.com", false),
        ("", "example.com", false), ("0.0.1", "10.0.0.1", false),
    ])
    func `hosts are reached without a proxy as curl decides it`(list: String, host: String, isExcluded: Bool) {
        #expect(ProxyExclusion(list).contains(host) == isExcluded)
    }

    // MARK: - git's configuration

    @Test func `a configuration is read as git reads it`() throws {
        let text = """
            \u{FEFF}; a comment
            [Core] autoCRLF = true # yes
            \tname
            [http "https://Example.com/a\\"b"]
              proxy = " a ; b" c  \t
              header = one \\
            two\\t"x"
            [credential.Sub] helper=store

            """
        let entries = try GitConfiguration(text: text).entries
        #expect(
            entries == [
                .init(section: "core", name: "autocrlf", value: "true"),
                .init(section: "core", name: "name", value: nil),
                .init(section: "http", subsection: "https://Example.com/a\"b", name: "proxy", value: " a ; b c"),
                .init(section: "http", subsection: "https://Example.com/a\"b", name: "header", value: "one two\tx"),
                .init(section: "credential", subsection: "sub", name: "helper", value: "store"),
            ]
        )
    }

    @Test(arguments: [
        ("[core]\nname = \"a\n", 2), ("name = a", 1), ("[core\n", 1), ("[core]\n=\n", 2), ("[a]\nb=\\q", 2),
    ])
    func `a mistake is named with its line`(text: String, line: Int) {
        #expect(throws: GitConfiguration.SyntaxError(line: line)) { try GitConfiguration(text: text) }
    }

    @Test(arguments: [
        ("https://example.com/org/a.git", "org"), ("https://example.com/other", "host"),
        ("https://example.com/organ", "host"), ("https://ada@example.com/x", "user"),
        ("https://www.example.com/x", "wild"), ("https://example.org/x", "all"), ("http://example.com/x", "all"),
        ("https://example.com:8443/x", "port"),
    ])
    func `the setting for the closest address wins`(url: String, value: String) throws {
        let configuration = try GitConfiguration(
            text: """
                [http "https://example.com/org/"] proxy = org
                [http "https://example.com"] proxy = host
                [http "https://ada@example.com"] proxy = user
                [http "https://*.example.com"] proxy = wild
                [http "https://example.com:8443"] proxy = port
                [http] proxy = all
                """
        )
        let parts = try #require(URLParts(url))
        #expect(configuration.entries("http", "proxy", for: parts, .best).last?.value == value)
    }

    @Test(arguments: [
        ("[user]\nname = a\n[init]\ndefaultBranch = x\n[safe]\ndirectory = *", []),
        ("[core]\nautocrlf = input\nfileMode = true\npager = less", []),
        ("[credential]\nhelper = store\nhelper = cache\n[credential \"https://a\"]\nusername = u", []),
        ("[http]\nsslVerify = false\nproxy = http://p:1\n[http \"https://a\"]\nextraHeader = X: y", []),
        ("[core]\nautocrlf = true", ["core.autocrlf of its .gitconfig is 'true'"]),
        ("[core]\nhooksPath = /x", ["core.hookspath of its .gitconfig is '/x'"]),
        ("[credential]\nhelper = !echo", ["credential.helper of its .gitconfig is not carried out"]),
        ("[include]\npath = x", ["include.path of its .gitconfig is not carried out"]),
        ("[http \"https://a:b@c\"]\nsslCert = x", ["http.https://***@c.sslcert of its .gitconfig is not carried out"]),
        ("[filter \"lfs\"]\nrequired = true", ["filter.lfs.required of its .gitconfig is not carried out"]),
    ])
    func `settings that change a clone and are not carried out are listed`(text: String, found: [String]) throws {
        #expect(try GitConfiguration(text: text).unsupported == found)
    }

    @Test(
        arguments: [
            ("[credential]\nhelper = store", "https://example.com/x/y.git", "ada"),
            ("[credential]\nhelper = store\nuseHttpPath", "https://example.com/x/y.git", "path"),
            (
                "[credential]\nhelper = store\n[credential \"https://example.com\"]\nusername = bob",
                "https://example.com/a", "bob"
            ),
            ("[credential]\nhelper = store", "https://bob@example.com/a", "bob"),
            ("[credential]\nhelper = store", "https://example.com:8443/a", nil),
            ("[credential]\nhelper = store\nhelper =", "https://example.com/a", nil),
            ("[credential]\nhelper = store --file /tekton/home/more", "https://example.com/a", "more"),
            ("[credential \"https://other.com\"]\nhelper = store", "https://example.com/a", nil),
            ("", "https://example.com/a", nil),
        ] as [(String, String, String?)]
    )
    func `stored credentials are found as git finds them`(text: String, url: String, user: String?) throws {
        let home = try StepHomeFolder([
            ".git-credentials": """
            http://wrong:p@example.com
            https://ada:p@example.com
            https://bob:p@example.com
            https://path:p@example.com/x/y.git
            """, "more": "https://more:p@example.com",
        ])
        let credentials = StoredCredentials(
            home: StepHome(folder: home.path, names: ["/tekton/home"]),
            configuration: try GitConfiguration(text: text)
        )
        let parts = try #require(URLParts(url))
        #expect(credentials.credential(for: parts)?.user == user)
    }

    @Test func `a link that leads out of the home is not followed`() throws {
        let outside = try StepHomeFolder(["secret": "x"])
        let home = try StepHomeFolder([".ssh/id_rsa": "y"])
        try home.path.pushing("link").makeLink(to: outside.path.appending("secret"))
        let step = StepHome(folder: home.path, names: [])
        #expect(!step.contains("link"))
        #expect(try step.text(".ssh/id_rsa") == "y")
        #expect(step.place("~/../x") == nil)
        #expect(step.place("/root/x") == nil)
    }
}

extension FilePath {
    fileprivate func makeLink(to target: FilePath) throws {
        try FileManager.default.createSymbolicLink(atPath: string, withDestinationPath: target.string)
    }
}
