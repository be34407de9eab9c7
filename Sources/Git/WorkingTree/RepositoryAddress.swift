import Foundation
import SystemPackage

/// What a repository's URL names, however it is spelt: `git@host:a/b.git` and `https://host/a/b` are one.
enum RepositoryAddress: Sendable, Hashable {
    /// One on a server.
    case server(Server)
    /// One on this machine, by its path.
    case local(FilePath)

    struct Server: Sendable, Hashable {
        enum Service: Sendable, Hashable { case ssh, web, git }

        var service: Service
        var host: String
        /// Nil for the port that the scheme has anyway.
        var port: Int?
        /// The components, `.git` at the end left out.
        var path: [String]
    }

    init?(_ url: RemoteURL) {
        if case .local(let path) = url.transport {
            self = .local(FilePath(path))
            return
        }
        guard let server = url.text.contains("://") ? Server(url: url) : Server(shortForm: url.text) else { return nil }
        self = .server(server)
    }

    /// Whether both name one repository.
    ///
    /// Between ssh and the web ports say nothing: a server has one for each.
    func isSame(as other: RepositoryAddress) -> Bool {
        switch (self, other) {
        case (.local(let path), .local(let otherPath)): return path.resolved == otherPath.resolved
        case (.server(let server), .server(let other)):
            guard server.host == other.host, server.path == other.path, !server.path.isEmpty else { return false }
            return server.service != other.service || server.port == other.port
        default: return false
        }
    }
}

extension RepositoryAddress.Server {
    fileprivate init?(url: RemoteURL) {
        guard let separator = url.text.firstRange(of: "://") else { return nil }
        let standardPort: Int
        switch url.transport {
        case .ssh: (service, standardPort) = (.ssh, 22)
        case .http: (service, standardPort) = (.web, 80)
        case .https: (service, standardPort) = (.web, 443)
        case .git: (service, standardPort) = (.git, 9418)
        case .local, .other: return nil
        }
        let rest = url.text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        let text = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard let (host, port) = Self.hostAndPort(text) else { return nil }
        self.host = Self.knownName(of: host)
        // The names for ssh behind a firewall listen where https does.
        self.port = port == standardPort || self.host != host ? nil : port
        path = Self.components(
            rest[authority.endIndex...].removingPercentEncoding ?? String(rest[authority.endIndex...])
        )
    }

    /// `user@host:path`, also `[user@host:port]:path`.
    fileprivate init?(shortForm text: String) {
        service = .ssh
        let colon: String.Index?
        if let bracket = text.firstIndex(of: "]"), text.firstIndex(of: "[").map({ $0 < bracket }) ?? false {
            colon = text[bracket...].firstIndex(of: ":")
        } else {
            colon = text.firstIndex(of: ":")
        }
        guard let colon else { return nil }
        var place = text[..<colon]
        if place.hasPrefix("["), place.hasSuffix("]") { place = place.dropFirst().dropLast() }
        if let at = place.lastIndex(of: "@") { place = place[place.index(after: at)...] }
        let isBareAddress = place.filter { $0 == ":" }.count > 1 && !place.hasPrefix("[")
        guard let (host, port) = isBareAddress ? (place.lowercased(), nil) : Self.hostAndPort(place) else { return nil }
        self.host = Self.knownName(of: host)
        self.port = port == 22 || self.host != host ? nil : port
        path = Self.components(String(text[text.index(after: colon)...]))
    }

    private static func hostAndPort(_ text: Substring) -> (host: String, port: Int?)? {
        var host = text
        var port: Substring = ""
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            port = text[text.index(after: end)...].drop { $0 == ":" }
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard !host.isEmpty else { return nil }
        guard !port.isEmpty else { return (host.lowercased(), nil) }
        return Int(port).map { (host.lowercased(), $0) }
    }

    /// The usual name of a host that has another one for ssh on port 443.
    private static func knownName(of host: String) -> String {
        switch host {
        case "ssh.github.com": "github.com"
        case "altssh.gitlab.com": "gitlab.com"
        case "altssh.bitbucket.org": "bitbucket.org"
        default: host
        }
    }

    private static func components(_ path: String) -> [String] {
        var components = path.split(separator: "/").map { String($0) }.filter { $0 != "." }
        if let last = components.last, last.hasSuffix(".git"), last != ".git" {
            components[components.count - 1] = String(last.dropLast(4))
        }
        return components
    }
}

extension FilePath {
    /// The path without symbolic links, as far as it is there.
    var resolved: FilePath {
        guard let path = realpath(string, nil) else { return lexicallyNormalized() }
        defer { free(path) }
        return FilePath(platformString: path)
    }
}
