import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// Clones from a real sshd.
@Suite(.enabled(if: SSHServer.isExpected, "there is no /usr/sbin/sshd here"))
struct SSHTransportTests {
    let cloning: Cloning

    init() throws { cloning = try Cloning() }

    private var path: FilePath { cloning.repository.path }

    /// A home as the course's Secret makes it, with a server that it knows.
    private func home(for server: SSHServer, config: String? = nil, knowsHost: Bool = true) throws -> StepHomeFolder {
        let key = try String(contentsOfFile: server.clientKey.string, encoding: .utf8)
        let home = try StepHomeFolder([".ssh/id_rsa": key])
        if knowsHost { try home.write(server.knownHost, to: ".ssh/known_hosts") }
        if let config { try home.write(config, to: ".ssh/config") }
        return home
    }

    private func access(_ home: StepHomeFolder) -> RemoteAccess {
        RemoteAccess(home: home.path, homePaths: ["/tekton/home", "/root"])
    }

    @Test(arguments: [SSHServer.KeyType.rsa, .ed25519], [SSHServer.KeyType.rsa, .ed25519])
    func `keys of both kinds work with servers of both kinds`(
        host: SSHServer.KeyType,
        client: SSHServer.KeyType
    ) async throws {
        let server = try SSHServer(hostKey: host, clientKey: client)
        let home = try home(for: server)
        try await cloning.clone(server.url(path), access(home))
        #expect(!access(home).acceptsAnyHostKey)
        let key = home.path.pushing(".ssh/id_rsa").string
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o644, "the home's own files are left alone")
    }

    @Test(arguments: [
        "git@github.com:PATH", "github.com:PATH", "ssh://git@github.com/PATH", "git+ssh://github.com/PATH",
    ])
    func `an alias of the configuration leads elsewhere`(address: String) async throws {
        let server = try SSHServer(hostKey: .rsa, clientKey: .rsa)
        let config = """
            Host other
                Port 1
            Host github.com
                HostName 127.0.0.1
                Port \(server.port)
                User \(server.user)
                IdentityFile ~/.ssh/id_rsa

            """
        let home = try home(for: server, config: config)
        // A name in the address wins over the configuration's, so it must be one that the server lets in.
        let address = address.replacing("git@", with: "\(server.user)@").replacing("PATH", with: path.string)
        try await cloning.clone(address, access(home))
    }

    @Test(arguments: ["~/keys/deploy", "/tekton/home/keys/deploy", "%d/keys/deploy", "${HOME}/keys/deploy"])
    func `the home is that of the step, as the step calls it`(file: String) async throws {
        let server = try SSHServer()
        let config = "Host *\n  IdentityFile \"\(file)\"\n  UserKnownHostsFile=/root/.ssh/hosts ~/.ssh/none\n"
        let home = try home(for: server, config: config)
        try home.write(try String(contentsOfFile: server.clientKey.string, encoding: .utf8), to: "keys/deploy")
        try home.write(server.knownHost, to: ".ssh/hosts")
        for file in [".ssh/id_rsa", ".ssh/known_hosts"] { try home.write("", to: file) }
        try await cloning.clone(server.url(path), access(home))
    }

    @Test func `an included file counts where it is included`() async throws {
        let server = try SSHServer()
        let home = try home(for: server, config: "Host nobody\n  Include bad\nHost here\n  Include conf.d/*\n")
        try home.write("HostName 127.0.0.1\nUser \(server.user)\nPort \(server.port)\n", to: ".ssh/conf.d/one")
        try home.write("ProxyUseFdpass nonsense\n", to: ".ssh/unused")
        try await cloning.clone("here:\(path)", access(home))
    }

    @Test func `a command of the git configuration gives options`() async throws {
        let server = try SSHServer()
        let home = try home(for: server)
        try FileManager.default.moveItem(
            atPath: home.path.pushing(".ssh/id_rsa").string,
            toPath: home.path.pushing(".ssh/deploy").string
        )
        try home.write("", to: ".ssh/known_hosts")
        let command = "ssh -i ~/.ssh/deploy -o StrictHostKeyChecking=no"
        try home.write("[core]\n\tsshCommand = \(command)\n", to: ".gitconfig")
        try await cloning.clone(server.url(path), access(home))
    }

    // MARK: - Host keys

    @Test func `a host that is not among the known ones is refused`() async throws {
        let server = try SSHServer()
        let home = try home(for: server)
        try home.write(
            "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n",
            to: ".ssh/known_hosts"
        )
        let error = try await cloning.failure(server.url(path), access(home))
        guard case .hostKeyUnknown("127.0.0.1", let message) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(message.contains("No ED25519 host key is known for [127.0.0.1]:\(server.port)"))
        #expect(error.description.contains("ssh-keyscan"))
        #expect(!server.log.contains("Accepted"))
    }

    @Test func `a host with another key than the known one is refused`() async throws {
        let server = try SSHServer()
        let other = try SSHServer()
        let home = try home(for: server)
        let key = other.knownHost.split(separator: " ").dropFirst().joined(separator: " ")
        try home.write("[127.0.0.1]:\(server.port) \(key)", to: ".ssh/known_hosts")
        let error = try await cloning.failure(server.url(path), access(home))
        guard case .hostKeyChanged("127.0.0.1", let message) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(message.contains("~/.ssh/known_hosts:1"))
        #expect(!server.log.contains("Accepted"))
    }

    @Test func `without known hosts any key is taken, whatever the configuration says, and not remembered`()
        async throws
    {
        let server = try SSHServer()
        let home = try home(for: server, config: "StrictHostKeyChecking yes\n", knowsHost: false)
        #expect(access(home).acceptsAnyHostKey)
        #expect(RemoteAccess().acceptsAnyHostKey)
        try await cloning.clone(server.url(path), access(home))
        #expect(access(home).acceptsAnyHostKey)
    }

    // MARK: - What fails

    @Test func `a key that the server does not know is refused in ssh's words and without the key`() async throws {
        let server = try SSHServer()
        let home = try home(for: server)
        let wrong = home.path.appending("wrong")
        try SSHServer.makeKey(.rsa, at: wrong)
        let key = try String(contentsOfFile: wrong.string, encoding: .utf8)
        try home.write(key, to: ".ssh/id_rsa")
        let error = try await cloning.failure(server.url(path), access(home))
        guard case .keyRefused(server.url(path), let message) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(message.contains("Permission denied (publickey)"))
        let secret = try #require(key.split(separator: "\n").dropFirst(2).first)
        #expect(!error.description.contains(secret))
    }

    @Test func `a home without keys has none, whatever this machine's user has`() async throws {
        let server = try SSHServer()
        let error = try await cloning.failure(server.url(path), RemoteAccess())
        guard case .keyRefused = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `a repository that is not there is told from a server that is not there`() async throws {
        let server = try SSHServer()
        let home = try home(for: server)
        let missing = try await cloning.failure(server.url("/nowhere.git"), access(home))
        guard case .repositoryNotFound = missing else {
            Issue.record("\(missing)")
            return
        }
        let gone = try await cloning.failure("ssh://127.0.0.1:1/x.git", access(home))
        guard case .unreachable(_, let message) = gone else {
            Issue.record("\(gone)")
            return
        }
        #expect(message.contains("Connection refused"))
        let unnamed = try await cloning.failure("ssh://nowhere.invalid/x.git", access(home))
        guard case .nameNotResolved("nowhere.invalid", _) = unnamed else {
            Issue.record("\(unnamed)")
            return
        }
    }

    @Test func `a server that does not answer is given up after a while`() async throws {
        let silent = try SilentPort()
        let access = RemoteAccess(connectTimeout: .seconds(1))
        let error = try await cloning.failure("ssh://127.0.0.1:\(silent.port)/x.git", access)
        #expect(error == .timedOut(place: "127.0.0.1", seconds: 1))
    }

    @Test func `a cancelled clone ends its ssh`() async throws {
        let server = try SilentServer()
        let task = Task { try await cloning.clone("ssh://127.0.0.1:\(server.port)/x.git", RemoteAccess()) }
        // It has said its version, so ssh is there.
        #expect(server.waitForGreeting().hasPrefix("SSH-2.0-"))
        task.cancel()
        await #expect(throws: GitError.cancelled) { try await task.value }
        #expect(server.waitForEnd())
    }

    @Test(arguments: [
        "ProxyCommand nc %h %p", "ProxyJump bastion", "Match exec \"true\"", "IdentityFile /workspace/key",
        "IdentityFile ~/../other", "KnownHostsCommand /bin/true", "BindAddress 10.0.0.1", "Include /etc/ssh/more",
    ])
    func `what cannot be carried out here is named and nothing is tried`(line: String) async throws {
        let server = try SSHServer()
        let home = try home(for: server, config: "Host *\n\(line)\n")
        let keyword = try #require(line.split(separator: " ").first).lowercased()
        let settings = try access(home).unsupportedSettings(for: RemoteURL(server.url(path)))
        #expect(settings.map { $0.prefix { $0 != " " } } == [keyword[...]])
        let error = try await cloning.failure(server.url(path), access(home))
        #expect(error == .unsupportedSetting(url: server.url(path), settings.first ?? ""))
        #expect(!server.log.contains("Connection"))
    }

    @Test func `a mistake in the configuration is shown as one of the home`() async throws {
        let server = try SSHServer()
        let home = try home(for: server, config: "Host *\nNonsense 1\n")
        let error = try await cloning.failure(server.url(path), access(home))
        #expect(error.description.contains("Bad configuration option: nonsense"), "\(error)")
        #expect(!error.description.contains("drydock-ssh"))
    }
}
