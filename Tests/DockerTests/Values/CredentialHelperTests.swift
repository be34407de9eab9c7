import Foundation
import SystemPackage
import Testing

@testable import Docker

/// Passwords that a helper program keeps.
struct CredentialHelperTests {
    /// Keeps something for some registries and complains of others.
    private static let program = #"""
        #!/bin/sh
        [ "$1" = get ] || exit 9
        read -r server
        case $server in
        r.example) echo '{"ServerURL":"r.example","Username":"ada","Secret":"s3cret"}' ;;
        https://index.docker.io/v1/) echo '{"ServerURL":"x","Username":"<token>","Secret":"t0ken"}' ;;
        odd.example) echo 'no JSON' ;;
        mute.example) exit 3 ;;
        *) echo 'credentials not found in native keychain'; exit 1 ;;
        esac
        """#

    /// A configuration whose registries are kept by `docker-credential-kept`, and `file.example` by the file as well.
    private func withConfiguration(
        helper: String = "kept",
        _ body: (DockerConfiguration) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drydock-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = folder.appending(path: "docker-credential-kept")
        try Data(Self.program.utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        let text = #"{"credsStore":"\#(helper)","auths":{"file.example":{"username":"eve","password":"f1le"}}}"#
        try await body(
            DockerConfiguration(environment: ["PATH": "/usr/bin:/bin:\(folder.path)"], home: "/home/ada") { path in
                path == "/home/ada/.docker/config.json" ? Array(text.utf8) : nil
            }
        )
    }

    @Test func `a helper gives a user with a password, or a token`() async throws {
        try await withConfiguration { configuration in
            let kept = RegistryAuth(serverAddress: "r.example", username: "ada", password: "s3cret")
            #expect(await configuration.credentials(for: "r.example") == kept)
            let hub = "https://index.docker.io/v1/"
            let token = RegistryAuth(serverAddress: hub, username: "", password: "", identityToken: "t0ken")
            #expect(await configuration.credentials(for: "docker.io") == token)
            #expect(await configuration.helperProblem(for: "r.example") == nil)
        }
    }

    @Test func `what the file has counts where a helper has nothing`() async throws {
        try await withConfiguration { configuration in
            let kept = RegistryAuth(serverAddress: "file.example", username: "eve", password: "f1le")
            #expect(await configuration.credentials(for: "file.example") == kept)
        }
    }

    @Test(arguments: [
        ("other.example", "kept", "docker-credential-kept says: credentials not found in native keychain"),
        ("mute.example", "kept", "docker-credential-kept says: nothing, but ends with 3"),
        ("odd.example", "kept", "what docker-credential-kept wrote cannot be read"),
        ("r.example", "gone", "docker-credential-gone is not among the programs in PATH"),
    ])
    func `why a helper gives nothing can be told`(registry: String, helper: String, problem: String) async throws {
        try await withConfiguration(helper: helper) { configuration in
            #expect(await configuration.credentials(for: registry) == nil)
            #expect(await configuration.helperProblem(for: registry) == problem)
        }
    }
}
