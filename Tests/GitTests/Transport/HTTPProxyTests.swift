import Foundation
import Git
import SystemPackage
import TestSupport
import Testing

/// Clones through a proxy, as the environment or the home's configuration names it.
struct HTTPProxyTests {
    let cloning: Cloning

    init() throws { cloning = try Cloning() }

    private static let name = "sample.git"

    private func server(_ rules: GitServer.Rules = GitServer.Rules()) throws -> GitServer {
        try GitServer(cloning.repository.folder, rules: rules)
    }

    @Test func `a proxy is used for the addresses of its scheme`() async throws {
        let authority = try CertificateAuthority()
        let plain = try server()
        defer { withExtendedLifetime(plain) {} }
        let secure = try TLSServer(for: plain, by: authority)
        let proxies = [try ProxyServer(), try ProxyServer()]
        var access = RemoteAccess(certificateFile: authority.certificate)
        access.proxies = .init(http: proxies[0].url, https: "127.0.0.1:\(proxies[1].port)")
        try await cloning.clone(plain.url(Self.name), access)
        try await cloning.clone(secure.url(Self.name), access)
        let start = plain.url(Self.name)
        #expect(
            proxies[0].requests == ["GET \(start)/info/refs?service=git-upload-pack", "POST \(start)/git-upload-pack"]
        )
        #expect(Set(proxies[1].requests) == ["CONNECT localhost:\(secure.port)"])

        access.proxies.excluded = "example.com, 127.0.0.0/8,.localhost"
        try await cloning.clone(plain.url(Self.name), access)
        try await cloning.clone(secure.url(Self.name), access)
        #expect(proxies[0].requests.count == 2)
        #expect(Set(proxies[1].requests).count == 1)
    }

    @Test func `the home's configuration names a proxy before the environment does`() async throws {
        let server = try server()
        let proxy = try ProxyServer()
        let home = try StepHomeFolder([".gitconfig": "[http]\n\tproxy = \(proxy.url)\n"])
        try await cloning.clone(
            server.url(Self.name),
            RemoteAccess(home: home.path, proxies: .init(http: "http://127.0.0.1:1"))
        )
        #expect(proxy.requests.count == 2)
        let none = try StepHomeFolder([".gitconfig": "[http]\n\tproxy =\n"])
        try await cloning.clone(
            server.url(Self.name),
            RemoteAccess(home: none.path, proxies: .init(http: "http://127.0.0.1:1"))
        )
    }

    @Test func `a proxy may ask for a user and a password`() async throws {
        let authority = try CertificateAuthority()
        let plain = try server()
        defer { withExtendedLifetime(plain) {} }
        let secure = try TLSServer(for: plain, by: authority)
        let proxy = try ProxyServer(credential: "eve:p@ss")
        for url in [plain.url(Self.name), secure.url(Self.name)] {
            var access = RemoteAccess(certificateFile: authority.certificate)
            access.proxies.all = "http://eve:p%40ss@127.0.0.1:\(proxy.port)"
            try await cloning.clone(url, access)
            for wrong in ["http://127.0.0.1:\(proxy.port)", "http://eve:wrong-one@127.0.0.1:\(proxy.port)"] {
                access.proxies.all = wrong
                let error = try await cloning.failure(url, access)
                guard case .proxyFailed(proxy.url, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(!error.description.contains("wrong-one"))
            }
        }
    }

    @Test(arguments: ["http://127.0.0.1:1", "http://proxy.invalid:3128"])
    func `a proxy that is not there is told from a server that is not there`(address: String) async throws {
        let error = try await cloning.failure(
            "https://example.com/a.git",
            RemoteAccess(proxies: .init(https: address))
        )
        guard case .proxyFailed(address, _) = error else {
            Issue.record("\(error)")
            return
        }
    }
}
