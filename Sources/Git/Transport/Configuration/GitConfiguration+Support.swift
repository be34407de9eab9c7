extension GitConfiguration {
    /// The settings that change a clone and are not carried out, a sentence's end each.
    ///
    /// What is not known counts as such: better the Task's own image than a different clone.
    var unsupported: [String] {
        var found: [String] = []
        for entry in entries where !isCarriedOut(entry) {
            let isShown = ["core", "fetch", "protocol", "submodule", "init", "checkout"].contains(entry.section)
            let value = isShown ? entry.value.map { " is '\($0)'" } : nil
            found.append("\(entry.fullName) of its .gitconfig\(value ?? " is not carried out")")
        }
        return found
    }

    /// Sections that a clone never looks at, or that only change what is printed.
    private static let indifferent: Set<String> = [
        "add", "advice", "alias", "am", "apply", "author", "blame", "branch", "browser", "color", "column", "commit",
        "committer", "diff", "difftool", "format", "gc", "gitcvs", "gitweb", "gpg", "grep", "gui", "guitool", "help",
        "i18n", "imap", "instaweb", "interactive", "log", "mailinfo", "mailmap", "maintenance", "man", "merge",
        "mergetool", "notes", "pager", "pretty", "pull", "push", "rebase", "receive", "repack", "rerere", "safe",
        "sendemail", "sequence", "showbranch", "stash", "status", "tag", "trace2", "user", "versionsort", "web",
    ]

    /// Names of `core` that do not change a clone.
    private static let indifferentCore: Set<String> = [
        "abbrev", "askpass", "bigfilethreshold", "checkstat", "commentchar", "commitgraph", "compression", "editor",
        "excludesfile", "fsync", "fsyncmethod", "fsyncobjectfiles", "loosecompression", "multipackindex",
        "packedgitlimit", "packedgitwindowsize", "pager", "preloadindex", "quotepath", "safecrlf", "sshcommand",
        "trustctime", "untrackedcache", "whitespace", "deltabasecachelimit", "precomposeunicode", "warnambiguousrefs",
        "logallrefupdates", "filesreflocktimeout", "packedrefstimeout",
    ]

    /// Values of `core` that say what holds anyway.
    private static let plainCore: [String: Set<String>] = [
        "autocrlf": ["false", "input", "no", "off", "0"], "eol": ["lf", "native"], "filemode": ["true"],
        "symlinks": ["true"], "ignorecase": ["false"], "bare": ["false"], "protecthfs": ["true", "false"],
        "protectntfs": ["true", "false"],
    ]

    /// Names of `http` that are carried out, or that only change how fast it goes.
    private static let knownHTTP: Set<String> = [
        "extraheader", "lowspeedlimit", "lowspeedtime", "maxrequests", "minsessions", "postbuffer", "proxy",
        "sslcainfo", "ssltry", "sslverify", "version",
    ]

    private func isCarriedOut(_ entry: Entry) -> Bool {
        switch entry.section {
        case _ where Self.indifferent.contains(entry.section): true
        case "core":
            Self.indifferentCore.contains(entry.name)
                || Self.plainCore[entry.name]?.contains(entry.value?.lowercased() ?? "true") ?? false
        case "credential": isCarriedOutCredential(entry)
        // Those of an address are looked at again for the address of the clone.
        case "http":
            Self.knownHTTP.contains(entry.name) && entry.subsection.map { URLPattern($0) != nil } ?? true
                || entry.name == "followredirects" && entry.value == "initial"
        case "init": entry.name == "defaultbranch"
        case "url": ["insteadof", "pushinsteadof"].contains(entry.name)
        case "fetch": ["writecommitgraph", "output", "showforcedupdates"].contains(entry.name)
        case "index", "pack", "uploadpack", "uploadarchive": true
        case "transfer": ["unpacklimit"].contains(entry.name)
        default: false
        }
    }

    private func isCarriedOutCredential(_ entry: Entry) -> Bool {
        if let subsection = entry.subsection, URLPattern(subsection) == nil { return false }
        guard entry.name == "helper" else { return ["usehttppath", "username", "interactive"].contains(entry.name) }
        return CredentialHelper(entry.value ?? "") != .other
    }
}

extension GitConfiguration.Entry {
    /// The name as `git config` takes it, without what may be a password in an address.
    fileprivate var fullName: String {
        let masked = subsection.map { RemoteURL($0).masked }
        return ([section] + (masked.map { [$0] } ?? []) + [name]).joined(separator: ".")
    }
}
