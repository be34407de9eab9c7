import Foundation
import Manifests
import Planning
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Pods

/// Clones with what workspaces and accounts bring, from real servers.
struct CloneAccessTests {
    private let site: CloneSite

    init() throws { site = try CloneSite() }

    /// A workspace with files that everybody may read.
    private func material(_ name: String, _ files: [String: String]) throws -> CloneMaterial {
        let folder = try site.repository.makeFolder(name)
        for (name, text) in files {
            try text.write(toFile: folder.appending(name).string, atomically: false, encoding: .utf8)
        }
        return CloneMaterial(folder: folder, isMadeOfValues: false)
    }

    private func perform(
        _ address: String,
        task: String = CloneFixture.task,
        workspaces: [String: CloneMaterial] = [:],
        credentials: [FilePath: String] = [:],
        params: [String: String] = [:]
    ) async throws -> (outcome: CloneOutcome, notices: [String]) {
        let bindings = (["sources"] + workspaces.keys.sorted()).map { "{name: \($0), emptyDir: {}}" }
        let surroundings = CloneTask.Surroundings(
            materials: workspaces,
            credentials: credentials.map { VolumeFile(path: $0.key, bytes: Array($0.value.utf8), mode: 0o600) }
        )
        let notices = Mutex<[String]>([])
        let outcome = try await site.perform(
            ["address": address].merging(params) { $1 },
            task: task,
            workspaces: "[\(bindings.joined(separator: ", "))]",
            with: surroundings,
            notice: { text in notices.withLock { $0.append(text) } }
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.scratch.string) == [])
        return (outcome, notices.withLock { $0 })
    }

    private func expectClone(_ outcome: CloneOutcome, sourceLocation: SourceLocation = #_sourceLocation) throws {
        guard case .succeeded(let report) = outcome else {
            Issue.record("\(outcome)", sourceLocation: sourceLocation)
            return
        }
        #expect(report.results.first?.value == .string(site.head), sourceLocation: sourceLocation)
        #expect(try site.git("status", "--porcelain") == "", sourceLocation: sourceLocation)
    }

    private func failure(_ outcome: CloneOutcome, sourceLocation: SourceLocation = #_sourceLocation) -> String {
        guard case .failed(exitCode: 1, let report) = outcome else {
            Issue.record("\(outcome)", sourceLocation: sourceLocation)
            return ""
        }
        #expect(report.results == [], sourceLocation: sourceLocation)
        return report.lines.last ?? ""
    }

    // MARK: - ssh

    private func key(of server: SSHServer) throws -> String {
        try String(contentsOfFile: server.clientKey.string, encoding: .utf8)
    }

    @Test(.enabled(if: SSHServer.isExpected, "there is no sshd here"), arguments: [SSHServer.KeyType.rsa, .ed25519])
    func `keys of a workspace open a server that it knows`(type: SSHServer.KeyType) async throws {
        let server = try SSHServer(hostKey: type, clientKey: type)
        let config = "Host git.example\n  HostName 127.0.0.1\n  Port \(server.port)\n  User \(server.user)\n"
        let keys = try material(
            "keys",
            ["id_rsa": try key(of: server), "known_hosts": server.knownHost, "config": config]
        )
        let (outcome, notices) = try await perform("git.example:\(site.repository.path)", workspaces: ["keys": keys])
        try expectClone(outcome)
        #expect(notices == [])
        #expect(try site.git("config", "--local", "--list").contains("sshcommand") == false)
    }

    @Test(.enabled(if: SSHServer.isExpected, "there is no sshd here"))
    func `without known hosts any key is accepted, and that is said`() async throws {
        let server = try SSHServer()
        let keys = try material("keys", ["id_ed25519": try key(of: server)])
        let (outcome, notices) = try await perform(server.url(site.repository.path), workspaces: ["keys": keys])
        try expectClone(outcome)
        #expect(notices == ["no known_hosts is given, so any key of the host is accepted, as git-init does"])
        #expect(try site.git("config", "core.sshCommand") == "ssh -o StrictHostKeyChecking=accept-new")
    }

    @Test(.enabled(if: SSHServer.isExpected, "there is no sshd here"))
    func `a host with another key than the known one fails the step`() async throws {
        let (server, other) = (try SSHServer(), try SSHServer())
        let known = other.knownHost.replacing(":\(other.port)", with: ":\(server.port)")
        let keys = try material("keys", ["id_ed25519": try key(of: server), "known_hosts": known])
        let (outcome, _) = try await perform(server.url(site.repository.path), workspaces: ["keys": keys])
        #expect(failure(outcome).contains("key"))
        #expect(try site.names() == [])
    }

    @Test(.enabled(if: SSHServer.isExpected, "there is no sshd here"))
    func `the key of an account is found where its configuration names it`() async throws {
        let server = try SSHServer()
        let config = """
            Host 127.0.0.1
                HostName 127.0.0.1
                Port \(server.port)
                IdentityFile /tekton/creds/.ssh/id_deploy

            """
        let (outcome, notices) = try await perform(
            server.url(site.repository.path),
            credentials: [
                ".ssh/config": config, ".ssh/known_hosts": server.knownHost, ".ssh/id_deploy": try key(of: server),
            ]
        )
        try expectClone(outcome)
        #expect(notices == [])
    }

    @Test(.enabled(if: SSHServer.isExpected, "there is no sshd here"))
    func `a key that ssh would refuse in the step is left to its image`() async throws {
        let server = try SSHServer()
        let keys = try material("keys", ["id_ed25519": try key(of: server)])
        let task = CloneFixture.task.replacing("chmod -R 400 \"${HOME}\"/.ssh/*", with: "chmod 700 \"${HOME}\"/.ssh")
        let (outcome, _) = try await perform(
            server.url(site.repository.path),
            task: task,
            workspaces: ["keys": keys]
        )
        #expect(outcome == .ownImage(reason: "ssh refuses its key .ssh/id_ed25519, which others may read"))
    }

    // MARK: - http and https

    @Test func `a password of a workspace opens a server, and no line tells it`() async throws {
        let password = UUID().uuidString
        let server = try GitServer(site.repository.folder, rules: .init(credential: "ada:\(password)"))
        let login = try material(
            "login",
            [
                ".gitconfig": "[credential]\n\thelper = store\n",
                ".git-credentials": "http://ada:\(password)@127.0.0.1:\(server.port)\n",
            ]
        )
        let (outcome, _) = try await perform(server.url("sample.git"), workspaces: ["login": login])
        try expectClone(outcome)
        #expect(!"\(outcome)".contains(password))
        #expect(try !site.git("config", "--local", "--list").contains(password))
    }

    @Test func `a wrong password fails the step, and no line tells it`() async throws {
        let server = try GitServer(site.repository.folder, rules: .init(credential: "ada:\(UUID().uuidString)"))
        let password = UUID().uuidString
        let address = "http://ada:\(password)@127.0.0.1:\(server.port)/sample.git"
        let (outcome, _) = try await perform(address)
        let message = failure(outcome)
        #expect(message.contains("127.0.0.1:\(server.port)/sample.git"))
        #expect(!"\(outcome)".contains(password))
    }

    @Test func `a file that is missing fails the step before anything is removed`() async throws {
        try site.write("old")
        let login = try material("login", [".gitconfig": ""])
        let (outcome, _) = try await perform(site.repository.path.string, workspaces: ["login": login])
        #expect(failure(outcome) == "cp: can't stat '/workspace/login/.git-credentials': No such file or directory")
        #expect(try site.names() == ["old"])
    }

    @Test func `a setting that is not carried out leaves it to the image`() async throws {
        let login = try material("login", [".gitconfig": "[core]\n\tautocrlf = true\n", ".git-credentials": ""])
        let (outcome, _) = try await perform(site.repository.path.string, workspaces: ["login": login])
        guard case .ownImage(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.contains("core.autocrlf"))
    }

    @Test(arguments: ["ca.crt", ""])
    func `certificates of a workspace are trusted`(file: String) async throws {
        let authority = try CertificateAuthority()
        let signed = try authority.sign("DNS:localhost,IP:127.0.0.1")
        let plain = try GitServer(site.repository.folder)
        let server = try TLSServer(certificate: signed.certificate, key: signed.key, to: plain.port)
        let certificate = try String(contentsOfFile: authority.certificate.string, encoding: .utf8)
        let ca =
            file.isEmpty
            ? CloneMaterial(folder: try authority.hashedFolder(), isMadeOfValues: false)
            : try material("ca", ["ca.crt": certificate])
        let (outcome, _) = try await perform(
            server.url("sample.git"),
            workspaces: ["ca": ca],
            params: ["bundle": file]
        )
        try expectClone(outcome)
    }

    @Test func `a certificate that nobody signed fails the step`() async throws {
        let authority = try CertificateAuthority()
        let signed = try authority.sign("DNS:localhost,IP:127.0.0.1")
        let plain = try GitServer(site.repository.folder)
        let server = try TLSServer(certificate: signed.certificate, key: signed.key, to: plain.port)
        #expect(failure(try await perform(server.url("sample.git")).outcome).contains("certificate"))
        let unverified = try await perform(server.url("sample.git"), params: ["checksCertificates": "false"])
        try expectClone(unverified.outcome)
    }

    @Test func `a file of certificates that is missing fails the step over https`() async throws {
        let ca = try material("ca", [:])
        let (outcome, _) = try await perform("https://git.example/a.git", workspaces: ["ca": ca])
        #expect(failure(outcome).contains("error setting certificate verify locations: /workspace/ca/ca.crt"))
    }

    @Test func `a proxy that the script exports is used`() async throws {
        let server = try GitServer(site.repository.folder)
        let proxy = try ProxyServer()
        let task = CloneFixture.task.replacing("export HTTPS_PROXY", with: "export http_proxy")
        let (outcome, _) = try await perform(server.url("sample.git"), task: task, params: ["proxy": proxy.url])
        try expectClone(outcome)
        #expect(!proxy.requests.isEmpty)
    }
}
