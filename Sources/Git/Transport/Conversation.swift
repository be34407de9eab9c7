import CGit2
import Foundation

/// A conversation with one remote: how it is reached, and why it is not.
final class Conversation {
    private let url: RemoteURL
    private let access: RemoteAccess
    private let verifiesCertificates: Bool
    private let cancellation: Cancellation
    /// What is really spoken with: rewritten, and redirected.
    private var address: RemoteURL?
    private var network: Network?
    private var http: HTTPSettings?
    private var ssh: SSHTransport?
    private var failure: GitError?
    /// The address for libgit2, once it is known how to reach it.
    private var prepared: String?
    /// Whom a user and a password were given to.
    private var answered: Set<String> = []

    init(url: RemoteURL, access: RemoteAccess, verifiesCertificates: Bool, cancellation: Cancellation) {
        self.url = url
        self.access = access
        self.verifiesCertificates = verifiesCertificates
        self.cancellation = cancellation
    }

    // MARK: - Calls

    /// Connects, wherever the remote's own address led before.
    func connect(_ remote: Handle) throws(LibraryError) {
        answered = []
        for _ in 0..<20 {
            let address: String
            do throws(GitError) {
                address = try prepare()
            } catch {
                failure = error
                throw LibraryError(code: GIT_ERROR.rawValue, category: 0, message: error.description)
            }
            guard let network else { return }
            do throws(LibraryError) {
                try network.during { () throws(LibraryError) in
                    try check(git_remote_set_instance_url(remote.pointer, address))
                    try check(withConnectOptions { git_remote_connect_ext(remote.pointer, GIT_DIRECTION_FETCH, $0) })
                }
                return
            } catch {
                // libgit2 follows redirections on the same host; elsewhere nothing may be sent that was meant for it.
                guard error.message.hasPrefix("cannot redirect from"), let next = network.redirection,
                    next.scheme == "https" || next.scheme == network.address?.scheme
                else { throw error }
                self.address = RemoteURL(next.bare)
                prepared = nil
            }
        }
        throw LibraryError(code: GIT_ERROR.rawValue, category: 0, message: "it redirects in circles")
    }

    func download(_ sources: [String], from remote: Handle) throws(LibraryError) {
        guard let network else { return }
        try network.during { () throws(LibraryError) in
            let code = withConnectOptions { connect in
                var options = git_fetch_options()
                git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
                options.callbacks = connect.pointee.callbacks
                options.proxy_opts = connect.pointee.proxy_opts
                options.custom_headers = connect.pointee.custom_headers
                options.follow_redirects = connect.pointee.follow_redirects
                options.update_fetchhead = 0
                options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
                return withStringArray(sources) { git_remote_download(remote.pointer, $0, &options) }
            }
            try check(code)
        }
    }

    /// Finds out how the address is reached.
    /// - Returns: The address for libgit2, without user and password.
    private func prepare() throws(GitError) -> String {
        if let prepared { return prepared }
        let address = try reach()
        prepared = address
        return address
    }

    private func reach() throws(GitError) -> String {
        let configuration = try GitConfiguration(home: StepHome(access))
        let address = address ?? access.rewritten(url, by: configuration)
        self.address = address
        if let problem = address.problem { throw .malformedAddress(url: address.masked, reason: problem) }
        if let setting = configuration.unsupported.first { throw .unsupportedSetting(url: address.masked, setting) }
        switch address.transport {
        case .http, .https:
            let http = try HTTPSettings(address, access, configuration, verifies: verifiesCertificates)
            if let setting = http.unsupported.first { throw .unsupportedSetting(url: address.masked, setting) }
            self.http = http
            let security = TLSSecurity(authorities: http.authorities, verifies: http.verifiesCertificates)
            let network = network(to: http.url, security)
            if http.url.scheme == "http" { network.plainProxy = http.proxy.flatMap { URLParts($0.address) } }
            self.network = network
            return http.url.bare
        case .ssh:
            let network = network(to: nil, TLSSecurity())
            self.network = network
            ssh = try SSHTransport(address, access, configuration, network)
        case .git: network = network(to: nil, TLSSecurity())
        case .local(let path):
            network = network(to: nil, TLSSecurity())
            return Self.repository(path)
        case .other(let scheme): throw .unsupportedTransport(url: address.masked, scheme: scheme)
        }
        return address.text
    }

    private func network(to address: URLParts?, _ security: TLSSecurity) -> Network {
        Network(
            address: address,
            cancellation: cancellation,
            connectTimeout: access.connectTimeout,
            security: security
        )
    }

    /// A path as git takes it, where `.git` may be left out.
    static func repository(_ path: String) -> String {
        let isThere = Glibc.access(path, F_OK) == 0
        return isThere || Glibc.access(path + ".git", F_OK) != 0 ? path : path + ".git"
    }

    private func withConnectOptions<Result>(
        _ body: (UnsafePointer<git_remote_connect_options>) -> Result
    ) -> Result {
        withStringArray(headers) { headers in
            (http?.proxy?.address ?? "").withCString { proxy in
                var options = git_remote_connect_options()
                git_remote_connect_options_init(&options, UInt32(GIT_REMOTE_CONNECT_OPTIONS_VERSION))
                options.callbacks = callbacks()
                options.follow_redirects = GIT_REMOTE_REDIRECT_NONE
                options.custom_headers = headers.pointee
                // Never what the environment of this program names: a container would not see it.
                options.proxy_opts.type = GIT_PROXY_NONE
                if http?.proxy != nil {
                    options.proxy_opts.type = GIT_PROXY_SPECIFIED
                    options.proxy_opts.url = proxy
                    options.proxy_opts.payload = Unmanaged.passUnretained(self).toOpaque()
                    options.proxy_opts.credentials = { out, _, _, _, payload in
                        Conversation.of(payload)?.giveProxyCredential(out) ?? GIT_EAUTH.rawValue
                    }
                }
                return body(&options)
            }
        }
    }

    /// What every request gets; nothing secret once the server sent the fetch elsewhere.
    private var headers: [String] {
        guard let http else { return [] }
        let isElsewhere = URLParts(url.text).map { $0.host != http.url.host } ?? false
        return http.headers.filter { header in
            let name = header.prefix { $0 != ":" }.lowercased()
            return !isElsewhere || !["authorization", "cookie"].contains(name)
        }
    }

    /// The callbacks borrow this object, which outlives every call made with them.
    private func callbacks() -> git_remote_callbacks {
        var callbacks = git_remote_callbacks()
        git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION))
        callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
        callbacks.transfer_progress = { _, payload in Conversation.answer(payload) }
        callbacks.sideband_progress = { _, _, payload in Conversation.answer(payload) }
        callbacks.pack_progress = { _, _, _, payload in Conversation.answer(payload) }
        callbacks.credentials = { out, _, _, _, payload in
            Conversation.of(payload)?.giveCredential(out) ?? GIT_EAUTH.rawValue
        }
        if ssh != nil {
            callbacks.transport = { out, remote, payload in
                Conversation.of(payload)?.ssh?.make(out, for: remote) ?? GIT_ERROR.rawValue
            }
        }
        return callbacks
    }

    private static func of(_ payload: UnsafeMutableRawPointer?) -> Conversation? {
        payload.map { Unmanaged<Conversation>.fromOpaque($0).takeUnretainedValue() }
    }

    /// What a progress callback returns: not zero stops the call.
    private static func answer(_ payload: UnsafeMutableRawPointer?) -> Int32 {
        of(payload)?.cancellation.isCancelled ?? false ? -1 : 0
    }

    // MARK: - Credentials

    private func giveCredential(_ out: UnsafeMutablePointer<UnsafeMutablePointer<git_credential>?>?) -> Int32 {
        guard let http, let network, let place = network.address else { return GIT_EAUTH.rawValue }
        guard let credential = http.credentials.credential(for: place) else {
            failure = .authenticationRequired(url: masked, message: "the step's home has none for it")
            return GIT_EAUTH.rawValue
        }
        guard answered.insert(place.scheme + place.hostAndPort).inserted else {
            failure = .credentialsRefused(url: masked, message: "it answers with status 401")
            return GIT_EAUTH.rawValue
        }
        return git_credential_userpass_plaintext_new(out, credential.user, credential.password)
    }

    private func giveProxyCredential(_ out: UnsafeMutablePointer<UnsafeMutablePointer<git_credential>?>?) -> Int32 {
        guard let proxy = http?.proxy else { return GIT_EAUTH.rawValue }
        guard let credential = proxy.credential else {
            failure = .proxyFailed(proxy: proxy.address, message: "it asks for a user and a password")
            return GIT_EAUTH.rawValue
        }
        guard answered.insert("proxy").inserted else {
            failure = .proxyFailed(proxy: proxy.address, message: "it does not take the user and the password")
            return GIT_EAUTH.rawValue
        }
        return git_credential_userpass_plaintext_new(out, credential.user, credential.password)
    }

    // MARK: - Errors

    private var masked: String { (address ?? url).masked }

    /// Why a call failed.
    func error(_ error: LibraryError) -> GitError {
        if cancellation.isCancelled { return .cancelled }
        if let failure { return failure }
        if let failure = network?.failure { return self.failure(of: failure) }
        let message = (address.map { error.message.replacing($0.text, with: $0.masked) } ?? error.message)
            .replacing(url.text, with: url.masked)
        if let proxy = http?.proxy, message.hasPrefix("proxy returned") {
            return .proxyFailed(proxy: proxy.address, message: message)
        }
        if error.code == GIT_EAUTH.rawValue || message.hasSuffix("status code: 401") {
            return .authenticationRequired(url: masked, message: message)
        }
        if message.hasSuffix("status code: 403") {
            return answered.isEmpty
                ? .authenticationRequired(url: masked, message: message)
                : .credentialsRefused(url: masked, message: message)
        }
        let isMissing =
            error.code == GIT_ENOTFOUND.rawValue || message.hasSuffix("status code: 404")
            || message.contains("repository not exported") || message.contains("epository not found")
        return isMissing
            ? .repositoryNotFound(url: masked, message: message)
            : .unreachable(url: masked, message: message)
    }

    /// A failure of a connection as one of this conversation: with its address, or as one of the proxy.
    private func failure(of error: GitError) -> GitError {
        let proxy = http?.proxy.flatMap { proxy in URLParts(proxy.address).map { (proxy.address, $0) } }
        switch error {
        case .unreachable(let place, let message):
            if let (address, parts) = proxy, place == parts.hostAndPort {
                return .proxyFailed(proxy: address, message: message)
            }
            return .unreachable(url: masked, message: message)
        case .nameNotResolved(let host, let message):
            if let (address, parts) = proxy, host == parts.host {
                return .proxyFailed(proxy: address, message: message)
            }
            return error
        case .timedOut(let place, let seconds):
            if let (address, parts) = proxy, place == parts.hostAndPort {
                return .proxyFailed(proxy: address, message: "it did not answer within \(seconds) s")
            }
            return error
        default: return error
        }
    }
}
