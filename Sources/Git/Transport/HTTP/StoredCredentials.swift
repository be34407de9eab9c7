import SystemPackage

/// A user and a password.
struct Credential: Hashable {
    var user: String
    var password: String
}

/// The credentials that git finds for an address: in the address, or through `credential.helper = store`.
///
/// [git: gitcredentials](https://git-scm.com/docs/gitcredentials), [git: git-credential-store](
/// https://git-scm.com/docs/git-credential-store)
struct StoredCredentials {
    let home: StepHome
    let configuration: GitConfiguration

    /// Nil if there are none; a file that cannot be read has none for git either.
    func credential(for url: URLParts) -> Credential? {
        if let user = url.user, let password = url.password { return Credential(user: user, password: password) }
        let user = url.user ?? configuration.entries("credential", "username", for: url, .all).last?.value
        let usesPath = configuration.entries("credential", "usehttppath", for: url, .all).last?.isTrue ?? false
        let path = usesPath ? Self.path(of: url) : nil
        for file in files(for: url) {
            // What cannot be read holds nothing, as for git's own helper.
            let text = (try? home.text(file)) ?? ""
            for line in text.split(whereSeparator: \.isNewline) {
                guard let stored = URLParts(String(line)), let name = stored.user, let password = stored.password,
                    stored.scheme == url.scheme, stored.hostAndPort == url.hostAndPort,
                    user == nil || user == name, path == nil || path == Self.path(of: stored)
                else { continue }
                return Credential(user: name, password: password)
            }
        }
        return nil
    }

    /// The files that the helpers look at, in their order.
    private func files(for url: URLParts) -> [FilePath] {
        var files: [FilePath] = []
        for entry in configuration.entries("credential", "helper", for: url, .all) {
            switch CredentialHelper(entry.value ?? "") {
            case .reset: files = []
            case .store(nil): files += [".git-credentials", ".config/git/credentials"]
            case .store(let file?): files += home.place(file).map { [$0] } ?? []
            case .cache, .other: break
            }
        }
        return files
    }

    private static func path(of url: URLParts) -> String {
        var path = url.path.drop { $0 == "/" }
        while path.hasSuffix("/") { path.removeLast() }
        return URLParts.unescaped(path)
    }
}
