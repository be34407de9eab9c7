import Foundation
import SystemPackage
import TestSupport
import Testing

/// Runs whose clone cannot succeed, against real servers: told once, in the step's place, and nothing is left.
@Suite(.needsEngine, .enabled(if: SSHServer.isExpected, "there is no /usr/sbin/sshd here"))
struct MisuseCloneTests {
    private static func manifest(_ url: String, revision: String) throws -> String {
        """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: misused}
        spec:
          pipelineSpec:
            workspaces: [{name: sources}, {name: keys}]
            tasks:
              - name: fetch
                taskRef: {name: git-clone}
                params: [{name: url, value: "\(url)"}, {name: revision, value: "\(revision)"}]
                workspaces: [{name: output, workspace: sources}, {name: ssh-directory, workspace: keys}]
              - name: build
                runAfter: [fetch]
                taskSpec: {steps: [{name: b, image: "\(Engine.image)", script: "echo it was built"}]}
          workspaces:
            - {name: sources, emptyDir: {}}
            - {name: keys, secret: {secretName: deploy-key}}
        ---
        \(try CloneManifests.task())
        """
    }

    /// Runs a clone, with the files of a `.ssh` folder, and checks what holds for each that fails.
    private func expectFailure(
        of url: String,
        revision: String = "main",
        secret: [String: String] = ["id_ed25519": "a placeholder", "known_hosts": "another placeholder"],
        says: String...
    ) async throws {
        try await Engine.prepareImage()
        try await withScratch { scratch in
            let program = try Program(scratch: scratch)
            try program.write(try Self.manifest(url, revision: revision), to: "m.yaml")
            try program.write(try CloneManifests.secret("deploy-key", secret), to: "secret.yaml")
            let ended = try await program.run("run", "-f", "m.yaml", "-f", "secret.yaml")
            #expect(ended.status == 1, "\(ended.errors)")
            let told = ended.output.split(separator: "\n").filter { $0.hasPrefix("[fetch : clone] ") }
            #expect(told.count == 1, "\(ended.output)")
            for text in says { #expect(told.first?.contains(text) == true, "\(ended.output)") }
            #expect(!ended.output.contains("it was built"))
            #expect(!ended.errors.contains("drydock: "), "\(ended.errors)")
            #expect(try await Engine.objects(ofStateIn: program.home).isEmpty)
            #expect(try program.leftovers() == [])
            for line in secret["id_ed25519", default: ""].split(separator: "\n") where !line.hasPrefix("--") {
                #expect(!(ended.output + ended.errors).contains(line))
            }
        }
    }

    /// The `.ssh` folder that a server lets in.
    private func secret(for server: SSHServer) throws -> [String: String] {
        ["id_ed25519": try CloneManifests.key(for: server), "known_hosts": server.knownHost]
    }

    // MARK: - Addresses

    @Test(arguments: [
        ("https://git example/app.git", "'git example' is no host"),
        ("https://git.example:none/app.git", "'none' is no port"),
        ("://git.example/app.git", "nothing stands before '://'"),
        ("git@git.example:", "it names no path"),
        ("", "the address of the repository is empty"),
    ])
    func `an address that is none is told with what it should look like`(url: String, says: String) async throws {
        try await expectFailure(of: url, says: says, "use https://HOST/PATH, ssh://USER@HOST/PATH")
    }

    @Test(arguments: ["git@nowhere.invalid:team/app.git", "https://nowhere.invalid/team/app.git"])
    func `a host that is not there is named`(url: String) async throws {
        try await expectFailure(
            of: url,
            says: "there is no host named nowhere.invalid",
            "look at the address for a mistake"
        )
    }

    @Test(arguments: ["ssh://127.0.0.1:1/team/app.git", "https://127.0.0.1:1/team/app.git"])
    func `a server that is not there is named`(url: String) async throws {
        try await expectFailure(of: url, says: "cannot reach \(url)", "Connection refused", "is the address right")
    }

    @Test func `a repository that is not there is named, over http and ssh`() async throws {
        let repository = try SampleRepository()
        let server = try GitServer(repository.folder)
        let url = server.url("nowhere.git")
        try await expectFailure(of: url, says: "there is no repository at \(url)", "look at the address for a mistake")
        let shell = try SSHServer()
        try await expectFailure(
            of: shell.url("/nowhere.git"),
            secret: secret(for: shell),
            says: "there is no repository at \(shell.url("/nowhere.git"))",
            "look at the address for a mistake"
        )
    }

    @Test func `a revision that is not there is named with the repository`() async throws {
        let repository = try SampleRepository()
        try repository.commit(["README.md": .text("text\n")])
        // A path leaves no mirror.
        let url = "file://\(repository.path)"
        try await expectFailure(
            of: url,
            revision: "nowhere",
            says: "could not find remote ref nowhere in \(url)",
            "is it a branch, a tag or a full commit there?"
        )
    }

    // MARK: - Who is who

    @Test func `a key that the server does not know is told`() async throws {
        let (server, other) = (try SSHServer(), try SSHServer())
        let repository = try SampleRepository()
        var secret = try secret(for: server)
        secret["id_ed25519"] = try CloneManifests.key(for: other)
        let url = server.url(repository.path)
        try await expectFailure(
            of: url,
            secret: secret,
            says: "\(url) takes none of the ssh keys",
            "Permission denied (publickey",
            "does the server know it?"
        )
        #expect(!server.log.contains("Accepted"))
    }

    @Test func `a server that known_hosts does not name is refused`() async throws {
        let (server, other) = (try SSHServer(), try SSHServer())
        let repository = try SampleRepository()
        var secret = try secret(for: server)
        secret["known_hosts"] = other.knownHost.replacing("[127.0.0.1]:\(other.port)", with: "git.example")
        try await expectFailure(
            of: server.url(repository.path),
            secret: secret,
            says: "the ssh server 127.0.0.1 is not known",
            "No ED25519 host key is known for [127.0.0.1]:\(server.port)",
            "add the output of ssh-keyscan to known_hosts"
        )
        #expect(!server.log.contains("Accepted"))
    }

    @Test func `a server with another key than known_hosts says is refused`() async throws {
        let (server, other) = (try SSHServer(), try SSHServer())
        let repository = try SampleRepository()
        var secret = try secret(for: server)
        secret["known_hosts"] = other.knownHost.replacing(":\(other.port)", with: ":\(server.port)")
        try await expectFailure(
            of: server.url(repository.path),
            secret: secret,
            says: "the ssh server 127.0.0.1 has another key than known_hosts says",
            "~/.ssh/known_hosts:1",
            "if it really was changed, put the new one there"
        )
        #expect(!server.log.contains("Accepted"))
    }

    @Test func `a certificate of an authority that nobody trusts is told`() async throws {
        let repository = try SampleRepository()
        let authority = try CertificateAuthority()
        let (certificate, key) = try authority.sign("DNS:localhost")
        let plain = try GitServer(repository.folder)
        let server = try TLSServer(certificate: certificate, key: key, to: plain.port)
        try await expectFailure(
            of: server.url("sample.git"),
            says: "the certificate of localhost is not trusted",
            "name the authority (ssl-ca-directory)"
        )
    }

    @Test func `a repository that asks for a password is told`() async throws {
        let repository = try SampleRepository()
        let server = try GitServer(repository.folder, rules: .init(credential: "ada:secret"))
        let url = server.url("sample.git")
        try await expectFailure(
            of: url,
            says: "\(url) asks for a user and a password",
            "is the repository private, or its name misspelt?"
        )
    }
}
