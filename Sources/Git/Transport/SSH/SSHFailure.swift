/// What ssh's last words mean.
enum SSHFailure {
    /// - Parameters:
    ///   - words: What ssh and the server's git said on standard error.
    ///   - url: The address as it may be shown.
    ///   - address: Whom ssh was asked for.
    ///   - folder: The private folder, whose paths are shown as those of the home.
    /// - Returns: The error that says it.
    static func error(_ words: String, url: String, address: SSHAddress, folder: String) -> GitError {
        let lines = words.replacing("\(folder)/home", with: "~").replacing(folder, with: "~/.ssh")
            .split(whereSeparator: \.isNewline).map { $0.trimmed }.filter { !$0.isEmpty }
        func line(with texts: String...) -> String? { lines.first { line in texts.contains { line.contains($0) } } }
        let last = lines.last ?? "ssh ended without a word"

        if line(with: "REMOTE HOST IDENTIFICATION HAS CHANGED") != nil {
            let offending = line(with: "Offending").map { $0.hasSuffix(":") ? String($0.dropLast()) : $0 }
            return .hostKeyChanged(host: address.host, message: offending ?? "another key is in known_hosts")
        }
        if line(with: "Host key verification failed", "has been revoked") != nil {
            let reason = line(with: "host key is known", "revoked", "No matching host key") ?? "its key is not known"
            return .hostKeyUnknown(host: address.host, message: reason)
        }
        if let refusal = line(with: "Permission denied (", "Too many authentication failures") {
            let hint = line(with: "Load key", "UNPROTECTED PRIVATE KEY", "no such identity")
            return .keyRefused(url: url, message: [hint, refusal].compactMap { $0 }.joined(separator: "; "))
        }
        if let unresolved = line(with: "Could not resolve hostname") {
            return .nameNotResolved(host: address.host, message: unresolved)
        }
        if let missing = line(
            with: "does not appear to be a git repository",
            "epository not found",
            "epository does not exist",
            "project you were looking for could not be found"
        ) {
            return .repositoryNotFound(url: url, message: missing)
        }
        if let bad = line(with: "Bad configuration option", "bad configuration options") {
            return .failed(action: "reading", subject: "the ssh configuration of the step's home", message: bad)
        }
        return .unreachable(url: url, message: last)
    }
}

extension Substring {
    /// Without blanks around it.
    fileprivate var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
