import SystemPackage

/// How an address that begins with `http:` or `https:` is reached.
///
/// [git: http.*](https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpproxy)
struct HTTPSettings {
    /// A proxy that speaks http.
    struct Proxy: Equatable {
        /// Without user and password.
        var address: String
        var credential: Credential?
    }

    /// Whose signatures are trusted.
    struct Authorities: Hashable {
        /// Nil for those of this machine.
        var file: FilePath?
        /// More of them, in files with the names that `openssl rehash` gives.
        var folder: FilePath?
    }

    let url: URLParts
    let proxy: Proxy?
    let authorities: Authorities
    let verifiesCertificates: Bool
    /// Lines that every request gets.
    let headers: [String]
    let credentials: StoredCredentials
    /// What the settings ask for and is not carried out.
    let unsupported: [String]

    /// - Parameters:
    ///   - address: What is fetched from, rewritten already.
    ///   - access: The step's home and environment.
    ///   - configuration: The home's.
    ///   - verifies: What the repository's own `http.sslVerify` says.
    /// - Throws: If the address has no host.
    init(
        _ address: RemoteURL,
        _ access: RemoteAccess,
        _ configuration: GitConfiguration,
        verifies: Bool
    ) throws(GitError) {
        guard let url = URLParts(address.text) else {
            throw .malformedAddress(url: address.masked, reason: address.problem ?? "it names no host")
        }
        let home = StepHome(access)
        var unsupported: [String] = []
        self.url = url
        credentials = StoredCredentials(home: home, configuration: configuration)

        // The repository's own setting is read after those of the home; one for this address is closer than it.
        var settings = configuration
        settings.entries.append(.init(section: "http", name: "sslverify", value: "\(verifies)"))
        verifiesCertificates = settings.entries("http", "sslverify", for: url, .best).last?.isTrue ?? true

        var file = access.certificateFile
        if file == nil, let path = settings.entries("http", "sslcainfo", for: url, .best).last?.value, !path.isEmpty {
            file = home.place(path).flatMap { home.file($0) }
            if file == nil { unsupported.append("http.sslCAInfo of its .gitconfig names \(path)") }
        }
        authorities = Authorities(file: file, folder: access.certificateFolder)

        headers = settings.entries("http", "extraheader", for: url, .best).reduce(into: []) { headers, entry in
            if let value = entry.value, !value.isEmpty { headers.append(value) } else { headers = [] }
        }

        let configured = settings.entries("http", "proxy", for: url, .best).last
        let chosen = configured?.value ?? Self.proxy(of: access.proxies, for: url)
        if chosen.isEmpty || ProxyExclusion(access.proxies.excluded).contains(url.host) {
            proxy = nil
        } else if let proxy = Self.proxy(chosen) {
            self.proxy = proxy
        } else {
            proxy = nil
            unsupported.append("its proxy does not speak http")
        }
        self.unsupported = unsupported
    }

    private static func proxy(of proxies: RemoteAccess.Proxies, for url: URLParts) -> String {
        let own = url.scheme == "https" ? proxies.https : proxies.http
        return own.isEmpty ? proxies.all : own
    }

    private static func proxy(_ text: String) -> Proxy? {
        guard var parts = URLParts(text.contains("://") ? text : "http://" + text), parts.scheme == "http" else {
            return nil
        }
        // curl takes 1080 where a proxy names no port.
        parts.port = parts.port ?? 1080
        parts.path = ""
        let credential = parts.user.map { Credential(user: $0, password: parts.password ?? "") }
        return Proxy(address: parts.bare, credential: credential)
    }
}
