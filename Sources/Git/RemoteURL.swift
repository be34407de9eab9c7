/// The address of a repository, as `git` reads it.
package struct RemoteURL: Sendable, Hashable {
    package enum Transport: Sendable, Hashable {
        case http, https, git, ssh
        /// A repository on this machine, by its path.
        case local(path: String)
        /// A scheme that nothing here speaks.
        case other(String)
    }

    /// As it was given, blanks around it removed.
    package let text: String
    package let transport: Transport

    package init(_ text: String) {
        self.text = String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        transport = Self.transport(of: self.text)
    }

    /// The address for people: without what may be a user's name and password.
    package var masked: String {
        guard let user = userInfo, transport != .ssh || text[user].contains(":") else { return text }
        return String(text[..<user.lowerBound] + "***" + text[user.upperBound...])
    }

    /// The address without the user and the password in it, as git shows it.
    var anonymous: String {
        if let user = userInfo { return String(text[..<user.lowerBound] + text[user.upperBound...].dropFirst()) }
        // `me@there:path`
        guard transport == .ssh, !text.contains("://"), let at = text.firstIndex(of: "@") else { return text }
        return String(text[text.index(after: at)...])
    }

    /// What comes before the `@` of the host.
    private var userInfo: Range<String.Index>? {
        guard let scheme = text.firstRange(of: "://") else { return nil }
        let authority = text[scheme.upperBound...].prefix { $0 != "/" }
        return authority.lastIndex(of: "@").map { scheme.upperBound..<$0 }
    }

    /// The host that it names, without a port; empty for a path.
    package var host: String {
        // An address that cannot be taken apart has none.
        if transport == .ssh { return (try? SSHAddress(self))?.host ?? "" }
        guard let scheme = text.firstRange(of: "://") else { return "" }
        let authority = text[scheme.upperBound...].prefix { $0 != "/" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard host.hasPrefix("[") else { return String(host.prefix { $0 != ":" }) }
        return String(host.dropFirst().prefix { $0 != "]" })
    }

    private static func transport(of text: String) -> Transport {
        if let scheme = text.firstRange(of: "://") {
            let rest = text[scheme.upperBound...]
            return switch text[..<scheme.lowerBound].lowercased() {
            case "http": .http
            case "https": .https
            case "git": .git
            case "ssh", "git+ssh", "ssh+git": .ssh
            case "file": .local(path: localPath(rest))
            default: .other(String(text[..<scheme.lowerBound]))
            }
        }
        // `host:path` is ssh unless a slash comes before the colon.
        if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") { return .ssh }
        return .local(path: text)
    }

    /// The path of a `file` address: a host is not part of it, and percent escapes are undone.
    private static func localPath(_ rest: Substring) -> String {
        let path = rest.drop { $0 != "/" }.utf8
        var bytes: [UInt8] = []
        var index = path.startIndex
        while index < path.endIndex {
            let digits = path[path.index(after: index)...].prefix(2)
            if path[index] == UInt8(ascii: "%"), digits.count == 2,
                let byte = UInt8(String(Substring(digits)), radix: 16)
            {
                bytes.append(byte)
                index = digits.endIndex
            } else {
                bytes.append(path[index])
                index = path.index(after: index)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
