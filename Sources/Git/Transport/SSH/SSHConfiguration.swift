import SystemPackage

/// What the step's home says about ssh, rewritten for this machine.
///
/// OpenSSH takes the home from the user database and not from `HOME`, so each path in the configuration is written out.
struct SSHConfiguration {
    /// A text whose paths are those of `SSHFolder`.
    struct File: Equatable {
        var name: String
        var text: String
    }

    /// The files to write; the first one is the configuration itself.
    private(set) var files: [File] = []
    /// The places in the home that it names, to be copied.
    private(set) var places: [FilePath] = []
    /// What it asks for and is not carried out, a sentence's end each.
    private(set) var unsupported: [String] = []
    /// Whether the home knows hosts; `git-init` takes any key where it does not.
    let knowsHosts: Bool
    /// Who to log in as where nothing says so.
    private let userName: String
    private let home: StepHome

    /// Stands for the folder that the files are written to, until its name is known.
    static let folderMark = "\u{1}"

    init(_ access: RemoteAccess, _ configuration: GitConfiguration) throws(GitError) {
        home = StepHome(access)
        userName = access.userName
        knowsHosts = !access.acceptsAnyHostKey
        var text = Self.head(connectTimeout: nil)
        // Without known hosts git-init sets a command of its own, which hides that of the home.
        if knowsHosts, let command = configuration.values("core", "sshcommand").last {
            text += options(of: command ?? "")
        }
        text += try rewritten(".ssh/config", depth: 0)
        text += tail(connectTimeout: access.connectTimeout)
        files.insert(File(name: "config", text: text), at: 0)
    }

    // MARK: - Around the step's own

    /// What nothing may change: only what is in the home counts, and nothing stays behind.
    private static func head(connectTimeout: Duration?) -> String {
        """
        BatchMode yes
        AddKeysToAgent no
        ClearAllForwardings yes
        ControlMaster no
        ControlPath none
        ControlPersist no
        ForwardAgent no
        ForwardX11 no
        GSSAPIAuthentication no
        HostbasedAuthentication no
        IdentityAgent none
        LogLevel ERROR
        PermitLocalCommand no
        Tunnel no
        UpdateHostKeys no
        VisualHostKey no

        """
    }

    /// What holds where the step's own configuration says nothing.
    private func tail(connectTimeout: Duration) -> String {
        """
        Match all
        ConnectTimeout \(max(1, connectTimeout.components.seconds))
        GlobalKnownHostsFile /dev/null
        StrictHostKeyChecking yes
        User \(userName)
        UserKnownHostsFile \(quoted(".ssh/known_hosts")) \(quoted(".ssh/known_hosts2"))

        """
    }

    /// Options of a `core.sshCommand`, which come before the configuration.
    private mutating func options(of command: String) -> String {
        let refusal = "core.sshCommand of its .gitconfig is '\(command)'"
        // A shell would read the command: what it treats apart is left to it.
        guard !command.contains(where: { "`;&|<>()*?[]\n".contains($0) }) else {
            unsupported.append(refusal)
            return ""
        }
        var words = ShellWords.split(command[...])[...]
        guard let program = words.popFirst(), program == "ssh" || program == "/usr/bin/ssh" else {
            if !command.isEmpty { unsupported.append(refusal) }
            return ""
        }
        var text = ""
        while let word = words.popFirst() {
            var value: String?
            let flag = String(word.prefix(2))
            if ["-o", "-i"].contains(flag) { value = word.count > 2 ? String(word.dropFirst(2)) : words.popFirst() }
            guard let value else {
                unsupported.append(refusal)
                return ""
            }
            let line = flag == "-i" ? "IdentityFile \"\(value)\"" : value
            text += rewritten(line: line, depth: 0) ?? ""
        }
        return text
    }

    // MARK: - The step's own

    /// The text of a configuration file with its paths written out; empty if it is not there.
    private mutating func rewritten(_ place: FilePath, depth: Int) throws(GitError) -> String {
        guard let text = try home.text(place) else { return "" }
        return text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { String($0) }
            .map { rewritten(line: $0, depth: depth) ?? "\n" }.joined()
    }

    /// One line with its paths written out; nil if it is left out.
    private mutating func rewritten(line text: String, depth: Int) -> String? {
        guard let line = SSHConfigurationLine(text) else { return nil }
        let value = line.arguments.joined(separator: " ")
        func refuse() { unsupported.append("\(line.keyword) of its .ssh/config is '\(value)'") }
        switch line.keyword {
        case "identityfile", "certificatefile", "userknownhostsfile", "globalknownhostsfile", "revokedhostkeys":
            let paths = line.arguments.map { rewritten(path: $0) }
            guard !paths.isEmpty, !paths.contains(nil) else {
                refuse()
                return nil
            }
            return "\(line.keyword) \(paths.compactMap { $0 }.joined(separator: " "))\n"
        case "include":
            guard depth < 16, let names = include(line.arguments, depth: depth) else {
                refuse()
                return nil
            }
            return names.isEmpty ? nil : "include \(names.joined(separator: " "))\n"
        // The head says what holds for these.
        case "identityagent", "controlmaster", "controlpath", "controlpersist", "xauthlocation", "loglevel": return nil
        case "proxycommand", "proxyjump", "knownhostscommand", "pkcs11provider", "securitykeyprovider":
            if value.lowercased() != "none" { refuse() }
            return nil
        case "bindaddress", "bindinterface", "localcommand", "remotecommand", "smartcarddevice", "tunneldevice":
            refuse()
            return nil
        case "permitlocalcommand", "tunnel", "gssapiauthentication", "hostbasedauthentication",
            "forkafterauthentication":
            if value.lowercased() != "no" { refuse() }
            return nil
        case "match":
            let conditions = ["exec", "localuser", "localnetwork", "tagged"]
            if line.arguments.contains(where: { conditions.contains($0.lowercased().drop { $0 == "!" }.description) }) {
                refuse()
                return nil
            }
            return text + "\n"
        default: return text + "\n"
        }
    }

    /// A path as it is written into the rewritten file; nil if it leads out of the home.
    private mutating func rewritten(path: String) -> String? {
        if ["none", "/dev/null"].contains(path.lowercased()) { return path }
        guard let place = home.place(path) else { return nil }
        // The user and the machine are others in a container.
        guard !["%u", "%i", "%l", "%L"].contains(where: { place.string.contains($0) }) else { return nil }
        if !place.starts(with: ".ssh") {
            // Which file a token leads to is known only to ssh.
            guard !place.string.contains("%") else { return nil }
            places.append(place)
        }
        return quoted(place)
    }

    private func quoted(_ place: FilePath) -> String {
        let path = "\(Self.folderMark)/home/\(place)".replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(path)\""
    }

    /// The names of the rewritten files that stand for those that are included; nil if one leads out of the home.
    private mutating func include(_ patterns: [String], depth: Int) -> [String]? {
        var names: [String] = []
        for pattern in patterns {
            let isPlain = pattern.hasPrefix("/") || pattern.hasPrefix("~")
            guard let place = home.place(isPlain ? pattern : "~/.ssh/\(pattern)") else { return nil }
            for file in home.matches(place) {
                guard let text = try? rewritten(file, depth: depth + 1) else { return nil }
                let name = "include-\(files.count)"
                files.append(File(name: name, text: text))
                names.append("\"\(Self.folderMark)/\(name)\"")
            }
        }
        return names
    }
}
