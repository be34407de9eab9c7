import CGit2

/// How one remote is spoken to.
struct RemoteSession {
    let url: RemoteURL
    let cancellation: Cancellation
    private let conversation: Conversation

    /// - Parameters:
    ///   - url: As it was asked for; what the home's configuration makes of it is seen to here.
    ///   - access: The home and the environment that git would have.
    ///   - verifiesCertificates: What the repository's own `http.sslVerify` says.
    ///   - cancellation: Ends it.
    init(
        url: RemoteURL,
        access: RemoteAccess = RemoteAccess(),
        verifiesCertificates: Bool,
        cancellation: Cancellation
    ) {
        self.url = url
        self.cancellation = cancellation
        conversation = Conversation(
            url: url,
            access: access,
            verifiesCertificates: verifiesCertificates,
            cancellation: cancellation
        )
    }

    // MARK: - Calls

    func connect(_ remote: Handle) throws(LibraryError) { try conversation.connect(remote) }

    func list(_ remote: Handle) throws(LibraryError) -> RemoteRefs {
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try check(git_remote_ls(&heads, &count, remote.pointer))
        var refs: [RemoteRef] = []
        var head: ObjectID?
        var headTarget: String?
        for case .some(let offered) in UnsafeBufferPointer(start: heads, count: count) {
            let name = String(cString: offered.pointee.name)
            let id = ObjectID(offered.pointee.oid)
            if name == "HEAD" {
                head = id
                headTarget = offered.pointee.symref_target.map { String(cString: $0) }
            } else if name.hasSuffix("^{}") {
                // What an annotated tag stands for comes after it.
                if refs.last?.name == String(name.dropLast(3)) { refs[refs.count - 1].peeled = id }
            } else {
                refs.append(RemoteRef(name: name, id: id))
            }
        }
        return RemoteRefs(refs: refs, head: head, headTarget: headTarget)
    }

    func download(_ sources: [String], from remote: Handle) throws(LibraryError) {
        try conversation.download(sources, from: remote)
    }

    // MARK: - Addresses and errors

    func requireTransport() throws(GitError) {
        if case .other(let scheme) = url.transport {
            throw .unsupportedTransport(url: url.masked, scheme: scheme)
        }
    }

    func connectionError(_ error: LibraryError) -> GitError { conversation.error(error) }
}

/// What a progress callback returns: not zero stops the call.
func answer(_ payload: UnsafeMutableRawPointer?) -> Int32 {
    guard let payload else { return 0 }
    return Unmanaged<Cancellation>.fromOpaque(payload).takeUnretainedValue().isCancelled ? -1 : 0
}
