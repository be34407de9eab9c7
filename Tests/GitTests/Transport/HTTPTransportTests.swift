import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// Clones over http and https, with what a step's home and environment say about them.
struct HTTPTransportTests {
    let cloning: Cloning

    init() throws { cloning = try Cloning() }

    private var folder: FilePath { cloning.repository.folder }
    private static let name = "sample.git"

    private func server(_ rules: GitServer.Rules = GitServer.Rules()) throws -> GitServer {
        try GitServer(folder, rules: rules)
    }

    // MARK: - Credentials

    @Test func `credentials of the home are used where its configuration asks for the store`() async throws {
        let server = try server(.init(credential: "ada:p@ss/word"))
        let files = [
            ".gitconfig": "[credential]\n\thelper = store\n",
            ".git-credentials": """
            https://ada:other@127.0.0.1:\(server.port)
            http://ada:other@127.0.0.1
            http://ada:p%40ss%2Fword@127.0.0.1:\(server.port)

            """,
        ]
        let home = try StepHomeFolder(files)
        try await cloning.clone(server.url(Self.name), RemoteAccess(home: home.path))
        let plain = try StepHomeFolder([".git-credentials": files[".git-credentials"] ?? ""])
        let error = try await cloning.failure(server.url(Self.name), RemoteAccess(home: plain.path))
        guard case .authenticationRequired(server.url(Self.name), _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `credentials in the address are used, and shown nowhere`() async throws {
        let server = try server(.init(credential: "ada:s3cret"))
        let url = "http://ada:s3cret@127.0.0.1:\(server.port)/\(Self.name)"
        let tree = try await cloning.clone(url, RemoteAccess())
        let fetched = try String(contentsOfFile: tree.pushing(".git/FETCH_HEAD").string, encoding: .utf8)
        #expect(fetched == "\(cloning.head)\t\thttp://127.0.0.1:\(server.port)/sample\n")
        let error = try await cloning.failure(url.replacing("s3cret", with: "wrong-one"), RemoteAccess())
        guard case .credentialsRefused = error else {
            Issue.record("\(error)")
            return
        }
        #expect(!error.description.contains("wrong-one"))
    }

    @Test func `a password is not sent to the host that a redirection leads to`() async throws {
        let target = try server(.init(credential: "ada:s3cret"))
        let place = "http://localhost:\(target.port)/\(Self.name)"
        let first = try server(.init(redirections: [Self.name: place]))
        let url = "http://ada:s3cret@127.0.0.1:\(first.port)/\(Self.name)"
        let header = "[http]\n\textraHeader = Authorization: Basic c2VjcmV0\n\textraHeader = X-Test: yes\n"
        let home = try StepHomeFolder([".gitconfig": header])
        let error = try await cloning.failure(url, RemoteAccess(home: home.path))
        guard case .authenticationRequired(place, _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(first.headers.contains("Authorization: Basic c2VjcmV0"))
        #expect(!target.headers.contains { $0.lowercased().hasPrefix("authorization") })
        #expect(target.headers.contains("X-Test: yes"))
    }

    @Test(arguments: ["http://localhost", ""])
    func `redirections are followed, to other hosts too`(host: String) async throws {
        let target = try server()
        let place = host.isEmpty ? "/\(Self.name)" : "\(host):\(target.port)/\(Self.name)"
        let first = try server(.init(redirections: ["old.git": place]))
        try await cloning.clone(first.url("old.git"), RemoteAccess())
        #expect(first.requests.first == "GET /old.git/info/refs")
        #expect((host.isEmpty ? first : target).requests.last == "POST /sample.git/git-upload-pack")
    }

    @Test func `http that leads to https is followed, and asks for credentials there`() async throws {
        let authority = try CertificateAuthority()
        let plain = try server(.init(credential: "ada:s3cret"))
        defer { withExtendedLifetime(plain) {} }
        let secure = try TLSServer(for: plain, by: authority)
        let first = try server(.init(redirections: [Self.name: secure.url(Self.name)]))
        let home = try StepHomeFolder([
            ".gitconfig": "[credential]\n\thelper = store\n",
            ".git-credentials": "https://ada:s3cret@localhost:\(secure.port)\n",
        ])
        let access = RemoteAccess(home: home.path, certificateFile: authority.certificate)
        try await cloning.clone("http://localhost:\(first.port)/\(Self.name)", access)
        #expect(!first.headers.contains { $0.hasPrefix("Authorization") })
    }

    @Test func `addresses are rewritten and requests get headers as the home's configuration says`() async throws {
        let server = try server()
        let home = try StepHomeFolder([
            ".gitconfig": """
            [url "http://127.0.0.1:\(server.port)/"]
                insteadOf = https://example.com/
                insteadOf = gh:
            [http "http://127.0.0.1:\(server.port)"]
                extraHeader = X-Test: this
            [http "http://127.0.0.1:1"]
                extraHeader = X-Test: that

            """
        ])
        let access = RemoteAccess(home: home.path)
        for url in ["https://example.com/\(Self.name)", "gh:\(Self.name)"] { try await cloning.clone(url, access) }
        #expect(Set(server.headers.filter { $0.hasPrefix("X-Test") }) == ["X-Test: this"])
        #expect(try access.rewritten(RemoteURL("gh:a")).text == "http://127.0.0.1:\(server.port)/a")
    }

    // MARK: - Certificates

    @Test func `a private authority is trusted where it is named, and only there`() async throws {
        let authority = try CertificateAuthority()
        let plain = try server()
        defer { withExtendedLifetime(plain) {} }
        let server = try TLSServer(for: plain, by: authority)
        let url = server.url(Self.name)
        try await cloning.clone(url, RemoteAccess(certificateFile: authority.certificate))
        try await cloning.clone(url, RemoteAccess(certificateFolder: try authority.hashedFolder()))
        let home = try StepHomeFolder([".gitconfig": "[http]\n\tsslCAInfo = ~/ca.pem\n"])
        try home.write(try String(contentsOfFile: authority.certificate.string, encoding: .utf8), to: "ca.pem")
        try await cloning.clone(url, RemoteAccess(home: home.path))
        try await cloning.clone(url, RemoteAccess(), verifies: false)

        let other = try CertificateAuthority()
        // A folder counts only with the names that OpenSSL looks for.
        for access in [
            RemoteAccess(), RemoteAccess(certificateFile: other.certificate),
            RemoteAccess(certificateFolder: authority.folder),
        ] {
            let error = try await cloning.failure(url, access)
            guard case .certificateNotTrusted("localhost", _) = error else {
                Issue.record("\(error)")
                continue
            }
        }
    }

    @Test func `clones at the same time trust each their own authority`() async throws {
        let authorities = [try CertificateAuthority("One"), try CertificateAuthority("Two")]
        let plain = try server()
        let servers = try authorities.map { try TLSServer(for: plain, by: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                let (own, other) = (number % 2, (number + 1) % 2)
                group.addTask {
                    let access = RemoteAccess(certificateFile: authorities[own].certificate)
                    try await cloning.clone(servers[own].url(Self.name), access)
                    let error = try await cloning.failure(servers[other].url(Self.name), access)
                    #expect(error.description.contains("certificate of localhost is not trusted"), "\(error)")
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a certificate has to be for the host that is asked for`() async throws {
        let authority = try CertificateAuthority()
        let access = RemoteAccess(certificateFile: authority.certificate)
        let plain = try server()
        defer { withExtendedLifetime(plain) {} }
        let address = try TLSServer(for: plain, names: "IP:127.0.0.1", by: authority)
        try await cloning.clone(address.url(Self.name, host: "127.0.0.1"), access)
        let error = try await cloning.failure(address.url(Self.name), access)
        #expect(error == .certificateNotTrusted(host: "localhost", message: "it is for another name"))
    }

    @Test func `certificates that are not there or are none are named`() async throws {
        let authority = try CertificateAuthority()
        let server = try TLSServer(for: try server(), by: authority)
        let missing = authority.folder.appending("missing.pem")
        let error = try await cloning.failure(server.url(Self.name), RemoteAccess(certificateFile: missing))
        #expect(error == .certificatesUnusable(path: missing, message: "No such file or directory"))
        let key = authority.folder.appending("ca.key")
        let other = try await cloning.failure(server.url(Self.name), RemoteAccess(certificateFile: key))
        guard case .certificatesUnusable(key, _) = other else {
            Issue.record("\(other)")
            return
        }
    }

    // MARK: - Others

    @Test func `git's own protocol works`() async throws {
        let daemon = try GitDaemon(folder)
        try await cloning.clone(daemon.url(Self.name), RemoteAccess())
        let missing = try await cloning.failure(daemon.url("nothing.git"), RemoteAccess())
        guard case .repositoryNotFound = missing else {
            Issue.record("\(missing)")
            return
        }
    }

    @Test(arguments: ["http", "https", "git"])
    func `a server that does not answer is given up after a while`(scheme: String) async throws {
        let silent = try SilentPort()
        let access = RemoteAccess(connectTimeout: .seconds(1))
        let error = try await cloning.failure("\(scheme)://127.0.0.1:\(silent.port)/a.git", access)
        #expect(error == .timedOut(place: "127.0.0.1:\(silent.port)", seconds: 1))
    }

    @Test func `a host without an address is named`() async throws {
        let error = try await cloning.failure("https://nowhere.invalid/a.git", RemoteAccess())
        guard case .nameNotResolved("nowhere.invalid", _) = error else {
            Issue.record("\(error)")
            return
        }
    }
}
