/// An address of ssh: `host:path`, `user@host:path`, `ssh://user@host:port/path` and the like.
///
/// [git: GIT URLS](https://git-scm.com/docs/git-fetch#_git_urls)
struct SSHAddress: Equatable {
    var user: String?
    /// A host, or an alias of ssh's configuration.
    var host: String
    var port: Int?
    /// As the server is asked for it; it may begin with `~`.
    var path: String

    init(_ url: RemoteURL) throws(GitError) {
        func bad(_ message: String) -> GitError {
            .malformedAddress(url: url.masked, reason: message)
        }
        var authority: Substring
        var path: Substring
        if let mark = url.text.firstRange(of: "://") {
            let rest = url.text[mark.upperBound...]
            authority = rest.prefix { $0 != "/" }
            path = rest[authority.endIndex...]
        } else {
            // The colon of `[::1]:path` is the one after the bracket.
            let text = url.text[...]
            let at = text.firstIndex(of: "@").map { text.index(after: $0) } ?? text.startIndex
            let bracket = text[at...].hasPrefix("[") ? text.firstIndex(of: "]") : nil
            guard let colon = text[(bracket ?? text.startIndex)...].firstIndex(of: ":") else {
                throw bad("it names no path")
            }
            authority = text[..<colon]
            path = text[text.index(after: colon)...]
        }
        if path.hasPrefix("/~") { path.removeFirst() }
        guard !path.isEmpty, path != "/" || url.text.hasSuffix(":/") else { throw bad("it names no path") }

        let isURL = url.text.contains("://")
        func decoded(_ text: Substring) -> String { isURL ? URLParts.unescaped(text) : String(text) }
        if let at = authority.lastIndex(of: "@") {
            user = decoded(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        if authority.hasPrefix("["), let bracket = authority.firstIndex(of: "]") {
            let inner = authority[authority.index(after: authority.startIndex)..<bracket]
            let after = authority[authority.index(after: bracket)...].drop { $0 == ":" }
            if !after.isEmpty {
                (host, port) = (String(inner), Int(after))
                guard port != nil else { throw bad("\(after) is no port") }
            } else if inner.count(where: { $0 == ":" }) == 1, let colon = inner.firstIndex(of: ":"),
                let number = UInt16(inner[inner.index(after: colon)...])
            {
                (host, port) = (String(inner[..<colon]), Int(number))
            } else {
                (host, port) = (String(inner), nil)
            }
        } else if isURL, let colon = authority.lastIndex(of: ":") {
            let number = authority[authority.index(after: colon)...]
            (host, port) = (decoded(authority[..<colon]), number.isEmpty ? nil : UInt16(number).map { Int($0) })
            guard number.isEmpty || port != nil else { throw bad("\(number) is no port") }
        } else {
            (host, port) = (decoded(authority), nil)
        }
        self.path = decoded(path)
        // ssh would take these for options.
        guard !host.isEmpty else { throw bad("it names no host") }
        guard !host.contains(where: \.isWhitespace) else { throw bad("'\(host)' is no host") }
        guard !(user ?? "").hasPrefix("-"), !host.hasPrefix("-") else { throw bad("its host begins with '-'") }
        guard !self.path.hasPrefix("-") else { throw bad("its path begins with '-'") }
    }

    /// The words that name the server for ssh.
    var arguments: [String] {
        (port.map { ["-p", "\($0)"] } ?? []) + [(user.map { $0 + "@" } ?? "") + host]
    }

    /// What the server is asked to run.
    var command: String {
        let quoted = path.replacing("'", with: "'\\''").replacing("!", with: "'\\!'")
        return "git-upload-pack '\(quoted)'"
    }
}
