import CGit2

/// How one remote is spoken to.
struct RemoteSession {
    let url: RemoteURL
    let verifiesCertificates: Bool
    let cancellation: Cancellation

    // MARK: - Calls

    func connect(_ remote: Handle) throws(LibraryError) {
        var callbacks = callbacks()
        var proxy = git_proxy_options()
        git_proxy_options_init(&proxy, UInt32(GIT_PROXY_OPTIONS_VERSION))
        proxy.type = GIT_PROXY_AUTO
        try check(git_remote_connect(remote.pointer, GIT_DIRECTION_FETCH, &callbacks, &proxy, nil))
    }

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
        var options = git_fetch_options()
        git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
        options.callbacks = callbacks()
        options.update_fetchhead = 0
        options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
        options.proxy_opts.type = GIT_PROXY_AUTO
        let pointer = remote.pointer
        let code = withStringArray(sources) { git_remote_download(pointer, $0, &options) }
        try check(code)
    }

    /// The callbacks borrow `cancellation`, which outlives every call made with them.
    private func callbacks() -> git_remote_callbacks {
        var callbacks = git_remote_callbacks()
        git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION))
        callbacks.payload = Unmanaged.passUnretained(cancellation).toOpaque()
        callbacks.transfer_progress = { _, payload in answer(payload) }
        callbacks.sideband_progress = { _, _, payload in answer(payload) }
        callbacks.pack_progress = { _, _, _, payload in answer(payload) }
        if !verifiesCertificates { callbacks.certificate_check = { _, _, _, _ in 0 } }
        return callbacks
    }

    // MARK: - Addresses and errors

    func requireTransport() throws(GitError) {
        switch url.transport {
        case .http, .https, .git, .local: return
        case .ssh: throw .unsupportedTransport(url: url.masked, scheme: "ssh")
        case .other(let scheme): throw .unsupportedTransport(url: url.masked, scheme: scheme)
        }
    }

    func connectionError(_ error: LibraryError) -> GitError {
        if cancellation.isCancelled { return .cancelled }
        let message = error.message.replacing(url.text, with: url.masked)
        if error.code == GIT_EAUTH.rawValue { return .authenticationRequired(url: url.masked, message: message) }
        let isMissing = error.code == GIT_ENOTFOUND.rawValue || message.hasSuffix("status code: 404")
        return isMissing
            ? .repositoryNotFound(url: url.masked, message: message)
            : .unreachable(url: url.masked, message: message)
    }
}

/// What a progress callback returns: not zero stops the call.
func answer(_ payload: UnsafeMutableRawPointer?) -> Int32 {
    guard let payload else { return 0 }
    return Unmanaged<Cancellation>.fromOpaque(payload).takeUnretainedValue().isCancelled ? -1 : 0
}
