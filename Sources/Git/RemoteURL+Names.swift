import Crypto

extension RemoteURL {
    /// The address as `FETCH_HEAD` names it: without a user, slashes at its end and without `.git`.
    var nameInFetchHead: String {
        var name = anonymous[...]
        while name.hasSuffix("/") { name.removeLast() }
        if name.utf8.count > 5, name.hasSuffix(".git") { name.removeLast(4) }
        return String(name)
    }

    /// What its mirror is called: a part that reads, and a hash of what tells it from others.
    ///
    /// Passwords and users of http are no part of it, and neither is `.git`.
    var mirrorName: String {
        let identity = identity
        let hash = SHA256.hash(data: Array(identity.utf8)).prefix(8).hexDigits
        let rest = identity.firstRange(of: "://").map { identity[$0.upperBound...] } ?? identity[...]
        let readable = rest.unicodeScalars.map { scalar in
            let isPlain =
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains(scalar))
            return isPlain ? Character(scalar) : "-"
        }
        return "\(String(readable.suffix(80).drop { ".-".contains($0) }))-\(hash).git"
    }

    /// The same text for all spellings of one address.
    private var identity: String {
        var name = text[...]
        while name.hasSuffix("/") { name.removeLast() }
        if name.hasSuffix(".git") { name.removeLast(4) }
        while name.hasSuffix("/") { name.removeLast() }
        guard let scheme = name.firstRange(of: "://") else { return String(name) }
        let rest = name[scheme.upperBound...]
        var authority = rest.prefix { $0 != "/" }
        let path = rest[authority.endIndex...]
        var user = ""
        if let at = authority.lastIndex(of: "@") {
            if case .ssh = transport { user = authority[..<at].prefix { $0 != ":" } + "@" }
            authority = authority[authority.index(after: at)...]
        }
        return name[..<scheme.lowerBound].lowercased() + "://" + user + authority.lowercased() + path
    }

    /// A submodule's address, where it begins with `./` or `../`: against that of the repository it is in.
    ///
    /// [gitmodules](https://git-scm.com/docs/gitmodules), `submodule.<name>.url`
    /// - Returns: Nil where more is taken away than there is.
    func resolving(_ relative: String) -> RemoteURL? {
        guard relative.hasPrefix("./") || relative.hasPrefix("../") else { return RemoteURL(relative) }
        var base = text[...]
        if base.hasSuffix("/") { base.removeLast() }
        var rest = relative[...]
        var separator = "/"
        while true {
            if rest.hasPrefix("../") {
                rest = rest.dropFirst(3)
                if let slash = base.lastIndex(of: "/") {
                    base = base[..<slash]
                } else if let colon = base.lastIndex(of: ":") {
                    base = base[..<colon]
                    separator = ":"
                } else {
                    return nil
                }
            } else if rest.hasPrefix("./") {
                rest = rest.dropFirst(2)
            } else {
                break
            }
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        return RemoteURL(String(base) + separator + rest)
    }
}

extension RemoteURL.Transport {
    /// Whether it is not on this machine.
    var isRemote: Bool {
        if case .local = self { false } else { true }
    }
}
