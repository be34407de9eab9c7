import Foundation
import NIOSSL
import SystemPackage

/// Whose certificates a fetch trusts.
final class TLSSecurity {
    private let authorities: HTTPSettings.Authorities
    private let verifies: Bool
    private var context: NIOSSLContext?

    init(authorities: HTTPSettings.Authorities = HTTPSettings.Authorities(), verifies: Bool = true) {
        self.authorities = authorities
        self.verifies = verifies
    }

    /// Made when the first connection needs it, since reading all authorities takes a while.
    func makeContext() throws(GitError) -> NIOSSLContext {
        if let context { return context }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = verifies ? .fullVerification : .none
        if verifies {
            // curl reads both, whatever it needs them for; what is missing or no certificate is an error for it too.
            if let file = authorities.file {
                try requireReadable(file)
                configuration.trustRoots = .file(file.string)
            }
            if let folder = authorities.folder {
                configuration.additionalTrustRoots = [.certificates(certificates(in: folder))]
            }
        }
        do {
            let made = try NIOSSLContext(configuration: configuration)
            context = made
            return made
        } catch {
            let path = authorities.file ?? authorities.folder
            throw .certificatesUnusable(path: path, message: "it holds no certificates")
        }
    }

    /// The certificates in a folder, in files with the names that `openssl rehash` gives.
    ///
    /// OpenSSL passes over what it cannot read there.
    private func certificates(in folder: FilePath) -> [NIOSSLCertificate] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
        return names.sorted().filter { $0.wholeMatch(of: /[0-9a-f]{8}\.[0-9]+/) != nil }
            .flatMap { (try? NIOSSLCertificate.fromPEMFile(folder.appending($0).string)) ?? [] }
    }

    private func requireReadable(_ file: FilePath) throws(GitError) {
        guard access(file.string, R_OK) != 0 else { return }
        throw .certificatesUnusable(path: file, message: String(cString: strerror(errno)))
    }
}
