import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// A repository with one commit, to be cloned in several ways.
struct Cloning {
    let repository: SampleRepository
    let head: String

    init() throws {
        repository = try SampleRepository()
        head = try repository.commit(["README.md": .text("one\n"), "bin/tool": .program("#!/bin/sh\n")])
    }

    @discardableResult
    func clone(_ url: String, _ access: RemoteAccess, verifies: Bool = true) async throws -> FilePath {
        let destination = repository.folder.appending("out-\(UUID().uuidString)")
        let request = CloneRequest(
            url: RemoteURL(url),
            destination: destination,
            access: access,
            verifiesCertificates: verifies
        )
        let result = try await Cloner.clone(request)
        #expect(result.commit == head)
        #expect(try SampleRepository.git(["-C", destination.string, "fsck", "--no-dangling"]) == "")
        return destination
    }

    /// Why the clone fails; recorded as an issue if it does not.
    func failure(_ url: String, _ access: RemoteAccess, verifies: Bool = true) async throws -> GitError {
        try #require(await #expect(throws: GitError.self) { try await clone(url, access, verifies: verifies) })
    }
}

extension TLSServer {
    /// A server with TLS in front of one without, with a certificate for some names.
    convenience init(for server: GitServer, names: String = "DNS:localhost", by authority: CertificateAuthority) throws
    {
        let (certificate, key) = try authority.sign(names)
        try self.init(certificate: certificate, key: key, to: server.port)
    }
}
