import Foundation
package import SystemPackage

/// An OpenSSH server on a free port of this machine, with keys of its own; it lets the user in who runs the tests.
package final class SSHServer: Sendable {
    package enum KeyType: String, Sendable {
        case rsa, ed25519
    }

    private static let program = FilePath("/usr/sbin/sshd")

    /// True where the tests must run, or can: under `DRYDOCK_REQUIRE=git` a missing sshd fails them.
    package static var isExpected: Bool {
        let required = ProcessInfo.processInfo.environment["DRYDOCK_REQUIRE", default: ""].split(separator: ",")
        return required.contains("git") || FileManager.default.isExecutableFile(atPath: program.string)
    }

    package let port: Int
    package let user: String
    /// A key that it lets in; the public one lies beside it.
    package let clientKey: FilePath
    /// The line of its key for `known_hosts`.
    package let knownHost: String
    private let folder: FilePath
    private let server: ServerProgram

    /// - Throws: That it does not start.
    package init(hostKey: KeyType = .ed25519, clientKey keyType: KeyType = .ed25519) throws {
        let folder = FilePath(NSTemporaryDirectory()).appending("drydock-sshd-\(UUID().uuidString)")
        self.folder = folder
        try FileManager.default.createDirectory(
            atPath: folder.string,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let host = folder.appending("host")
        let client = folder.appending("client")
        try Self.makeKey(hostKey, at: host)
        try Self.makeKey(keyType, at: client)
        // Where it runs as root it wants this folder, which the system's service makes.
        if geteuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        (server, port) = try ServerProgram.onFreePort { port in
            let configuration = """
                Port \(port)
                ListenAddress 127.0.0.1
                HostKey \(host)
                AuthorizedKeysFile \(client).pub
                PidFile none
                UsePAM no
                StrictModes no
                PermitRootLogin yes
                PasswordAuthentication no
                KbdInteractiveAuthentication no

                """
            try configuration.write(toFile: folder.appending("config").string, atomically: true, encoding: .utf8)
            let arguments = ["-D", "-e", "-f", folder.appending("config").string]
            return (try ServerProgram(Self.program, arguments, ready: "Server listening on 127.0.0.1"), port)
        }
        user = NSUserName()
        clientKey = client
        let words = try String(contentsOfFile: "\(host).pub", encoding: .utf8).split(separator: " ")
        knownHost = "[127.0.0.1]:\(port) \(words[0]) \(words[1])\n"
    }

    deinit {
        // A folder that stays is in the system's folder for such things.
        try? FileManager.default.removeItem(atPath: folder.string)
    }

    /// What it said about its guests.
    package var log: String { server.output }

    package func url(_ path: FilePath, scheme: String = "ssh") -> String {
        "\(scheme)://\(user)@127.0.0.1:\(port)\(path)"
    }

    /// Makes a key without a passphrase, and the public one beside it.
    package static func makeKey(_ type: KeyType, at path: FilePath) throws {
        try ServerProgram.run("ssh-keygen", "-q", "-t", type.rawValue, "-N", "", "-C", "test", "-f", path.string)
    }
}
