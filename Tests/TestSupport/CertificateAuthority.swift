import Foundation
package import SystemPackage

/// An authority that signs certificates for the tests' servers, in a folder of its own that goes with it.
package final class CertificateAuthority: Sendable {
    package let folder: FilePath
    /// The authority's own certificate, in PEM format.
    package var certificate: FilePath { folder.appending("ca.pem") }

    /// - Throws: If openssl does not do it.
    package init(_ name: String = "Test Authority") throws {
        folder = FilePath(NSTemporaryDirectory()).appending("drydock-ca-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        try Self.makeCertificate(["-subj", "/CN=\(name)"], key: folder.appending("ca.key"), certificate: certificate)
    }

    /// Makes a key and a certificate of it that is good for two days.
    private static func makeCertificate(_ options: [String], key: FilePath, certificate: FilePath) throws {
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        ]
        try ServerProgram.run(
            ["openssl"] + arguments + options + ["-keyout", key.string, "-out", certificate.string]
        )
    }

    deinit {
        // A folder that stays is in the system's folder for such things.
        try? FileManager.default.removeItem(atPath: folder.string)
    }

    /// Makes a key and a certificate for a server.
    /// - Parameter names: Like `DNS:localhost` and `IP:127.0.0.1`.
    /// - Returns: The certificate and the key, in PEM format.
    /// - Throws: If openssl does not do it.
    package func sign(_ names: String) throws -> (certificate: FilePath, key: FilePath) {
        let name = UUID().uuidString
        let (key, certificate) = (folder.appending("\(name).key"), folder.appending("\(name).pem"))
        let options = [
            "-subj", "/CN=test", "-addext", "subjectAltName=\(names)", "-addext", "basicConstraints=critical,CA:FALSE",
            "-CA", self.certificate.string, "-CAkey", folder.appending("ca.key").string,
        ]
        try Self.makeCertificate(options, key: key, certificate: certificate)
        return (certificate, key)
    }

    /// A folder with the authority's certificate under the name that TLS libraries look for.
    package func hashedFolder() throws -> FilePath {
        let path = folder.appending("hashed")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
        let hash = try ServerProgram.run("openssl", "x509", "-noout", "-hash", "-in", certificate.string)
        let name = hash.trimmingCharacters(in: .whitespacesAndNewlines) + ".0"
        try FileManager.default.copyItem(atPath: certificate.string, toPath: path.appending(name).string)
        return path
    }
}
