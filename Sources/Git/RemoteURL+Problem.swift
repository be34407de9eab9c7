extension RemoteURL {
    /// Why it cannot be an address, whatever the network says; nil if it can be one.
    package var problem: String? {
        guard !text.isEmpty else { return "it is empty" }
        switch transport {
        case .local: return nil
        case .other(let scheme): return Self.problem(ofScheme: scheme)
        case .http, .https, .git:
            guard let scheme = text.firstRange(of: "://") else { return nil }
            return Self.problem(ofAuthority: text[scheme.upperBound...].prefix { !"/?#".contains($0) })
        case .ssh:
            do throws(GitError) {
                _ = try SSHAddress(self)
                return nil
            } catch {
                if case .malformedAddress(_, let reason) = error { return reason }
                return nil
            }
        }
    }

    /// Looks at what stands before `://`.
    ///
    /// [RFC 3986, 3.1](https://www.rfc-editor.org/rfc/rfc3986#section-3.1)
    private static func problem(ofScheme scheme: String) -> String? {
        guard let first = scheme.first else { return "nothing stands before '://'" }
        func isLetter(_ character: Character) -> Bool { character.isASCII && character.isLetter }
        let isScheme =
            isLetter(first)
            && scheme.allSatisfy { isLetter($0) || $0.isASCII && $0.isNumber || "+-.".contains($0) }
        return isScheme ? nil : "'\(scheme)' is no scheme"
    }

    /// Looks at `user:password@host:port`.
    private static func problem(ofAuthority authority: Substring) -> String? {
        var rest = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let host: Substring
        if rest.hasPrefix("[") {
            guard let bracket = rest.firstIndex(of: "]") else { return "the bracket of its host is not closed" }
            host = rest[rest.index(after: rest.startIndex)..<bracket]
            rest = rest[rest.index(after: bracket)...]
        } else {
            host = rest.prefix { $0 != ":" }
            rest = rest[host.endIndex...]
        }
        guard !host.isEmpty else { return "it names no host" }
        guard !host.contains(where: { $0.isWhitespace || "[]<>\\^`{|}\"".contains($0) }) else {
            return "'\(host)' is no host"
        }
        guard rest.isEmpty || rest.hasPrefix(":") else { return "'\(rest)' stands after its host" }
        let port = rest.dropFirst()
        return port.isEmpty || UInt16(port) != nil ? nil : "'\(port)' is no port"
    }
}
