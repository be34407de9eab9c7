/// What workspaces bring for authentication.
extension CloneScript {
    /// Files that a bound workspace brings to the user's home, or names to git.
    mutating func readMaterial(of workspace: String, _ body: [Statement]) -> Bool {
        let path = "$(workspaces.\(workspace).path)"
        let homes = Self.homes(in: body)
        for home in homes {
            let passwords = Self.statements(
                """
                cp "\(path)/.git-credentials" "\(home)/.git-credentials"
                cp "\(path)/.gitconfig" "\(home)/.gitconfig"
                chmod 400 "\(home)/.git-credentials"
                chmod 400 "\(home)/.gitconfig"
                """
            )
            if Self.isMade(of: passwords, body) {
                credentials.insert(workspace)
                return true
            }
            let keys = Self.statements(
                """
                cp -R "\(path)" "\(home)"/.ssh
                chmod 700 "\(home)"/.ssh
                chmod -R 400 "\(home)"/.ssh/*
                """
            )
            if Self.isMade(of: keys, body) {
                self.keys.insert(workspace)
                return true
            }
        }
        return readCertificates(of: workspace, body)
    }

    private mutating func readCertificates(of workspace: String, _ body: [Statement]) -> Bool {
        let path = "$(workspaces.\(workspace).path)"
        guard body.first == Self.statements("export GIT_SSL_CAPATH=\"\(path)\"").first else { return false }
        switch body.count {
        case 1: break
        case 2:
            guard case .conditional(let condition, let inner) = body[1], inner.count == 1,
                let file = Self.comparison(condition, "!=", ""), case .command(let words) = inner[0],
                words.count == 2, words[0].plain == "export", let (name, value) = Self.assignment(words[1]),
                name == "GIT_SSL_CAINFO",
                value.segments == [.tekton("workspaces.\(workspace).path"), .text("/")] + file.segments
            else { return false }
        default: return false
        }
        certificates.insert(workspace)
        return true
    }
}
